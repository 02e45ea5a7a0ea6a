"""Ways over the network for one who walks, rides or drives: from door to door."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt
import shapely

from koban.lib.geo import Point
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop
from koban.lib.streets.network import METRES_PER_DEGREE, NO_STREETS, Network
from koban.lib.streets.profiles import PROFILES

FARTHEST_M = 200.0
"""From a position to a street: farther away it is a mistake, or the map lacks the street."""
ON_FOOT = 4.5 / 3.6
"""From the street to the door, metres a second."""

FAR_FROM_STREETS = gettext_noop("The position is %(metres)d m away from any street of the map.")

Line = list[tuple[float, float]]
"""Longitude and latitude of each corner."""
Edge = tuple[int, float]
"""The node at its end, and seconds."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A position at its nearest street. piece: of the network; part: from its start, 0 to 1. metres: off the street."""

    at: Point
    piece: int
    part: float
    metres: float


class Ways:
    """Only what can be reached and left again from the largest part of the network is used."""

    def __init__(self, network: Network, profile: str) -> None:
        self.network, self.profile = network, PROFILES[profile]
        forwards, backwards = network.speeds(profile)
        with np.errstate(divide="ignore"):
            self.there = (network.metres / forwards).tolist()
            self.back = (network.metres / backwards).tolist()
        self.nodes = len(network.lon)
        self.edges = self._edges(forwards > 0, backwards > 0)
        self.usable = self._largest()

    def _edges(self, forwards: npt.NDArray[np.bool_], backwards: npt.NDArray[np.bool_]) -> list[list[Edge]]:
        edges: list[list[Edge]] = [[] for _ in range(self.nodes)]
        starts, ends = self.network.start.tolist(), self.network.end.tolist()
        for piece in np.flatnonzero(forwards).tolist():
            edges[starts[piece]].append((ends[piece], self.there[piece]))
        for piece in np.flatnonzero(backwards).tolist():
            edges[ends[piece]].append((starts[piece], self.back[piece]))
        return edges

    def _largest(self) -> npt.NDArray[np.bool_]:
        """Nodes of the largest part in which every one can be reached from every other."""
        turned: list[list[Edge]] = [[] for _ in range(self.nodes)]
        for node, edges in enumerate(self.edges):
            for end, seconds in edges:
                turned[end].append((node, seconds))
        best, seen = np.zeros(self.nodes, dtype=np.bool_), np.zeros(self.nodes, dtype=np.bool_)
        for node in range(self.nodes):
            if not seen[node] and self.edges[node]:
                both = _reached(self.edges, node) & _reached(turned, node)
                seen |= both
                best = both if both.sum() > best.sum() else best
            if best.sum() * 2 > self.nodes:
                break
        return best

    @cached_property
    def _pieces(self) -> tuple[npt.NDArray[np.int64], shapely.STRtree]:
        net = self.network
        usable = self.usable[net.start] & self.usable[net.end]
        ridden = np.isfinite(self.there) | np.isfinite(self.back)
        numbers = np.flatnonzero(usable & ridden)
        if not len(numbers):
            raise Mistake("no_streets", NO_STREETS)
        x, y = self._flat(net.lon, net.lat)
        lines = np.stack([x[net.start], y[net.start], x[net.end], y[net.end]], axis=1)[numbers]
        return numbers, shapely.STRtree([shapely.LineString(line) for line in lines.reshape(-1, 2, 2)])

    def _flat(
        self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Metres east and north of nowhere in particular."""
        shrink = math.cos(math.radians(float(self.network.lat.mean())))
        return lon * METRES_PER_DEGREE * shrink, lat * METRES_PER_DEGREE

    def spot(self, at: Point) -> Spot:
        """The nearest street. Raises Mistake with a sentence where it is too far away."""
        numbers, tree = self._pieces
        x, y = self._flat(np.array([at.lon]), np.array([at.lat]))
        where = shapely.Point(float(x[0]), float(y[0]))
        found = int(tree.nearest(where))
        line = tree.geometries[found]
        metres = float(line.distance(where))
        if metres > FARTHEST_M:
            raise Mistake("far_from_streets", FAR_FROM_STREETS, metres=round(metres))
        part = float(line.project(where) / line.length) if line.length else 0.0
        return Spot(at, int(numbers[found]), part, metres)

    def times(self, spots: Sequence[Spot]) -> npt.NDArray[np.int64]:
        """Seconds from each spot to each, doors and parking included, rounded up."""
        table = np.zeros((len(spots), len(spots)), dtype=np.int64)
        for row, source in enumerate(spots):
            reached, _before = self._tree(source, spots)
            for column, target in enumerate(spots):
                if column != row:
                    table[row, column] = math.ceil(self._seconds(source, target, reached))
        return table

    def line(self, source: Spot, target: Spot) -> Line:
        """The way from a spot to another, corner by corner."""
        reached, before = self._tree(source, [target])
        gates = [(reached.get(node, math.inf) + seconds, node) for node, seconds in self._into(target)]
        if self._along(source, target) <= min(gates, default=(math.inf, 0))[0]:
            return [self._place(source), self._place(target)]
        node: int | None = min(gates)[1]
        corners = [self._place(target)]
        while node is not None:
            corners.append((float(self.network.lon[node]), float(self.network.lat[node])))
            node = before[node]
        return [self._place(source), *corners[:0:-1], self._place(target)]

    def _place(self, spot: Spot) -> tuple[float, float]:
        """The point of the street where the spot is left for its door."""
        net = self.network
        a, b = int(net.start[spot.piece]), int(net.end[spot.piece])
        lon = float(net.lon[a] + (net.lon[b] - net.lon[a]) * spot.part)
        lat = float(net.lat[a] + (net.lat[b] - net.lat[a]) * spot.part)
        return lon, lat

    def _seconds(self, source: Spot, target: Spot, reached: dict[int, float]) -> float:
        ways = [reached.get(node, math.inf) + seconds for node, seconds in self._into(target)]
        street = min([*ways, self._along(source, target)])
        return street + (source.metres + target.metres) / ON_FOOT + self.profile.at_stop_s

    def _along(self, source: Spot, target: Spot) -> float:
        """Seconds on the one piece that both stand on; infinite where they do not."""
        if source.piece != target.piece:
            return math.inf
        part = target.part - source.part
        whole = self.there[source.piece] if part >= 0 else self.back[source.piece]
        return abs(part) * whole if part else 0.0

    def _out_of(self, spot: Spot) -> list[Edge]:
        """The nodes one comes to first from a spot."""
        net, piece = self.network, spot.piece
        ends = [(int(net.end[piece]), self.there[piece], 1 - spot.part)]
        return _open([*ends, (int(net.start[piece]), self.back[piece], spot.part)])

    def _into(self, spot: Spot) -> list[Edge]:
        """The nodes one comes from last to a spot."""
        net, piece = self.network, spot.piece
        ends = [(int(net.start[piece]), self.there[piece], spot.part)]
        return _open([*ends, (int(net.end[piece]), self.back[piece], 1 - spot.part)])

    def _tree(self, source: Spot, targets: Iterable[Spot]) -> tuple[dict[int, float], dict[int, int | None]]:
        """Seconds to the nodes from which the targets are entered, and from where each node was come to (Dijkstra)."""
        wanted = {node for target in targets for node, _seconds in self._into(target)}
        reached: dict[int, float] = {}
        before: dict[int, int | None] = {}
        queue: list[tuple[float, int, int]] = []
        for node, seconds in self._out_of(source):
            heappush(queue, (seconds, node, -1))
        while queue and wanted:
            now, node, last = heappop(queue)
            if node in reached:
                continue
            reached[node], before[node] = now, None if last < 0 else last
            wanted.discard(node)
            for end, seconds in self.edges[node]:
                if end not in reached:
                    heappush(queue, (now + seconds, end, node))
        return reached, before


def _open(ends: Iterable[tuple[int, float, float]]) -> list[Edge]:
    return [(node, whole * part) for node, whole, part in ends if math.isfinite(whole)]


def _reached(edges: Sequence[Sequence[Edge]], first: int) -> npt.NDArray[np.bool_]:
    seen = np.zeros(len(edges), dtype=np.bool_)
    seen[first] = True
    waiting = [first]
    while waiting:
        for end, _seconds in edges[waiting.pop()]:
            if not seen[end]:
                seen[end] = True
                waiting.append(end)
    return seen
