"""What agreement is worth: Fellegi and Sunter's weights, with rare values worth more and with households told apart.

A pair is one of three things: records of one person (m), of two people of one household (who share a home, a
telephone, often a surname, and a birthday if they are twins), or of two strangers (u).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.features import Comparison
from koban.lib.linkage.records import FIELDS
from koban.lib.linkage.table import Table, features

Floats = NDArray[np.float64]
Levels = NDArray[np.uint8]

# Where nothing has been learnt: how levels are spread over records of one person, and over strangers.
WORDS_M = (0.78, 0.02, 0.03, 0.02, 0.01, 0.05, 0.03, 0.02, 0.01, 0.03)
WORDS_U = (0.005, 1e-4, 5e-4, 1e-4, 2e-4, 5e-4, 0.01, 0.04, 0.002, 0.94)
START: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "sex": ((0.98, 0.02), (0.5, 0.5)),
    "birth": ((0.86, 0.01, 0.06, 0.01, 0.03, 0.01, 0.02), (5e-5, 3e-5, 5e-4, 2e-3, 5e-3, 0.03, 0.96)),
    "id": ((0.93, 0.05, 0.01, 1e-4, 0.005, 0.005), (1e-7, 1e-6, 1e-7, 3e-6, 1e-5, 0.999)),
    "phone": ((0.7, 0.03, 0.01, 0.26), (2e-5, 1e-5, 1e-6, 0.999)),
    "address": ((0.6, 0.03, 0.03, 0.03, 0.03, 0.03, 0.25), (1e-5, 1e-5, 1e-4, 3e-3, 5e-3, 0.02, 0.97)),
}
LEARN_M, LEARN_U = 10.0, 100.0  # how many observations the start is worth
SHRINK, UNSEEN = 100.0, 0.05  # of the frequency of one value: towards the mean, and of a value seen once
RAREST, COMMONEST = 1e-3, 1e3


@dataclass(frozen=True, slots=True)
class Model:
    """m, u: for each comparison how its levels (without "missing") are spread; the bases of all weights.

    matches: how many other records of the same person a record has on the other side, on average.
    households: how many of others of its household.
    """

    m: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    u: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    matches: float = 0.5
    households: float = 0.5

    def spread(self, comparison: Comparison) -> tuple[Floats, Floats]:
        """(m, u) of a comparison, from the start where it is not in the model."""
        start_m, start_u = START.get(comparison.name, (WORDS_M, WORDS_U))
        m = np.array(self.m.get(comparison.name, start_m), float)
        u = np.array(self.u.get(comparison.name, start_u), float)
        return m / m.sum(), u / u.sum()

    def to_json(self) -> str:
        """As it is kept in a file; no value of any record is in it."""
        kept = {"m": self.m, "u": self.u, "matches": self.matches, "households": self.households}
        return json.dumps(kept, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError for what is no model of this release."""
        try:
            kept: dict[str, Any] = json.loads(text)
            m, u = ({name: tuple(map(float, each)) for name, each in kept[part].items()} for part in "mu")
            model = cls(m, u, float(kept["matches"]), float(kept["households"]))
        except (KeyError, TypeError, AttributeError) as wrong:
            raise ValueError("not a model") from wrong
        model._checked()
        return model

    def _checked(self) -> None:
        sizes = {
            line.name: len(line.levels) - 1 for feature in features(FIELDS) for line in feature.comparisons
        }
        for side in (self.m, self.u):
            for name, spread in side.items():
                if sizes.get(name) != len(spread) or min(spread) <= 0:
                    raise ValueError(f"not a model: {name}")


class Frequencies:
    """How often each value stands in a table."""

    def __init__(self, table: Table, names: Iterable[str]) -> None:
        self.total = max(len(table), 1)
        self._known = {
            name: np.unique(table.columns[name], return_counts=True)
            for name in sorted(set(names))
            if name in table.columns
        }

    def counts(self, name: str, values: NDArray[Any]) -> Floats:
        known, counts = self._known[name]
        if not len(known):
            return np.zeros(len(values))
        at = np.minimum(np.searchsorted(known, values), len(known) - 1)
        return np.where(known[at] == values, counts[at], 0).astype(float)

    def rarity(self, name: str, counts: Floats, own: float) -> Floats:
        """How much more often than the mean a value is met among strangers; `own` of its records are one person's."""
        _known, each = self._known[name]
        others = np.maximum(each - own, 0)
        mean = float((each * others).sum()) / self.total**2
        floor = UNSEEN + SHRINK * mean
        average = float((each * (others + floor)).sum()) / self.total
        found: Floats = np.clip((np.maximum(counts - own, 0) + floor) / average, RAREST, COMMONEST)
        return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of many pairs. counts: for each (comparison, level) with a term, how often the shared value is met."""

    comparisons: Sequence[Comparison]
    levels: Levels
    counts: Mapping[tuple[int, int], Floats]
    frequencies: Frequencies

    def rarities(self, own: float) -> Mapping[int, Floats]:
        """For each comparison with terms, how much more often than the mean the shared value is met."""
        found: dict[int, Floats] = {}
        for (number, level), counts in self.counts.items():
            column = self.comparisons[number].terms[self.comparisons[number].levels[level]]
            rows = np.flatnonzero(self.levels[:, number] == level)
            into = found.setdefault(number, np.ones(len(self.levels)))
            into[rows] = self.frequencies.rarity(column, counts, own)
        return found


def gather(left: Table, at: NDArray[np.int64], levels: Levels, frequencies: Frequencies) -> Evidence:
    """The evidence of pairs whose left rows are `at`."""
    counts: dict[tuple[int, int], Floats] = {}
    for number, comparison in enumerate(left.comparisons):
        for level, column in comparison.terms.items():
            place = comparison.at(level)
            rows = at[levels[:, number] == place]
            counts[number, place] = frequencies.counts(column, left.columns[column][rows])
    return Evidence(left.comparisons, levels, counts, frequencies)


def weights(model: Model, evidence: Evidence) -> Floats:
    """For each pair and comparison the logarithm of how much likelier one person is than two strangers."""
    found = np.zeros(evidence.levels.shape)
    rarities = evidence.rarities(min(1.0, model.matches) + max(model.matches - 1.0, 0.0))
    for number, comparison in enumerate(evidence.comparisons):
        m, u = model.spread(comparison)
        table = np.concatenate([[0.0], np.log(m) - np.log(u)])
        for level, odds in comparison.fixed.items():
            table[comparison.at(level)] = np.log(odds)
        found[:, number] = table[evidence.levels[:, number]]
        if number in rarities:
            found[:, number] -= np.log(rarities[number])
    return found


def chances(model: Model, evidence: Evidence, weighed: Floats, among: int) -> tuple[Floats, Floats]:
    """For each pair: (records of one person, of two of one household). among: records on the other side."""
    one = weighed.sum(axis=1) + np.log(max(model.matches, 1e-9) / max(among, 1))
    related = np.sum(
        [_at_home(c, evidence.levels[:, at], weighed[:, at]) for at, c in enumerate(evidence.comparisons)],
        axis=0,
    )
    home = np.minimum(related, 60) + np.log(max(model.households, 1e-9) / max(among, 1))
    top = np.maximum(np.maximum(one, home), 0)
    p, h, s = np.exp(one - top), np.exp(home - top), np.exp(-top)
    whole = p + h + s
    return p / whole, h / whole


def _at_home(comparison: Comparison, levels: Levels, weighed: Floats) -> Floats:
    """The same logarithm for two people of one household instead of one person."""
    kin = np.zeros(len(comparison.levels))
    shared = np.full(len(comparison.levels), comparison.shared)
    for level, share in comparison.shared_at.items():
        shared[comparison.at(level)] = share
    for level, times in comparison.kin.items():
        kin[comparison.at(level)] = np.log(times)
    found: Floats = np.log1p(shared[levels] * np.expm1(np.clip(weighed, -30, 30))) + kin[levels]
    return found
