"""How many people live where: the population grid, spread over the floors of the houses inside each cell."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import shapely
from shapely.geometry import Point

EMPTY_CELL_SHARE = 0.5
"""Where the grid is silent (its makers dropped small cells), half the usual density is assumed."""
ENVELOPE_BYTES = (0, 32, 48, 48, 64)


@dataclass(frozen=True, slots=True)
class Grid:
    """cells: ground; people: how many live on it, in the same order. An empty grid spreads by floor area alone."""

    cells: tuple[shapely.Geometry, ...] = ()
    people: tuple[int, ...] = ()

    def spread(self, points: Sequence[Point], floors_m2: Sequence[float]) -> list[float]:
        """A weight for each house at `points`: its share of the people of its cell, by lived-in floor area."""
        cells = self._cells_of(points)
        floor_of: dict[int, float] = defaultdict(float)
        for cell, floor in zip(cells, floors_m2, strict=True):
            floor_of[cell] += floor
        density = {c: self.people[c] / m2 for c, m2 in floor_of.items() if c >= 0 and m2 > 0}
        elsewhere = median(density.values()) * EMPTY_CELL_SHARE if density else 1.0
        return [density.get(cell, elsewhere) * floor for cell, floor in zip(cells, floors_m2, strict=True)]

    def _cells_of(self, points: Sequence[Point]) -> list[int]:
        """Position of the cell under each point, -1 for none."""
        index = shapely.STRtree(self.cells)
        under = [index.query(point, predicate="within") for point in points]
        return [int(min(found)) if len(found) else -1 for found in under]


def read_grid(path: Path) -> Grid:
    """The grid of a GeoPackage with a table `population_grid_2020` (geom in WGS 84, population).

    Raises sqlite3.DatabaseError if the file is no such GeoPackage.
    """
    file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        rows = file.execute("SELECT geom, population FROM population_grid_2020 ORDER BY fid").fetchall()
    finally:
        file.close()
    return Grid(tuple(_geometry(blob) for blob, _ in rows), tuple(int(people) for _, people in rows))


def _geometry(blob: bytes) -> shapely.Geometry:
    """GeoPackage binary: a header of eight bytes and an envelope, then well-known binary (OGC 12-128r18, 2.1.3)."""
    envelope = ENVELOPE_BYTES[(blob[3] >> 1) & 0b111]
    return shapely.from_wkb(blob[8 + envelope :])
