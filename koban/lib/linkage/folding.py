"""One form for what is written in many: traditional characters, wide letters, accents, characters that look or sound alike."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from koban.lib.text import HAN, surname_reading

HERE = Path(__file__).parent
DOTS = re.compile(r"[·•‧∙・･．.\u00b7\u2027']")
INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f"))
UMLAUT = re.compile("([ln])(?:v|yu)")


@cache
def variants() -> dict[int, str]:
    """Traditional and variant characters to simplified ones, as a table of `str.translate`."""
    pairs = (HERE / "variants.txt").read_text(encoding="utf-8").split()
    return {ord(pair[0]): pair[1] for pair in pairs}


@cache
def _shapes() -> dict[int, str]:
    groups = tomllib.loads((HERE / "characters.toml").read_text(encoding="utf-8"))["look_alikes"].split()
    table: dict[int, str] = {}
    for group in groups:
        for char in group:
            table.setdefault(ord(char), group[0])
    return table


def plain(text: str) -> str:
    """Wide forms, case and accents levelled; spaces single."""
    if text.isascii() or _bare(text):
        return " ".join(text.casefold().split())
    wide = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _bare(text: str) -> bool:
    return unicodedata.is_normalized("NFKC", text) and unicodedata.is_normalized("NFKD", text)


def simplified(text: str) -> str:
    """The same in simplified characters."""
    return text if text.isascii() else text.translate(variants())


def shape(folded: str) -> str:
    """One text for all that look alike."""
    return folded.translate(_shapes())


@cache
def reading(char: str) -> str:
    """The most frequent toneless reading of one character; unknown ones stand for themselves. Not a surname's."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionaries take 60 MB

    return _umlaut("".join(lazy_pinyin(char, v_to_u=False)).casefold())


def _umlaut(spoken: str) -> str:
    """lü as lu, however it is typed."""
    return UMLAUT.sub(r"\1u", spoken)


def syllables(folded: str, *, surname: bool = False) -> list[str]:
    """A name as it is spoken: a syllable for each Chinese character, a Latin word for itself."""
    if not HAN.search(folded):
        return [_umlaut(word) for word in re.findall(r"\w+", folded)]
    special = surname_reading(folded) if surname else []
    return special + [reading(char) for char in folded[len(special) :] if char.isalnum()]


def dialect(spoken: Iterable[str]) -> str:
    """What sounds alike where z and zh, n and l, n and ng, f and h are not told apart."""
    return " ".join(_merged(syllable) for syllable in spoken)


def _merged(syllable: str) -> str:
    for first, second in INITIALS:
        if syllable.startswith(first):
            syllable = second + syllable[len(first) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


def has_han(text: str) -> bool:
    return not text.isascii() and HAN.search(text) is not None
