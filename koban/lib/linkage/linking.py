"""Pairs of records that are probably of one person, from one table or two."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from koban.lib.linkage.blocks import Blocks, Rows
from koban.lib.linkage.lexicon import Levels, Lexicon
from koban.lib.linkage.model import Floats, Frequencies, Model, chances, gather, weights
from koban.lib.linkage.reasons import reasons_for
from koban.lib.linkage.records import Pair, Record
from koban.lib.linkage.table import Table, compare, features
from koban.lib.linkage.training import few, pairs_of, population, train

THRESHOLD = 0.5
PART = 200_000  # pairs judged at once
ENOUGH = 200  # records from which a model can be learnt


def _quiet(_done: int, _whole: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of rows above a threshold, with what speaks for each."""

    at: Rows
    to: Rows
    chance: Floats
    odds: Floats
    levels: Levels
    weights: Floats


def link(
    left: Iterable[Record],
    right: Iterable[Record] | None = None,
    *,
    model: Model | None = None,
    threshold: float = THRESHOLD,
) -> Iterator[Pair]:
    """Pairs across `left` and `right`, or inside `left` alone, in the order of the rows.

    model: what agreement is worth; without one it is learnt from the records, if there are enough of them.
    """
    a, b = tables([*left], None if right is None else [*right])
    _learnt, found = linked(a, b, model, threshold)
    yield from pairs(a, b, found)


def tables(left: list[Record], right: list[Record] | None) -> tuple[Table, Table]:
    """The records as tables that can be compared; the same one twice where there is no right."""
    fields = {
        name
        for side in (left, right or [])
        for record in side
        for name, text in record.fields.items()
        if text
    }
    described, lexicon = features(fields), Lexicon()
    a = Table(described, lexicon)
    a.add(left)
    if right is None:
        return a, a
    b = Table(described, lexicon)
    b.add(right)
    return a, b


def linked(
    left: Table,
    right: Table,
    model: Model | None,
    threshold: float,
    told: Callable[[int, int], None] = _quiet,
) -> tuple[Model, Found]:
    """The model that was used, and the pairs. told: is called with how many of how many pairs are judged."""
    if not left.features or not len(left) or not len(right):
        return model or Model(), _nothing(left)
    at, to = pairs_of(left, right, None if few(left, right) else Blocks(right))
    if model is None:
        start = Model()
        model = train(left, right, start, at, to) if max(len(left), len(right)) >= ENOUGH else start
    frequencies = population(left, right)
    steps = []
    for first in range(0, max(len(at), 1), PART):
        part = slice(first, first + PART)
        steps.append(judged(left, right, model, frequencies, at[part], to[part], threshold))
        told(min(first + PART, len(at)), len(at))
    return model, together(steps)


def _nothing(left: Table) -> Found:
    rows, numbers = np.zeros(0, np.int64), np.zeros(0)
    shape = (0, len(left.comparisons))
    return Found(rows, rows, numbers, numbers, np.zeros(shape, np.uint8), np.zeros(shape))


def judged(
    left: Table, right: Table, model: Model, frequencies: Frequencies, at: Rows, to: Rows, threshold: float
) -> Found:
    """Those of the pairs (at, to) that reach the threshold."""
    levels = compare(left, right, at, to)
    evidence = gather(left, at, levels, frequencies)
    weighed = weights(model, evidence)
    one, _home = chances(model, evidence, weighed, len(right))
    keep = np.flatnonzero(one >= threshold)
    odds = np.log(np.maximum(one, 1e-12)) - np.log(np.maximum(1 - one, 1e-12))
    return Found(at[keep], to[keep], one[keep], odds[keep], levels[keep], weighed[keep])


def together(steps: list[Found]) -> Found:
    return Found(*(np.concatenate([getattr(step, part) for step in steps]) for part in Found.__slots__))


def pairs(left: Table, right: Table, found: Found) -> Iterator[Pair]:
    """The same as `Pair`s, with keys and reasons."""
    for number in range(len(found.at)):
        why = reasons_for(left.comparisons, found.levels[number], found.weights[number])
        keys = left.key(int(found.at[number])), right.key(int(found.to[number]))
        yield Pair(*keys, round(float(found.chance[number]), 6), why)
