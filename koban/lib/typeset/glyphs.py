"""Which characters can be set: asked before the compositor starts, so that the answer can name them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

COVERAGE = Path(__file__).with_name("fonts") / "coverage.txt"
_SAID = re.compile(r'the text `"(.+?)"` could not be displayed')


@lru_cache(maxsize=1)
def _outside() -> re.Pattern[str]:
    """Whatever is neither in the typeface nor a line end nor invisible by nature."""
    runs = [line.split("-") for line in COVERAGE.read_text().split()]
    known = "".join(f"\\U{int(first, 16):08x}-\\U{int(last, 16):08x}" for first, last in runs)
    return re.compile(f"[^{known}\n\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def lacking(told: Any) -> list[str]:
    """Every character in the strings of `told` that cannot be set, each once."""
    found = (letter for text in _strings(told) for letter in _outside().findall(text))
    return list(dict.fromkeys(found))


def tidy(told: Any) -> Any:
    """`told` with NFC strings, line ends as newlines, and without control and format characters."""
    match told:
        case str():
            return _tidied(told)
        case dict():
            return {str(key): tidy(value) for key, value in told.items()}
        case list() | tuple():
            return [tidy(value) for value in told]
        case None | bool() | int() | float():
            return told
    return _tidied(str(told))


def named_in(error: str) -> list[str]:
    """Characters that the compositor itself names as missing."""
    return list(dict.fromkeys("".join(_SAID.findall(error))))


def _tidied(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in _MUTE)


_MUTE = frozenset({"Cc", "Cf", "Cs"})


def _strings(told: Any) -> Iterator[str]:
    match told:
        case str():
            yield told
        case dict():
            for value in told.values():
                yield from _strings(value)
        case list() | tuple():
            for value in told:
                yield from _strings(value)
