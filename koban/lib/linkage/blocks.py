"""Which pairs are worth a look: records that agree in one of many keys."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.numbers import YEAR
from koban.lib.linkage.table import Table

Rows = NDArray[np.int64]
Hashes = NDArray[np.uint32]
Numbers = NDArray[np.uint64]

ONE = np.uint64(1)
SPOKEN = ("surname", "given")
FOLDED = ("email", "town", "postcode", "street", "number", "locality")

MADE: Mapping[str, Callable[..., Numbers]] = {
    "year": lambda birth: birth // YEAR,
    "day": lambda birth: birth % YEAR,
    "id_head": lambda number: number // 1000,
    "id_rest": lambda number: number % 10**11,
    "rooms": lambda building, room: np.where(room == 0, 0, building * np.uint64(31) + room),
}

# Each line is a key; a pair is looked at if it agrees in all parts of one of them. Where more records share a value
# than the number says, the value tells nothing and is passed over: another key finds the pair.
KEYS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (50, ("id",)), (20, ("id_head",)), (20, ("id_rest",)), (30, ("phone",)), (30, ("email",)),
    (40, ("whole",)), (40, ("whole", "year")), (40, ("whole", "day")), (40, ("whole", "town")),
    (30, ("birth", "surname")), (30, ("birth", "given")), (20, ("birth", "home")), (20, ("birth",)),
    (20, ("birth", "postcode")), (20, ("birth", "town")), (20, ("birth", "start")),
    (12, ("home",)), (20, ("home", "surname")), (20, ("home", "given")),
    (12, ("rooms", "given")), (12, ("rooms", "surname", "year")),
    (20, ("given", "day")), (20, ("surname", "day", "sex")), (20, ("given", "surname_start", "year")),
    (20, ("surname", "postcode")), (20, ("given", "postcode")), (20, ("surname", "town")), (20, ("given", "town")),
    (20, ("street", "number")), (20, ("street", "postcode")), (20, ("street",)), (20, ("locality",)),
    (20, ("number", "postcode")), (20, ("number", "town_stem")), (20, ("street_stem", "number")),
    (20, ("street_stem", "town_stem")), (20, ("street_stem", "postcode")), (20, ("locality_stem", "town_stem")),
    (20, ("locality_stem", "postcode")), (20, ("surname_stem", "given_stem")), (20, ("given_stem", "town_stem")),
    (20, ("surname_stem", "street_stem")), (20, ("given_stem", "street_stem")),
    (20, ("surname", "number")), (20, ("given", "number")),
)  # fmt: skip


class Atoms:
    """What keys are made of, for some rows: `[part]` is a column of whole numbers, 0 where it is not known."""

    def __init__(self, table: Table, rows: slice) -> None:
        self._table, self._rows = table, rows

    def __contains__(self, part: str) -> bool:
        return all(column in self._table.columns for column in _columns_of(part))

    def __getitem__(self, part: str) -> Numbers:
        made = MADE.get(part)
        if made:
            return made(*(self._column(column) for column in _columns_of(part)))
        if part == "start" or part.endswith(("_stem", "_start")):
            return self._beginning(part)
        if part in SPOKEN:
            return np.where(self._column(part) == 0, 0, self._column(f"{part}_sound") + ONE)
        return self._column(_columns_of(part)[0])

    def _column(self, name: str) -> Numbers:
        return self._table.columns[name][self._rows].astype(np.uint64)

    def _beginning(self, part: str) -> Numbers:
        if part == "start":
            return self["surname_start"] + self["given_start"]
        name, _line, form = part.rpartition("_")
        codes = self._table.columns[name][self._rows]
        begins: Numbers = self._table.lexicon.form(form)[codes].astype(np.uint64) + ONE
        return np.where(codes == 0, 0, begins)


def _columns_of(part: str) -> tuple[str, ...]:
    known = {
        "year": ("birth",), "day": ("birth",), "id_head": ("id",), "id_rest": ("id",), "rooms": ("building", "room"),
        "start": SPOKEN,
    }  # fmt: skip
    if part in known:
        return known[part]
    if part in FOLDED:
        return (f"{part}_folded",)
    name = part.removesuffix("_stem").removesuffix("_start")
    return (f"{name}_folded",) if name in FOLDED else (name,)


def hashes(table: Table, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, int, Hashes]]:
    """(number of the key, its limit, its value for each row); a value of 0 finds nothing."""
    known = Atoms(table, slice(start, stop))
    for number, (limit, parts) in enumerate(KEYS):
        if all(part in known for part in parts):
            yield number, limit, _mixed([known[part] for part in parts])


def _mixed(parts: list[NDArray[np.uint64]]) -> Hashes:
    value = np.full(len(parts[0]), 0x9E3779B97F4A7C15, np.uint64)
    blank = np.zeros(len(parts[0]), bool)
    for part in parts:
        value = (value ^ part) * np.uint64(0xBF58476D1CE4E5B9)
        value ^= value >> np.uint64(29)
        blank |= part == 0
    short = (value >> np.uint64(32)).astype(np.uint32)
    short[blank] = 0
    return short


class Blocks:
    """The keys of a table, sorted, so that those of another can be looked up."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._sorted: dict[int, tuple[Hashes, NDArray[np.int32]]] = {}
        for number, _limit, values in hashes(table):
            order = np.argsort(values, kind="stable").astype(np.int32)
            filled = int(np.searchsorted(values, 1, sorter=order))
            order = order[filled:].copy()
            self._sorted[number] = values[order], order

    def candidates(self, left: Table, start: int, stop: int) -> tuple[Rows, Rows]:
        """Pairs (row of `left`, row of this table), each once, in order; of one table only later rows."""
        width = np.int64(len(self._table))
        found = [
            self._looked_up(number, limit, values, start)
            for number, limit, values in hashes(left, start, stop)
            if number in self._sorted
        ]
        pairs = (
            np.unique(np.concatenate([a * width + b for a, b in found])) if found else np.zeros(0, np.int64)
        )
        at, to = pairs // width, pairs % width
        if left is self._table:
            later = at < to
            at, to = at[later], to[later]
        return at, to

    def _looked_up(self, number: int, limit: int, values: Hashes, start: int) -> tuple[Rows, Rows]:
        keys, rows = self._sorted[number]
        first = np.searchsorted(keys, values, side="left")
        count = np.searchsorted(keys, values, side="right") - first
        count[(count > limit) | (values == 0)] = 0
        at = np.repeat(np.arange(len(values), dtype=np.int64), count)
        offset = np.arange(len(at), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
        return at + start, rows[first[at] + offset].astype(np.int64)
