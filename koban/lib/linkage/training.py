"""Learn what agreement is worth from the records themselves, without being told which belong together (EM)."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.blocks import Blocks, Rows
from koban.lib.linkage.features import Comparison
from koban.lib.linkage.model import (
    LEARN_M,
    LEARN_U,
    Evidence,
    Floats,
    Frequencies,
    Model,
    chances,
    gather,
    weights,
)
from koban.lib.linkage.table import Table, compare

EVERY_PAIR = 600_000  # up to so many pairs, all of them are looked at
STRANGERS = 200_000
ROUNDS, STILL = 40, 1e-4
LEAST = 1e-6
STEP = 5_000
SEED = 20_250_101


def population(left: Table, right: Table) -> Frequencies:
    """How often values are met, in the larger table."""
    larger = right if len(right) >= len(left) else left
    names = {column for comparison in left.comparisons for column in comparison.terms.values()}
    return Frequencies(larger, names)


def pairs_of(left: Table, right: Table, blocks: Blocks | None) -> tuple[Rows, Rows]:
    """The pairs to look at: all of few, and of many those that share a key."""
    if blocks is None:
        return every(left, right)
    found = [blocks.candidates(left, at, min(at + STEP, len(left))) for at in range(0, len(left), STEP)]
    return np.concatenate([a for a, _b in found]), np.concatenate([b for _a, b in found])


def every(left: Table, right: Table) -> tuple[Rows, Rows]:
    if left is right:
        at, to = np.triu_indices(len(left), 1)
        return at.astype(np.int64), to.astype(np.int64)
    grid = np.arange(len(left) * len(right), dtype=np.int64)
    return grid // max(len(right), 1), grid % max(len(right), 1)


def few(left: Table, right: Table) -> bool:
    """Whether every pair can be looked at."""
    return all_pairs(left, right) <= EVERY_PAIR


def all_pairs(left: Table, right: Table) -> int:
    return len(left) * (len(left) - 1) // 2 if left is right else len(left) * len(right)


def train(left: Table, right: Table, start: Model, at: Rows, to: Rows) -> Model:
    """A model of these tables. at, to: the pairs to look at; deterministic."""
    frequencies = population(left, right)
    at, to, scale = _sampled(at, to)
    near = gather(left, at, compare(left, right, at, to), frequencies)
    strangers = near if few(left, right) else _strangers(left, right, frequencies)
    model = start
    for _round in range(ROUNDS):
        before, model = model, _round_of(model, near, strangers, start, scale, left, right)
        if abs(before.matches - model.matches) < STILL * max(model.matches, STILL):
            break
    return model


def _sampled(at: Rows, to: Rows) -> tuple[Rows, Rows, float]:
    """At most EVERY_PAIR of the pairs, and for how many each of them stands."""
    if len(at) <= EVERY_PAIR:
        return at, to, 1.0
    chosen = np.sort(np.random.default_rng(SEED).permutation(len(at))[:EVERY_PAIR])
    return at[chosen], to[chosen], len(at) / EVERY_PAIR


def _strangers(left: Table, right: Table, frequencies: Frequencies) -> Evidence:
    draw = np.random.default_rng(SEED)
    at = draw.integers(0, len(left), STRANGERS)
    to = draw.integers(0, len(right), STRANGERS)
    if left is right:
        at, to = at[at != to], to[at != to]
    return gather(left, at, compare(left, right, at, to), frequencies)


def _round_of(
    model: Model, near: Evidence, strangers: Evidence, start: Model, scale: float, left: Table, right: Table
) -> Model:
    one, home = chances(model, near, weights(model, near), len(right))
    if strangers is near:
        apart = 1 - one - home
    else:
        same, related = chances(model, strangers, weights(model, strangers), len(right))
        apart = 1 - same - related
    sides = 2 if left is right else 1  # a pair in one table is a match for both of its records
    per_record = scale * sides / max(len(left), 1)
    return replace(
        model,
        m=_spread(near, one, start, LEARN_M, 0),
        u=_spread(strangers, apart, start, LEARN_U, 1),
        matches=max(float(one.sum()) * per_record, LEAST),
        households=max(float(home.sum()) * per_record, LEAST),
    )


def _spread(
    evidence: Evidence, share: Floats, start: Model, worth: float, side: int
) -> Mapping[str, tuple[float, ...]]:
    return {
        comparison.name: _levels_of(comparison, evidence.levels[:, number], share, start, worth, side)
        for number, comparison in enumerate(evidence.comparisons)
    }


def _levels_of(
    comparison: Comparison, levels: NDArray[np.uint8], share: Floats, start: Model, worth: float, side: int
) -> tuple[float, ...]:
    counted = np.bincount(levels, weights=share, minlength=len(comparison.levels))[1:]
    found = counted + worth * start.spread(comparison)[side]
    return tuple((found / found.sum()).tolist())
