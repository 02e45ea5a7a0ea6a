"""Vector tiles of the base map: made from an OpenStreetMap extract once, read from one file ever after.

Layers and their tags, all text: `water` (kind), `green` (kind), `landuse` (kind), `buildings` (kind, name),
`streets` (kind, name, name_en), `addresses` (number), `pois` (kind, name). A tag without a value is left out.
Zoom levels 12 to 17; a map draws nearer ones from 17. The same input gives the same bytes.
Sources: https://github.com/mapbox/vector-tile-spec (2.1), https://github.com/protomaps/PMTiles (3).
"""

from __future__ import annotations

import gzip
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mapbox_vector_tile as mvt
import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry import Point

from koban.lib.osm import Box, Extract

MIN_ZOOM, MAX_ZOOM = 12, 17
LAYERS = ("water", "green", "landuse", "buildings", "streets", "addresses", "pois")
EXTENT = 4096
MARGIN = 64
"""Units of `EXTENT` that each tile reaches over its edge, so that lines meet."""
FINEST, COARSE = 2.0, 8.0
"""Units by which a line may be simplified on the last level, and on those before it."""
EARTH_M = 2 * math.pi * 6378137
STREET_ZOOM = {"primary": 12, "rail": 12, "secondary": 12, "residential": 13, "pedestrian": 14, "tram": 14}
FINE_STREET_ZOOM = 15
BUILDING_ZOOM, POI_ZOOM, ADDRESS_ZOOM = 14, 16, 17
ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True)
class Feature:
    """shape: WGS 84 degrees. min_zoom: first level on which it is drawn."""

    layer: str
    shape: shapely.Geometry
    tags: Mapping[str, str]
    min_zoom: int = MIN_ZOOM


@dataclass(frozen=True, slots=True)
class Names:
    """What the map calls things, so that an invented town never shows the real name.

    streets: real name → (name, English name). buildings, places: OpenStreetMap id → name. What is not listed
    stays nameless.
    """

    streets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    buildings: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_map(cls, extract: Extract) -> Names:
        """The names that the map itself carries."""
        return cls(
            {street.name: (street.name, street.name_en) for street in extract.streets if street.name},
            {building.osm_id: building.name for building in extract.buildings},
            {place.osm_id: place.name for place in extract.places},
        )


Door = tuple[str, float, float]
"""House number, lon, lat."""


def features(extract: Extract, names: Names, doors: Iterable[Door]) -> Iterator[Feature]:
    """Everything that the base map draws, in the order in which it is drawn."""
    for area in extract.areas:
        yield Feature(area.layer, area.shape, {"kind": area.kind})
    for building in extract.buildings:
        tags = {"kind": building.kind, "name": names.buildings.get(building.osm_id, "")}
        yield Feature("buildings", building.shape, tags, BUILDING_ZOOM)
    for street in extract.streets:
        name, name_en = names.streets.get(street.name, ("", ""))
        zoom = STREET_ZOOM.get(street.kind, FINE_STREET_ZOOM)
        yield Feature("streets", street.line, {"kind": street.kind, "name": name, "name_en": name_en}, zoom)
    for number, lon, lat in doors:
        yield Feature("addresses", Point(lon, lat), {"number": number}, ADDRESS_ZOOM)
    for place in extract.places:
        tags = {"kind": place.kind, "name": names.places.get(place.osm_id, "")}
        yield Feature("pois", Point(place.lon, place.lat), tags, POI_ZOOM)


def build(drawn: Iterable[Feature], path: Path, *, box: Box, title: str = "") -> int:
    """Write the tiles of `box` into the PMTiles file `path` and return how many hold anything.

    Raises ValueError if nothing lies in the box.
    """
    pile, count = _Pile(list(drawn)), 0
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        with writer.tile_f:
            for zoom, x, y in _tiles(box):
                if tile := pile.tile(zoom, x, y):
                    writer.write_tile(zxy_to_tileid(zoom, x, y), gzip.compress(tile, mtime=0))
                    count += 1
            if not count:
                raise ValueError("there is nothing to draw in this box")
            writer.finalize(_header(box), _metadata(title))
    return count


class _Pile:
    """All features in Web Mercator metres, with an index over their boxes."""

    def __init__(self, drawn: Sequence[Feature]) -> None:
        self.drawn = drawn
        shapes = np.array([feature.shape for feature in drawn], dtype=object)
        self.shapes = shapely.transform(shapes, mercator)
        self.index = shapely.STRtree(self.shapes)

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        """The encoded tile, b"" if nothing is on it."""
        size = EARTH_M / 2**zoom
        west, north = x * size - EARTH_M / 2, EARTH_M / 2 - y * size
        bounds = (west, north - size, west + size, north)
        layers: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
        for i in self._seen(zoom, bounds):
            shape = self._clipped(i, zoom, bounds)
            if not shapely.is_empty(shape):
                tags = {key: value for key, value in self.drawn[i].tags.items() if value}
                layers[self.drawn[i].layer].append({"geometry": shape, "properties": tags})
        filled = [{"name": name, "features": found} for name, found in layers.items() if found]
        options = {"y_coord_down": True, "extents": EXTENT}
        return mvt.encode(filled, default_options=options) if filled else b""

    def _seen(self, zoom: int, bounds: Box) -> list[int]:
        found = sorted(int(i) for i in self.index.query(shapely.box(*_widened(bounds))))
        return [i for i in found if self.drawn[i].min_zoom <= zoom]

    def _clipped(self, i: int, zoom: int, bounds: Box) -> shapely.Geometry:
        """The part of one feature that the tile shows, in units of `EXTENT` from its upper left corner."""
        unit = (bounds[2] - bounds[0]) / EXTENT
        part = shapely.clip_by_rect(self.shapes[i], *_widened(bounds))
        corner = (bounds[0], bounds[3])
        local = shapely.transform(part, lambda metres: (metres - corner) / (unit, -unit))
        fine = shapely.simplify(local, FINEST if zoom == MAX_ZOOM else COARSE)
        return _same_kind(shapely.set_precision(shapely.make_valid(fine), 1.0), self.shapes[i])


def _same_kind(part: shapely.Geometry, whole: shapely.Geometry) -> shapely.Geometry:
    """Only the pieces with as many dimensions as the whole: a polygon that is cut leaves no stray lines."""
    wanted = shapely.get_dimensions(whole)
    pieces = [piece for piece in shapely.get_parts(part) if shapely.get_dimensions(piece) == wanted]
    return pieces[0] if len(pieces) == 1 else shapely.union_all(pieces)


def mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) of lon, lat in degrees → (n, 2) of Web Mercator metres (EPSG:3857)."""
    x = degrees[:, 0] / 360 * EARTH_M
    y = np.log(np.tan(np.pi / 4 + np.radians(degrees[:, 1]) / 2)) * EARTH_M / (2 * np.pi)
    return np.column_stack([x, y])


def tile_at(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    """Column and row of the tile that holds a point."""
    ((x, y),) = mercator(np.array([[lon, lat]]))
    size = EARTH_M / 2**zoom
    return math.floor((x + EARTH_M / 2) / size), math.floor((EARTH_M / 2 - y) / size)


def _widened(bounds: Box) -> Box:
    west, south, east, north = bounds
    margin = (east - west) * MARGIN / EXTENT
    return (west - margin, south - margin, east + margin, north + margin)


def _tiles(box: Box) -> list[tuple[int, int, int]]:
    """(zoom, x, y) of all tiles over the box, in the order of the file's index."""
    found = []
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        (left, top), (right, bottom) = tile_at(zoom, box[0], box[3]), tile_at(zoom, box[2], box[1])
        found += [(zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    return sorted(found, key=lambda tile: zxy_to_tileid(*tile))


def _header(box: Box) -> dict[str, Any]:
    west, south, east, north = (round(side * 10_000_000) for side in box)
    return {
        "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": MAX_ZOOM - 2, "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
    }  # fmt: skip


def _metadata(title: str) -> dict[str, Any]:
    layers = [{"id": name, "fields": {"kind": "String", "name": "String"}} for name in LAYERS]
    return {"name": title, "attribution": ATTRIBUTION, "format": "pbf", "vector_layers": layers}


class Tiles:
    """Read tiles out of a PMTiles file; the file is mapped, not loaded, and may be read by many threads."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError if there is no such file, ValueError if it holds no tiles."""
        with path.open("rb") as file:  # the mapping outlives the file
            self._reader = Reader(MmapSource(file))  # type: ignore[no-untyped-call]
        try:
            self.header: dict[str, Any] = self._reader.header()  # type: ignore[no-untyped-call]
        except Exception as error:  # the library raises whatever its parser met
            raise ValueError(f"{path.name} is not a PMTiles file") from error
        self.etag = hashlib.sha256(path.read_bytes()).hexdigest()[:16]

    def get(self, zoom: int, x: int, y: int) -> bytes | None:
        """The gzipped tile, None where the map is empty or the address is none."""
        if not (MIN_ZOOM <= zoom <= MAX_ZOOM and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
            return None
        tile: bytes | None = self._reader.get(zoom, x, y)  # type: ignore[no-untyped-call]
        return tile

    @property
    def box(self) -> Box:
        """West, south, east, north in degrees."""
        west, south, east, north = (self.header[f"{name}_e7"] / 1e7 for name in
                                    ("min_lon", "min_lat", "max_lon", "max_lat"))  # fmt: skip
        return (west, south, east, north)
