"""Text as people write it: cleaned without losing a rare character, made findable, compared. Chinese and English."""

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

TOO_LONG = gettext_noop("This text is too long: %(length)d characters, at most %(limit)d.")
UNSHOWABLE = gettext_noop(
    "This text contains a character that cannot be shown (%(character)s). Please remove it."
)

# --- cleaning ---------------------------------------------------------------------------------------------------

# Marks that nobody types and nobody sees, which hide or turn round what is written: dropped without a word. Joiners
# (U+200C, U+200D) and variation selectors stay: scripts, emoji and rare forms of Chinese characters need them.
UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
SPACES = re.compile(r"[^\S\n]+")
# Controls, half pairs and what Unicode will never assign: no screen shows them and some databases refuse them.
BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """`text` in NFC, trimmed, with single spaces; on one line unless `lines`.

    limit: in characters, counted after cleaning. Raises Mistake ("too_long", "unshowable"); the sentence names the
    length or the character. Rare characters, private ones and the middle dot of names stay as they are.
    """
    if found := BROKEN.search(text):
        raise Mistake("unshowable", UNSHOWABLE, character=f"U+{ord(found[0]):04X}")
    tidy = _tidy(unicodedata.normalize("NFC", UNSEEN.sub("", text)), lines)
    if len(tidy) > limit:
        raise Mistake("too_long", TOO_LONG, length=len(tidy), limit=limit)
    return tidy


def _tidy(text: str, lines: bool) -> str:
    text = LINE_ENDS.sub("\n", text)
    if not lines:
        return " ".join(text.split())
    return "\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()


# --- pinyin -----------------------------------------------------------------------------------------------------

SURNAMES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("surnames.toml").read_text(encoding="utf-8")
)
HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def surname_reading(name: str) -> list[str]:
    """The syllables of the surname with which a Chinese name begins, if it is read in a way of its own; else []."""
    double, single = SURNAMES["double"].get(name[:2]), SURNAMES["single"].get(name[:1])
    return (double or single or "").split()


def name_syllables(name: str) -> list[str]:
    """A Chinese name in toneless pinyin, one syllable a character, ü as v; unknown characters stand for themselves."""
    surname = surname_reading(name)
    return surname + _syllables(name[len(surname) :])


def romanise(name: str) -> str:
    """A Chinese name as a Latin reader expects it: 单雄信 → "Shan Xiongxin", 欧阳修 → "Ouyang Xiu"."""
    syllables = [syllable.replace("v", "ü") for syllable in name_syllables(name)]
    split = 2 if name[:2] in SURNAMES["double"] else 1
    parts = ("".join(syllables[:split]), "".join(syllables[split:]))
    return " ".join(part.capitalize() for part in parts if part)


def _syllables(run: str) -> list[str]:
    # Never remembered between calls: names of people do not stay in memory.
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionaries take 60 MB, and most processes never read a name

    read = lazy_pinyin(run, errors=_each, v_to_u=False)  # type: ignore[arg-type]  # lists are documented, untyped
    return [syllable.casefold() for syllable in read]


def _each(unread: str) -> list[str]:
    return list(unread)


# --- search -----------------------------------------------------------------------------------------------------

LONGEST_WITH_PINYIN = 40  # characters: names, addresses, titles; a story is found by its characters
SYLLABLES_JOINED = 6
INITIALS_JOINED = 8


def search_text(*parts: str) -> str:
    """One line of tokens for a full-text index (SQLite `unicode61`, PostgreSQL `simple`), parted by spaces.

    First the words and the single Chinese characters in their order, so that neighbours can be asked for as a phrase.
    Then, for short parts, from each Chinese character on: pinyin run together, and initials. With prefix search
    "张伟" is found by 张, 伟, zhangwei, zhang, wei, zw and w. Surnames are read both ways (单: shan and dan).
    """
    folded = [fold(part) for part in parts]
    tokens = [token for part in folded for token in tokens_of(part)]
    short = [part for part in folded if len(part) <= LONGEST_WITH_PINYIN]
    heard = dict.fromkeys(token for part in short for token in spoken(part))
    return " ".join([*tokens, *heard])


def query_tokens(query: str) -> list[str]:
    """What to look for, all of it (AND), each as a prefix. Letters and digits alone, so that none can be an operator.

    Chinese comes as single characters, Latin words and pinyin as typed. Empty where nothing can be looked for.
    """
    return list(dict.fromkeys(tokens_of(fold(query))))


def fold(text: str) -> str:
    """Wide forms to plain ones, no case, no accents (ü as v, as one types it)."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    bare = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


def tokens_of(folded: str) -> list[str]:
    spaced = HAN.sub(lambda run: f" {' '.join(run[0])} ", folded)
    return "".join(char if char.isalnum() else " " for char in spaced).split()


def spoken(folded: str) -> Iterator[str]:
    for run in HAN.findall(folded):
        yield from _from_each(_syllables(run))
        if surname_reading(run):
            yield from _from_each(name_syllables(run))


def _from_each(syllables: list[str]) -> Iterator[str]:
    latin = [syllable if syllable.isascii() else " " for syllable in syllables]
    for start in range(len(latin)):
        joined = "".join(latin[start : start + SYLLABLES_JOINED]).split(" ")[0]
        initials = "".join(syllable[0] for syllable in latin[start : start + INITIALS_JOINED]).split(" ")[0]
        yield from (token for token in (joined, joined.replace("v", "u"), initials) if token)


# --- likeness ---------------------------------------------------------------------------------------------------


EVERYWHERE = frozenset("的了在有是我你他她它们这那和就都也很着过吗吧呢")


def likeness(a: str, b: str) -> float:
    """How alike two short texts are, 0 to 1: cosine over Chinese characters, their pairs, and triples of letters.

    1 for the same text but for case, spaces and punctuation; 0 where one has nothing to compare.
    """
    left, right = _parts(a), _parts(b)
    shared = sum(count * right[part] for part, count in left.items() if part in right)
    if not shared:
        return 0.0
    return min(1.0, shared / math.sqrt(_square(left) * _square(right)))


def _square(parts: Counter[str]) -> int:
    return sum(count * count for count in parts.values())


def _parts(text: str) -> Counter[str]:
    folded = fold(text)
    parts: Counter[str] = Counter()
    for run in HAN.findall(folded):
        parts.update(char for char in run if char not in EVERYWHERE)
        parts.update("".join(pair) for pair in pairwise(run))
    for word in tokens_of(HAN.sub(" ", folded)):
        padded = f" {word} "
        parts.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return parts
