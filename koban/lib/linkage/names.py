"""Names of people in Chinese and Latin script, and the words of other fields."""

import re
from collections.abc import Mapping
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage import folding
from koban.lib.linkage.features import Columns, Comparison, Dtypes
from koban.lib.linkage.lexicon import AT, WORDS, Codes, Levels, Lexicon
from koban.lib.text import SURNAMES

TERMS = {"same": "_folded", "variant": "_folded", "sound": "_sound"}
GOOD = AT["near"]  # up to here two words may be one with a slip
DOUBLE = 2
# A longer Chinese name has come over from another language and has no surname in front.
LONGEST_CHINESE = 4


def split_name(fields: Mapping[str, str]) -> tuple[str, str]:
    """(surname, given name), levelled; Chinese has the surname first, Latin script where a comma or a reading says."""
    surname, given = (_tidy(fields.get(part, "")) for part in ("surname", "given_name"))
    if surname or given:
        return surname, given
    raw = fields.get("name", "")
    name = _tidy(raw)
    if folding.has_han(name):
        return _chinese(name.replace(" ", ""))
    if "," in raw:
        surname, _comma, given = (part.strip() for part in folding.plain(raw).partition(","))
        return _tidy(surname), _tidy(given)
    return _latin(name)


def _tidy(text: str) -> str:
    return folding.plain(folding.DOTS.sub("", text).replace("-", " ")) if text else ""


def _chinese(name: str) -> tuple[str, str]:
    if len(name) > LONGEST_CHINESE:
        return "", name
    length = DOUBLE if len(name) > DOUBLE and name[:DOUBLE] in SURNAMES["double"] else 1
    return name[:length], name[length:]


def _latin(name: str) -> tuple[str, str]:
    words = name.split()
    if len(words) < DOUBLE:
        return "", name
    # Romanised Chinese names mostly keep the surname in front; others are known by their last word.
    first, last = ("".join(folding.syllables(word)) in _readings() for word in (words[0], words[-1]))
    if first:
        return words[0], "".join(words[1:])
    return words[-1], ("" if last else " ").join(words[:-1])


COMMON = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文向施洪祝季"
)


@cache
def _readings() -> set[str]:
    special = {"".join(spoken.split()) for table in SURNAMES.values() for spoken in table.values()}
    return special | {"".join(folding.syllables(char, surname=True)) for char in COMMON}


class PersonName:
    comparisons = (
        Comparison("surname", WORDS, {k: f"surname{v}" for k, v in TERMS.items()}, shared=0.5),
        # Sisters and brothers often share one character.
        Comparison("given_name", WORDS, {k: f"given{v}" for k, v in TERMS.items()}, kin={"near": 50.0}),
    )
    columns: Dtypes = {
        "surname": np.int32, "given": np.int32, "whole": np.int32,
        "surname_folded": np.int32, "surname_sound": np.int32, "given_folded": np.int32, "given_sound": np.int32,
    }  # fmt: skip
    reads = ("name", "surname", "given_name")

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        surname, given = split_name(fields)
        codes = lexicon.code(surname, surname=True), lexicon.code(given)
        spoken = "".join(sorted(lexicon.sound(codes[0]) + lexicon.sound(codes[1])))
        whole = crc32(spoken.encode()) & 0x7FFFFFFF if surname and given else 0
        forms = [lexicon.form_of(code, form) for code in codes for form in ("folded", "sound")]
        return (*codes, whole, *forms)

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        surname = lexicon.compared(left["surname"], right["surname"])
        given = lexicon.compared(left["given"], right["given"])
        _turn(surname, given, left, right, lexicon)
        return {"surname": surname, "given_name": given}


def _turn(surname: Levels, given: Levels, left: Columns, right: Columns, lexicon: Lexicon) -> None:
    """Where the names agree once surname and given name change places, say "order" for both."""
    doubtful = np.flatnonzero(_poor(surname) & _poor(given))
    if not len(doubtful):
        return
    a = {part: left[part][doubtful] for part in ("surname", "given", "whole")}
    b = {part: right[part][doubtful] for part in ("surname", "given", "whole")}
    first, second = (
        lexicon.compared(a["surname"], b["given"]),
        lexicon.compared(a["given"], b["surname"]),
    )
    turned = (first <= GOOD) & (second <= GOOD) & ((first > 0) | (second > 0))
    turned |= (a["whole"] == b["whole"]) & (a["whole"] != 0)
    at = doubtful[turned]
    surname[at] = np.where(_none(left["surname"][at], right["given"][at]), 0, AT["order"])
    given[at] = np.where(_none(left["given"][at], right["surname"][at]), 0, AT["order"])


def _poor(levels: Levels) -> NDArray[np.bool_]:
    poor: NDArray[np.bool_] = (levels > GOOD) | (levels == 0)
    return poor


def _none(left: Codes, right: Codes) -> NDArray[np.bool_]:
    missing: NDArray[np.bool_] = (left == 0) | (right == 0)
    return missing


class Words:
    """Any field of words or signs that has no rules of its own: a street, a town, a postcode, an e-mail address."""

    def __init__(self, name: str, shared: float) -> None:
        self.name = name
        self.comparisons = (
            Comparison(name, WORDS, {"same": f"{name}_folded", "variant": f"{name}_folded"}, shared=shared),
        )
        self.columns: Dtypes = {name: np.int32, f"{name}_folded": np.int32}
        self.reads = (name,)

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        text = fields.get(self.name, "")
        code = lexicon.code(re.sub(r"\s+", " ", folding.plain(text))) if text else 0
        return code, lexicon.form_of(code, "folded") if code else 0

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        return {self.name: lexicon.compared(left[self.name], right[self.name])}
