"""What one kind of fact is to the engine: how it is read from a record, and in which degrees two of it agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.lexicon import Codes, Levels, Lexicon

Columns = Mapping[str, NDArray[Any]]
Dtypes = Mapping[str, type[np.generic]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the verdict on a pair.

    levels: from "missing" over the closest to the farthest. terms: for levels of agreement, the column whose value
    is shared: a rare one says more. shared: how far people of one household agree in it as if they were one.
    fixed: levels whose odds are known and not learnt.
    kin: levels that are so many times likelier in one household. shared_at: `shared` where a level has its own.
    """

    name: str
    levels: tuple[str, ...]
    terms: Mapping[str, str] = field(default_factory=dict)
    shared: float = 0.0
    fixed: Mapping[str, float] = field(default_factory=dict)
    kin: Mapping[str, float] = field(default_factory=dict)
    shared_at: Mapping[str, float] = field(default_factory=dict)

    def at(self, level: str) -> int:
        return self.levels.index(level)


class Feature(Protocol):
    """A kind of fact. columns: what is kept of each record. reads: from which fields."""

    @property
    def comparisons(self) -> tuple[Comparison, ...]: ...

    @property
    def columns(self) -> Dtypes: ...

    @property
    def reads(self) -> tuple[str, ...]: ...

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        """The values of `columns` for one record; 0 is "not known"."""

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        """For each comparison, and each pair of rows, the number of its level."""


def first_of(levels: tuple[str, ...], *cases: tuple[NDArray[np.bool_], str]) -> Levels:
    """For each row the level of the first case that holds, the last level where none does."""
    conditions = [case for case, _level in cases]
    return np.select(conditions, [levels.index(level) for _case, level in cases], len(levels) - 1).astype(
        np.uint8
    )


def digits_apart(left: NDArray[np.int64], right: NDArray[np.int64], places: int) -> tuple[Codes, Codes]:
    """In how many decimal places two numbers differ, and 1 where they differ by one swap of neighbours."""
    differ = np.zeros((places, len(left)), bool)
    a, b = left.copy(), right.copy()
    for place in range(places):
        differ[place] = a % 10 != b % 10
        a //= 10
        b //= 10
    count = differ.sum(axis=0).astype(np.int32)
    return count, _swapped(left, right, differ, count)


def _swapped(
    left: NDArray[np.int64], right: NDArray[np.int64], differ: NDArray[np.bool_], count: Codes
) -> Codes:
    first = differ.argmax(axis=0).astype(np.int64)
    power = 10**first
    a, b = left // power % 100, right // power % 100
    swapped: Codes = ((count == 2) & (a % 10 * 10 + a // 10 == b)).astype(np.int32)
    return swapped
