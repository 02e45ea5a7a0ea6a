"""Addresses, taken apart so that order, missing parts and the way of writing do not matter."""

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.features import Columns, Comparison, Dtypes, first_of
from koban.lib.linkage.folding import has_han, plain, simplified
from koban.lib.linkage.lexicon import Levels, Lexicon

SLOTS = ("area", "quarter", "road", "door", "estate", "building", "unit", "room")
ROAD = re.compile(
    r"([^\d\s省市区县镇乡社街道号栋幢楼,、]{1,6}(?:大街|大道|胡同|街(?!道)|路|巷|道|弄))(?:(\d+(?:[-之]\d+)?)号?)?"
)
QUARTER = re.compile(r"([^\d\s省市区县镇乡,、]{2,8}?(?:社区|街道|镇|乡|村委会))")
AREA = re.compile(r"([^\d\s,、]{2,7}?(?:自治区|省|市|(?<![社小])区|县))(?=,|[^\d\s,、]{2})")
ESTATE = re.compile(r"([^\d\s,、号]{2,12}?)(?=[第a-z]?\d)")
NUMBERS = re.compile(r"([a-z]?\d+[a-z]?|[a-z](?=[座栋幢]))(号楼|单元|[栋幢座室层楼号房组门])?")
BUILDING, UNIT = ("号楼", "栋", "幢", "座"), ("单元", "门")


def read_address(text: str) -> dict[str, str]:
    """The parts of a Chinese address, as far as they are there: 高新区创业南路126号恒大广场26-4-2804."""
    rest = simplified(plain(text)).replace(" ", ",") + ","
    parts: dict[str, str] = {}
    if found := ROAD.search(rest):
        name = found[1]
        parts["road"], parts["door"] = name, f"{name}{found[2]}" if found[2] else ""
        rest = f"{rest[: found.start()]},{rest[found.end() :]}"
    rest = _taken(rest, AREA, "area", parts)
    rest = _taken(rest, QUARTER, "quarter", parts)
    if found := ESTATE.search(rest):
        parts["estate"] = found[1]
        rest = rest[found.end() :]
    return parts | _numbered(rest)


def _taken(rest: str, shape: re.Pattern[str], part: str, parts: dict[str, str]) -> str:
    while found := shape.match(rest.lstrip(",")):
        parts[part] = found[1]
        rest = rest.lstrip(",")[found.end() :]
    return rest


def _numbered(rest: str) -> dict[str, str]:
    found = [(number, mark) for number, mark in NUMBERS.findall(rest)]
    parts: dict[str, str] = {}
    for number, mark in found:
        if mark in BUILDING:
            parts.setdefault("building", number)
        elif mark in UNIT:
            parts.setdefault("unit", number)
        elif mark in ("室", "房"):
            parts["room"] = number
    bare = [number for number, mark in found if mark in ("", "号", "楼", "组")]
    return parts | dict(zip(_open(parts, len(bare)), bare[-3:], strict=False))


def _open(parts: Mapping[str, str], bare: int) -> Iterator[str]:
    """Which parts the numbers without a word stand for: the last is the room, the first the building."""
    order = {1: ("room",), 2: ("building", "room")}.get(bare, ("building", "unit", "room"))
    return (part for part in order if part not in parts)


def _slots(text: str) -> tuple[int, ...]:
    if has_han(text):
        parts = read_address(text)
        return tuple(crc32(parts[slot].encode()) & 0x7FFFFFFF if parts.get(slot) else 0 for slot in SLOTS)
    words = sorted({crc32(word.encode()) & 0x7FFFFFFF for word in re.findall(r"\w+", plain(text))})
    return tuple((words + [0] * len(SLOTS))[: len(SLOTS)])


class Address:
    comparisons = (
        Comparison(
            "address",
            ("missing", "home", "numbers", "building", "estate", "road", "quarter", "differ"),
            {"home": "home"},
            shared=1.0,
        ),
    )
    columns: Dtypes = {**dict.fromkeys(SLOTS, np.int32), "latin": np.int8, "home": np.int64}
    reads = ("address",)

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        text = fields.get("address", "")
        if not text.strip():
            return (0,) * len(self.columns)
        slots, latin = _slots(text), not has_han(text)
        return (*slots, int(latin), home(slots, latin=latin))

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        cases = [_either_missing(left, right), *_latin_cases(left, right), *_chinese_cases(left, right)]
        return {"address": first_of(self.comparisons[0].levels, *cases)}


def home(slots: tuple[int, ...], *, latin: bool) -> int:
    """One number for one dwelling, as far as the address says which; 0 if it does not."""
    if latin:
        return reduce(lambda a, b: (a * 31 + b) & 0x7FFFFFFFFFFF, slots, 7)
    named = slots[SLOTS.index("estate")] or slots[SLOTS.index("door")]
    building, room = slots[SLOTS.index("building")], slots[SLOTS.index("room")]
    if not named or not (room or building):
        return 0
    return ((named * 31 + building) * 31 + room) & 0x7FFFFFFFFFFF


Case = tuple[NDArray[np.bool_], str]


def _either_missing(left: Columns, right: Columns) -> Case:
    empty = [reduce(np.logical_and, (side[slot] == 0 for slot in SLOTS)) for side in (left, right)]
    return empty[0] | empty[1], "missing"


def _latin_cases(left: Columns, right: Columns) -> Iterator[Case]:
    latin = (left["latin"] == 1) & (right["latin"] == 1)
    shared = (
        sum(((left[a] == right[b]) & (left[a] != 0)).astype(np.int8) for a in SLOTS for b in SLOTS)
        if latin.any()
        else np.zeros(len(latin), np.int8)
    )
    count = [sum((side[slot] != 0).astype(np.int8) for slot in SLOTS) for side in (left, right)]
    least = np.maximum(np.minimum(*count), 1)
    yield latin & (shared >= least) & (least > 1), "home"
    yield latin & (shared * 4 >= least * 3), "building"
    yield latin & (shared * 2 >= least), "estate"
    yield latin & (shared > 0), "quarter"
    yield latin, "differ"


def _chinese_cases(left: Columns, right: Columns) -> Iterator[Case]:
    same = {slot: (left[slot] == right[slot]) & (left[slot] != 0) for slot in SLOTS}
    known = {slot: (left[slot] != 0) & (right[slot] != 0) for slot in SLOTS}
    named = same["estate"] | same["door"]
    unnamed = ~known["estate"] & ~known["door"]
    building = same["building"] | ~known["building"]
    unit = same["unit"] | ~known["unit"]
    yield named & building & unit & same["room"], "home"
    yield unnamed & same["building"] & same["room"] & unit, "numbers"
    yield named & same["building"], "building"
    yield named, "estate"
    yield same["road"], "road"
    yield same["quarter"], "quarter"
