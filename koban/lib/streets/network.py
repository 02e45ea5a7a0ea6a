"""The network as arrays: crossings and bends, and the pieces of street between them. Kept in one file without code in it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import osmium

from koban.lib.geo import Box
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop
from koban.lib.streets.profiles import KEYS, KINDS, PROFILES

MOST_PIECES = 2_000_000
"""Some 100 MB in the file's arrays: a large city. An office needs some thousands."""
METRES_PER_DEGREE = 111_195.0

NO_STREETS = gettext_noop("The map holds no streets here.")
TOO_MANY = gettext_noop("The map holds too many streets for one house: give it a smaller area.")

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]
Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Network:
    """lon, lat: of the nodes, degrees. start, end: nodes of each piece. metres: its length. kind: its place in KINDS.

    open: who may use it, two bits for each profile in their order: forwards, backwards.
    """

    lon: Floats
    lat: Floats
    start: Whole
    end: Whole
    metres: Floats
    kind: Bits
    open: Bits

    @classmethod
    def read(cls, path: Path) -> Self:
        """The streets of an extract. Raises Mistake where there are none or far too many, RuntimeError for no extract."""
        gathered = _Gathered()
        for way in _ways(path):
            gathered.add(way)
            if len(gathered.pieces) > MOST_PIECES:
                raise Mistake("too_many", TOO_MANY)
        if not gathered.pieces:
            raise Mistake("no_streets", NO_STREETS)
        lon, lat = np.array(gathered.corners).T
        start, end, kind, may = (np.array(column) for column in zip(*gathered.pieces, strict=True))
        metres = _lengths(lon, lat, start, end)
        return cls(
            lon, lat, start.astype(np.int32), end.astype(np.int32), metres, kind.astype(np.uint8), may.astype(np.uint8)
        )  # fmt: skip

    def within(self, box: Box) -> Self:
        """The pieces with an end in the box. Raises Mistake where there are none."""
        across = (self.lon >= box.west) & (self.lon <= box.east)
        inside = across & (self.lat >= box.south) & (self.lat <= box.north)
        kept = inside[self.start] | inside[self.end]
        if not kept.any():
            raise Mistake("no_streets", NO_STREETS)
        nodes = np.unique(np.concatenate([self.start[kept], self.end[kept]]))
        numbers = np.zeros(len(self.lon), dtype=np.int32)
        numbers[nodes] = np.arange(len(nodes), dtype=np.int32)
        start, end = numbers[self.start[kept]], numbers[self.end[kept]]
        return type(self)(
            self.lon[nodes], self.lat[nodes], start, end, self.metres[kept], self.kind[kept], self.open[kept]
        )

    def write(self, path: Path) -> None:
        """In one file; whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            np.savez_compressed(file, **{each.name: getattr(self, each.name) for each in fields(self)})
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `write` wrote. Raises OSError, KeyError or ValueError for anything else."""
        with np.load(path, allow_pickle=False) as held:
            return cls(*(held[each.name] for each in fields(cls)))

    def speeds(self, profile: str) -> tuple[Floats, Floats]:
        """Metres a second forwards and backwards on each piece, 0 where it may not be used."""
        of_kind = np.array([PROFILES[profile].speed(kind) / 3.6 for kind in KINDS])[self.kind]
        bit = 2 * list(PROFILES).index(profile)
        return of_kind * (self.open >> bit & 1), of_kind * (self.open >> bit + 1 & 1)


class _Gathered:
    """corners: longitude and latitude of each node. pieces: start, end, kind, who may."""

    def __init__(self) -> None:
        self.corners: list[tuple[float, float]] = []
        self.pieces: list[tuple[int, int, int, int]] = []
        self.numbers: dict[int, int] = {}

    def add(self, way: osmium.osm.Way) -> None:
        tags = {tag.k: tag.v for tag in way.tags if tag.k in KEYS or tag.k in ("highway", "area")}
        may = _who_may(tags)
        if not may or tags.get("area") == "yes":
            return
        kind = KINDS.index(tags["highway"])
        for run in _runs(way):
            nodes = [self._number(*corner) for corner in run]
            self.pieces += [(a, b, kind, may) for a, b in pairwise(nodes) if a != b]

    def _number(self, ref: int, lon: float, lat: float) -> int:
        if ref not in self.numbers:
            self.numbers[ref] = len(self.corners)
            self.corners.append((lon, lat))
        return self.numbers[ref]


def _ways(path: Path) -> Iterator[osmium.osm.Way]:
    """Every way with highway=, with the places of its nodes as far as the file holds them."""
    found = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for thing in found.with_filter(osmium.filter.KeyFilter("highway")):
        if isinstance(thing, osmium.osm.Way):
            yield thing


def _runs(way: osmium.osm.Way) -> Iterator[list[tuple[int, float, float]]]:
    """The corners of a way in one run, or in several where the extract was cut through it: no line is guessed."""
    run: list[tuple[int, float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            run.append((node.ref, node.location.lon, node.location.lat))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _who_may(tags: dict[str, str]) -> int:
    bits = 0
    for number, profile in enumerate(PROFILES.values()):
        forwards, backwards = profile.directions(tags)
        bits |= (forwards + 2 * backwards) << 2 * number
    return bits


def _lengths(lon: Floats, lat: Floats, start: Whole, end: Whole) -> Floats:
    """Flat, piece by piece: off by a millimetre in the length of a street."""
    shrink = np.cos(np.radians((lat[start] + lat[end]) / 2))
    metres: Floats = METRES_PER_DEGREE * np.hypot((lon[start] - lon[end]) * shrink, lat[start] - lat[end])
    return metres
