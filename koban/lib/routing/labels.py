"""One person's best route by growing routes stop by stop, the most promising of each length and each end kept.

Windows that are narrow leave few orders: there this finds what exchanging neighbours does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from koban.lib.routing.clients import Clients

WIDTH = 3_000  # routes that are grown at a time
OFFERED = 20  # of each length

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Level:
    """Routes of one length: where they end, when they leave there, what they gained, what they saw."""

    client: Numbers
    leaves: Numbers
    gained: Numbers
    mark: npt.NDArray[np.uint64]
    seen: npt.NDArray[np.bool_]
    parent: Numbers


class Grower:
    """Grows routes of one kind of person over the clients of a problem."""

    def __init__(self, clients: Clients, matrix: Numbers) -> None:
        ways = clients.ways
        self.stop = np.array(clients.stop_of)
        stops = [clients.stops[at] for at in clients.stop_of]
        self.place = np.array([stop.place for stop in stops])
        self.stay = np.array([stop.stay for stop in stops])
        self.opens = np.array([window.opens for _at, window in ways])
        self.closes = np.array([window.closes for _at, window in ways])
        self.matrix, self.count = matrix, len(clients.stops)
        self.keep = max(4, WIDTH // len(ways))
        self.signs = np.random.default_rng(1).integers(1, 2**63, self.count).astype(np.uint64)

    def routes(self, kind: tuple[int, int, int, int], prizes: Numbers) -> list[tuple[int, ...]]:
        """Good routes as clients in order. kind: begins, ends, start, end. prizes: of the stops, 0 for not wanted."""
        begins, ends, start, end = kind
        level = _Level(
            np.array([-1]), np.array([begins]), np.array([0]), np.zeros(1, np.uint64),
            np.zeros((1, self.count), np.bool_), np.array([-1]),
        )  # fmt: skip
        levels: list[_Level] = []
        while len(level.client):
            levels.append(level)
            level = self._grown(level, prizes, ends, start, end)
        return [
            _back(levels, number, int(row))
            for number, each in enumerate(levels[1:], 1)
            for row in np.argsort(-each.gained, kind="stable")[:OFFERED]
        ]

    def _grown(self, level: _Level, prizes: Numbers, ends: int, start: int, end: int) -> _Level:
        last = np.where(level.client < 0, start, self.place[level.client])
        begin = np.maximum(level.leaves[:, None] + self.matrix[last][:, self.place], self.opens)
        leave = begin + self.stay
        fits = (begin <= self.closes) & (leave + self.matrix[self.place, end] <= ends)
        row, client = np.nonzero(fits & ~level.seen[:, self.stop] & (prizes[self.stop] > 0))
        leaves, stop = leave[row, client], self.stop[client]
        gained, mark = level.gained[row] + prizes[stop], level.mark[row] ^ self.signs[stop]
        kept = self._kept(client, leaves, gained, mark)
        seen = level.seen[row[kept]]
        seen[np.arange(len(kept)), stop[kept]] = True
        return _Level(client[kept], leaves[kept], gained[kept], mark[kept], seen, row[kept])

    def _kept(
        self, client: Numbers, leaves: Numbers, gained: Numbers, mark: npt.NDArray[np.uint64]
    ) -> Numbers:
        """Of those with the same stops and end the earliest; of each end those that gained most."""
        order = np.lexsort((leaves, mark, client))
        same = (np.diff(client[order]) == 0) & (np.diff(mark[order]) == 0)
        order = order[np.concatenate([np.ones(min(1, len(order)), np.bool_), ~same])]
        order = order[np.lexsort((leaves[order], -gained[order], client[order]))]
        firsts = np.searchsorted(client[order], client[order])
        kept: Numbers = order[np.arange(len(order)) - firsts < self.keep]
        return kept


def _back(levels: Sequence[_Level], number: int, row: int) -> tuple[int, ...]:
    route: list[int] = []
    while number:
        route.append(int(levels[number].client[row]))
        number, row = number - 1, int(levels[number].parent[row])
    return tuple(route[::-1])
