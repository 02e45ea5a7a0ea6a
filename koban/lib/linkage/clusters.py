"""Which records are of one person, all taken together: closed, but not through a chain of weak links."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np

from koban.lib.linkage.linking import THRESHOLD, judged, linked, tables
from koban.lib.linkage.model import Floats, Model
from koban.lib.linkage.records import Record
from koban.lib.linkage.table import Table
from koban.lib.linkage.training import population

FIRM = 12.0  # one pair counts for so much at most, for or against
LARGEST = 1_000  # records that hang together; beyond, only the surest links count
SURE = 0.999
PAIR = 2

Edge = tuple[int, int, float]


def cluster(
    records: Iterable[Record], *, model: Model | None = None, threshold: float = THRESHOLD
) -> list[tuple[str, ...]]:
    """The keys of records of one person, for every person with two or more, in the order of the records."""
    table, _same = tables([*records], None)
    learnt, found = linked(table, table, model, threshold)
    edges = list(zip(found.at.tolist(), found.to.tolist(), found.chance.tolist(), strict=True))
    groups = grouped(table, learnt, edges, threshold)
    return [tuple(table.key(row) for row in rows) for rows in groups]


def grouped(table: Table, model: Model, edges: Sequence[Edge], threshold: float) -> list[list[int]]:
    """Rows that belong together: groups grow while their records agree on average, every pair asked.

    A chain a–b–c does not hold where a and c contradict each other: two valid numbers, two birthdays.
    """
    if not edges:
        return []
    loose = components(edges, threshold)
    odds = _odds(table, model, loose)
    level = float(np.log(threshold / (1 - threshold))) if 0 < threshold < 1 else 0.0
    found = [group for rows in loose for group in _agreed(rows, odds, level)]
    return sorted(group for group in found if len(group) >= PAIR)


def components(edges: Sequence[Edge], threshold: float) -> list[list[int]]:
    """What hangs together through links at all; what is too large is taken apart at its weaker links."""
    whole = _connected(edges)
    small = [rows for rows in whole if len(rows) <= LARGEST]
    large = {row for rows in whole if len(rows) > LARGEST for row in rows}
    kept = [edge for edge in edges if edge[0] in large and edge[2] >= max(SURE, threshold)]
    return small + (components(kept, 1.0) if kept and threshold < 1 else [])


def _connected(edges: Sequence[Edge]) -> list[list[int]]:
    root: dict[int, int] = {}

    def top(row: int) -> int:
        while root.setdefault(row, row) != row:
            root[row] = row = root[root[row]]
        return row

    for a, b, _chance in edges:
        first, second = sorted((top(a), top(b)))
        root[second] = first
    found: dict[int, list[int]] = {}
    for row in sorted(root):
        found.setdefault(top(row), []).append(row)
    return list(found.values())


def _odds(table: Table, model: Model, groups: Sequence[Sequence[int]]) -> dict[tuple[int, int], float]:
    """The logarithm of the odds for every pair inside each group."""
    pairs = np.array([pair for rows in groups for pair in combinations(rows, 2)], np.int64).reshape(-1, 2)
    frequencies = population(table, table)
    found: dict[tuple[int, int], float] = {}
    for part in np.array_split(pairs, max(1, len(pairs) // 500_000)):
        every = judged(table, table, model, frequencies, part[:, 0], part[:, 1], -1.0)
        rows = zip(
            every.at.tolist(), every.to.tolist(), np.clip(every.odds, -FIRM, FIRM).tolist(), strict=True
        )
        found.update({(a, b): odds for a, b, odds in rows})
    return found


def _agreed(rows: Sequence[int], odds: dict[tuple[int, int], float], level: float) -> Iterator[list[int]]:
    groups = [[row] for row in rows]
    sums = np.zeros((len(rows), len(rows)))
    for a, b in combinations(range(len(rows)), 2):
        sums[a, b] = sums[b, a] = odds[rows[a], rows[b]]
    sizes = np.ones(len(rows))
    while len(groups) > 1:
        a, b, mean = _closest(sums, sizes)
        if mean < level:
            break
        groups[a] = sorted(groups[a] + groups.pop(b))
        sums[a] += sums[b]
        sums[:, a] += sums[:, b]
        sums = np.delete(np.delete(sums, b, 0), b, 1)
        sizes[a] += sizes[b]
        sizes = np.delete(sizes, b)
    yield from groups


def _closest(sums: Floats, sizes: Floats) -> tuple[int, int, float]:
    means = sums / np.outer(sizes, sizes)
    np.fill_diagonal(means, -np.inf)
    a, b = divmod(int(means.argmax()), len(sizes))
    return min(a, b), max(a, b), float(means.max())
