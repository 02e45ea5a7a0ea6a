"""Read an OpenStreetMap extract into plain shapes: streets, buildings, addresses, places, areas, assets.

Coordinates are WGS 84 degrees, (lon, lat). Extracts are often cut without completing their ways; what is left
of such a way is kept and marked, never guessed.
Source of the tags: https://wiki.openstreetmap.org/wiki/Map_features (ODbL data, (c) OpenStreetMap contributors).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast

import osmium
import shapely
from osmium.osm import NODE, RELATION, WAY
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from koban.lib import osm_tags as known
from koban.lib.coast import sea

Tags = Mapping[str, str]
Shape: TypeAlias = Polygon | MultiPolygon
Corner = tuple[float, float]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class Street:
    osm_id: int
    kind: str
    name: str
    name_en: str
    line: LineString


@dataclass(frozen=True, slots=True)
class Building:
    """levels: storeys above ground, 0 where the map does not say; whole: no corner is missing."""

    osm_id: str
    kind: str
    name: str
    levels: int
    whole: bool
    shape: Shape


@dataclass(frozen=True, slots=True)
class Address:
    osm_id: str
    street: str
    number: str
    unit: str
    floor: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Place:
    osm_id: str
    kind: str
    name: str
    street: str
    number: str
    floor: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Area:
    """layer: water, green or landuse."""

    osm_id: str
    layer: str
    kind: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Asset:
    osm_id: str
    kind: str
    lon: float
    lat: float


@dataclass(slots=True)
class Extract:
    box: Box
    streets: list[Street] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    coast: list[LineString] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Thing:
    """One object of the file, whatever it was: its tags, a point on it, and its line or shape if it has one."""

    osm_id: str
    tags: Tags
    point: Corner
    line: LineString | None = None
    shape: Shape | None = None
    whole: bool = True


def read(path: Path) -> Extract:
    """The extract in `path`, in the order of the file. Raises RuntimeError if it is no OpenStreetMap file."""
    extract = Extract(box=(0.0, 0.0, 0.0, 0.0))
    for thing in _things(path):
        _sort_in(extract, thing)
    extract.box = _box(path, extract)
    shapes = sea(extract.coast, extract.box)
    extract.areas += [Area(f"sea{i}", "water", "sea", shape) for i, shape in enumerate(shapes)]
    return extract


def thin(source: Path, target: Path) -> None:
    """Copy an extract with only the tags that Koban reads: no telephone numbers, no users, no routes."""
    header, old = osmium.io.Header(), osmium.io.Reader(str(source)).header()
    if old.box().valid():
        header.add_box(old.box())
    file = osmium.io.File(str(target), "pbf,add_metadata=false")
    with osmium.SimpleWriter(file, header=header) as writer:
        for thing in osmium.FileProcessor(str(source)):
            tags = {tag.k: tag.v for tag in thing.tags if tag.k in known.KEPT}
            route = isinstance(thing, osmium.osm.Relation) and tags.get("type") != "multipolygon"
            if not route:
                writer.add(cast("osmium.osm.Node", thing).replace(tags=tags))


def _things(path: Path) -> Iterator[_Thing]:
    rings = _ring_members(path)
    lines: dict[int, list[Corner]] = {}
    for thing in osmium.FileProcessor(str(path), NODE | WAY | RELATION).with_locations():
        tags = {tag.k: tag.v for tag in thing.tags}
        if isinstance(thing, osmium.osm.Node):
            if tags:
                yield _Thing(f"n{thing.id}", tags, (thing.location.lon, thing.location.lat))
        elif isinstance(thing, osmium.osm.Way):
            corners, whole = _corners(thing)
            if thing.id in rings:
                lines[thing.id] = corners
            if len(corners) > 1:
                yield _from_way(thing, tags, corners, whole)
        elif isinstance(thing, osmium.osm.Relation) and tags.get("type") == "multipolygon":
            yield from _from_relation(thing, tags, lines)


def _ring_members(path: Path) -> set[int]:
    """Ids of the ways that some multipolygon needs, so that only those are kept in memory."""
    return {
        member.ref
        for relation in osmium.FileProcessor(str(path), RELATION)
        if isinstance(relation, osmium.osm.Relation) and relation.tags.get("type") == "multipolygon"
        for member in relation.members
        if member.type == "w"
    }


def _corners(way: osmium.osm.Way) -> tuple[list[Corner], bool]:
    """Corners that the file holds, and whether those are all: a cut extract lacks some (InvalidLocationError)."""
    found = [(node.location.lon, node.location.lat) for node in way.nodes if node.location.valid()]
    return found, len(found) == len(way.nodes)


def _from_way(way: osmium.osm.Way, tags: Tags, corners: list[Corner], whole: bool) -> _Thing:
    ring = way.is_closed() and len(set(corners)) > 2
    shape = _shape(Polygon(corners)) if ring else None
    line = LineString(corners)
    middle = shape.representative_point() if shape else line.interpolate(0.5, normalized=True)
    return _Thing(f"w{way.id}", tags, (middle.x, middle.y), line, shape, whole)


def _from_relation(
    relation: osmium.osm.Relation, tags: Tags, lines: dict[int, list[Corner]]
) -> Iterator[_Thing]:
    members = [(m.role, lines.get(m.ref, [])) for m in relation.members if m.type == "w"]
    outer = _rings(corners for role, corners in members if role != "inner")
    inner = _rings(corners for role, corners in members if role == "inner")
    shape = _shape(shapely.difference(outer, inner))
    if shape:
        middle = shape.representative_point()
        whole = all(corners for _, corners in members)
        yield _Thing(f"r{relation.id}", tags, (middle.x, middle.y), None, shape, whole)


def _rings(lines: Iterable[list[Corner]]) -> shapely.Geometry:
    pieces = [LineString(corners) for corners in lines if len(corners) > 1]
    return shapely.union_all(list(shapely.polygonize(pieces).geoms)) if pieces else Polygon()


def _shape(geometry: shapely.Geometry) -> Shape | None:
    """The polygons in `geometry`, made valid; None if it has no area."""
    parts = [
        p
        for p in shapely.get_parts(shapely.make_valid(geometry))
        if isinstance(p, Polygon | MultiPolygon) and p.area > 0
    ]
    merged = shapely.union_all(parts)
    return merged if isinstance(merged, Polygon | MultiPolygon) and not merged.is_empty else None


def _sort_in(extract: Extract, thing: _Thing) -> None:
    _sort_lines(extract, thing)
    _sort_shapes(extract, thing)
    _sort_points(extract, thing)


def _sort_lines(extract: Extract, thing: _Thing) -> None:
    tags, line = thing.tags, thing.line
    kind = known.STREET_KINDS.get(tags.get("highway", "")) or known.STREET_KINDS.get(tags.get("railway", ""))
    if line is not None and kind and tags.get("area") != "yes":
        name, name_en = tags.get("name", ""), tags.get("name:en", "")
        extract.streets.append(Street(int(thing.osm_id[1:]), kind, name, name_en, line))
    if line is not None and tags.get("natural") == "coastline":
        extract.coast.append(line)


def _sort_shapes(extract: Extract, thing: _Thing) -> None:
    tags, shape = thing.tags, thing.shape
    if shape is None:
        return
    if tags.get("building", "no") not in ("no", "entrance"):
        levels = tags.get("building:levels", "")
        storeys = int(levels) if levels.isdecimal() else 0
        extract.buildings.append(
            Building(thing.osm_id, tags["building"], tags.get("name", ""), storeys, thing.whole, shape)
        )
    for key in known.AREA_KEYS:
        if layer := known.AREA_LAYERS.get(tags.get(key, "")):
            extract.areas.append(Area(thing.osm_id, layer, tags[key], shape))
            return


def _sort_points(extract: Extract, thing: _Thing) -> None:
    tags, (lon, lat) = thing.tags, thing.point
    street, floor = tags.get("addr:street", ""), tags.get("addr:floor", "")
    numbers = house_numbers(tags.get("addr:housenumber", ""))
    if street:
        unit = tags.get("addr:unit", "")
        extract.addresses += [Address(thing.osm_id, street, n, unit, floor, lon, lat) for n in numbers]
    if kind := _place_kind(tags):
        number = numbers[0] if numbers else ""
        extract.places.append(
            Place(thing.osm_id, kind, tags.get("name", ""), street, number, floor, lon, lat)
        )
    kinds = {
        asset
        for mark, asset in known.ASSET_KINDS.items()
        if tags.get(mark.split("=")[0]) == mark.split("=")[1]
    }
    extract.assets += [Asset(thing.osm_id, asset, lon, lat) for asset in sorted(kinds)]


def _place_kind(tags: Tags) -> str:
    """What the office calls this place; "" for a bench, a track, and whatever else is no place."""
    named = (known.PLACE_KINDS.get(tags.get(key, "")) for key in known.PLACE_KEYS)
    other = (kind for key, kind in known.PLACE_ELSE.items() if tags.get(key, "no") not in known.IGNORED)
    return next((kind for kind in [*named, *other] if kind), "")


def house_numbers(text: str) -> list[str]:
    """ "148;150" is two doors; what follows a comma ("2, 2nd floor") is not part of the number."""
    parts = (part.split(",")[0].strip() for part in text.split(";"))
    return [part for part in parts if part]


def _box(path: Path, extract: Extract) -> Box:
    """The file's own box; without one, the bounds of all buildings and addresses."""
    box = osmium.io.Reader(str(path)).header().box()
    if box.valid():
        return (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
    shapes: list[shapely.Geometry] = [building.shape for building in extract.buildings]
    west, south, east, north = shapely.total_bounds(shapes + [Point(a.lon, a.lat) for a in extract.addresses])
    return (float(west), float(south), float(east), float(north))
