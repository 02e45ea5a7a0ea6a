"""Positions on the earth: checked at the door, converted from Chinese web maps, measured, put into cells and areas.

Inside Koban every position is WGS 84, longitude first. A position never reaches a log.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import h3
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG)
CELL_WIDE = 7  # about 5 km²: a beat
CELL_NEAR = 9  # about 0.1 km²: a few houses

NOT_A_POSITION = gettext_noop("This is not a position: write longitude and latitude, such as 116.39,39.91.")
OUT_OF_RANGE = gettext_noop("Longitude lies between -180 and 180, latitude between -90 and 90.")
NULL_ISLAND = gettext_noop("Longitude 0, latitude 0 is a point in the sea: the position seems to be missing.")


@dataclass(frozen=True, slots=True)
class Point:
    """lon, lat: degrees, WGS 84."""

    lon: float
    lat: float


def point(lon: object, lat: object) -> Point:
    """A checked position from numbers or numerals. Raises Mistake with a sentence for the person who typed it.

    0/0 is refused: it is what a broken phone or form sends, and no office lies in the Gulf of Guinea.
    """
    found = Point(_degrees(lon), _degrees(lat))
    if not (-180 <= found.lon <= 180 and -90 <= found.lat <= 90):
        raise Mistake("out_of_range", OUT_OF_RANGE)
    if found.lon == 0 and found.lat == 0:
        raise Mistake("null_island", NULL_ISLAND)
    return found


def _degrees(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Mistake("not_a_position", NOT_A_POSITION)
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        raise Mistake("not_a_position", NOT_A_POSITION) from None
    if not math.isfinite(degrees):
        raise Mistake("not_a_position", NOT_A_POSITION)
    return degrees


PAIR = re.compile(
    r"\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*[,，;；\s]\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*", re.ASCII
)


def parse_point(text: str) -> Point:
    """A position typed as "longitude,latitude" in decimal degrees. Raises Mistake."""
    if len(text) > 100 or not (pair := PAIR.fullmatch(text)):
        raise Mistake("not_a_position", NOT_A_POSITION)
    return point(*pair.groups())


def metres(a: Point, b: Point) -> float:
    """Great-circle distance; up to 0.5 % from the ellipsoid's."""
    phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (phi_b - phi_a) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees; `west` may be greater than `east` where the box crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, at: Point) -> bool:
        """Whether `at` lies inside or on the edge."""
        if self.west <= self.east:
            across = self.west <= at.lon <= self.east
        else:
            across = at.lon >= self.west or at.lon <= self.east
        return across and self.south <= at.lat <= self.north


def box_around(centre: Point, radius_m: float) -> Box:
    """The smallest box that holds every point within `radius_m` (a first filter for a search by `metres`)."""
    if radius_m < 0:
        raise ValueError("a radius is not negative")
    # A hair wider than exact, so that rounding never loses a point on the edge.
    angle = radius_m / EARTH_RADIUS_M * (1 + 1e-9) + 1e-12
    south, north = centre.lat - math.degrees(angle), centre.lat + math.degrees(angle)
    if south <= -90 or north >= 90:
        return Box(-180, max(south, -90), 180, min(north, 90))
    spread = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(centre.lat)))))
    return Box(_wrapped(centre.lon - spread), south, _wrapped(centre.lon + spread), north)


def box_of(points: Iterable[Point]) -> Box:
    """The box around `points`, not looking across the 180th meridian. Raises ValueError without any."""
    lons, lats = zip(*((at.lon, at.lat) for at in points), strict=True)
    return Box(min(lons), min(lats), max(lons), max(lats))


def _wrapped(lon: float) -> float:
    return (lon + 180) % 360 - 180 if not -180 <= lon <= 180 else lon


def cell(lon: float, lat: float, resolution: int = CELL_NEAR) -> str:
    """The H3 cell of a position given in degrees."""
    return str(h3.latlng_to_cell(lat, lon, resolution))


def cells_within(at: Point, radius_m: float) -> frozenset[str]:
    """Near cells (r9) that together hold every point within `radius_m`: an index look-up before `metres`."""
    # A ring of cells is at least 1.5 edges wide, and no edge is shorter than 0.6 of the average.
    ring_m = h3.average_hexagon_edge_length(CELL_NEAR, unit="m") * 1.5 * 0.6
    return frozenset(h3.grid_disk(cell(at.lon, at.lat), math.ceil(radius_m / ring_m) + 1))


class Area:
    """A polygon or several, from GeoJSON; beats and borders. Raises ValueError for what is not a sound area."""

    def __init__(self, geojson: dict[str, Any]) -> None:
        self.geometry = _sound(geojson)
        shapely.prepare(self.geometry)

    def holds(self, at: Point) -> bool:
        """Whether `at` lies inside or on the edge, so that a point on a shared border has an area at all."""
        return bool(shapely.intersects_xy(self.geometry, at.lon, at.lat))


def _sound(geojson: dict[str, Any]) -> BaseGeometry:
    try:
        geometry = shape(geojson)
    except (
        AttributeError,
        KeyError,
        TypeError,
        IndexError,
        ValueError,
        shapely.errors.ShapelyError,
    ) as error:
        raise ValueError(f"not GeoJSON: {type(error).__name__}") from error
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise ValueError(f"an area is a polygon, not {geometry.geom_type}")
    if not geometry.is_valid:
        raise ValueError(f"the area is not sound: {shapely.is_valid_reason(geometry)}")
    return geometry


# --- Chinese web maps -------------------------------------------------------------------------------------------
# The shift between WGS 84 and GCJ-02 is not published; what follows is the approximation in common use, known from
# open source since 2010 (EvilTransform; coordtransform, MIT), written anew. Good to about half a metre.

KRASOVSKY_A = 6_378_245.0
KRASOVSKY_EE = 0.00669342162296594323
BAIDU_PI = math.pi * 3000 / 180
MAINLAND = Box(72.004, 0.8293, 137.8347, 55.8271)
EXACT_ENOUGH_DEGREES = 1e-10


def _wave(x: float, parts: Sequence[tuple[float, float]]) -> float:
    return 2 / 3 * sum(weight * math.sin(x * turn * math.pi) for weight, turn in parts)


FINE = ((20.0, 6.0), (20.0, 2.0))


def _shift(lon: float, lat: float) -> tuple[float, float]:
    """How far GCJ-02 stands from WGS 84 at a place, in degrees of longitude and latitude."""
    x, y = lon - 105, lat - 35
    root = math.sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += _wave(x, FINE) + _wave(x, ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += _wave(x, FINE) + _wave(y, ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)))
    sine = math.sin(math.radians(lat))
    bend = 1 - KRASOVSKY_EE * sine * sine
    meridian = KRASOVSKY_A * (1 - KRASOVSKY_EE) / (bend * math.sqrt(bend))
    parallel = KRASOVSKY_A / math.sqrt(bend) * math.cos(math.radians(lat))
    return math.degrees(east / parallel), math.degrees(north / meridian)


def wgs84_to_gcj02(at: Point) -> Point:
    """To the datum of Amap and Tencent maps. Outside a box around the mainland nothing is shifted."""
    if not MAINLAND.holds(at):
        return at
    east, north = _shift(at.lon, at.lat)
    return Point(at.lon + east, at.lat + north)


def gcj02_to_wgs84(at: Point) -> Point:
    """Back from Amap and Tencent maps, by iteration; to a millimetre the inverse of `wgs84_to_gcj02`."""
    if not MAINLAND.holds(at):
        return at
    guess = at
    for _ in range(10):
        east, north = _shift(guess.lon, guess.lat)
        better = Point(at.lon - east, at.lat - north)
        done = max(abs(better.lon - guess.lon), abs(better.lat - guess.lat)) < EXACT_ENOUGH_DEGREES
        guess = better
        if done:
            break
    return guess


def gcj02_to_bd09(at: Point) -> Point:
    """To the datum of Baidu maps."""
    reach = math.hypot(at.lon, at.lat) + 0.00002 * math.sin(at.lat * BAIDU_PI)
    angle = math.atan2(at.lat, at.lon) + 0.000003 * math.cos(at.lon * BAIDU_PI)
    return Point(reach * math.cos(angle) + 0.0065, reach * math.sin(angle) + 0.006)


def bd09_to_gcj02(at: Point) -> Point:
    """Back from Baidu maps, by iteration; to a millimetre the inverse of `gcj02_to_bd09`."""
    guess = Point(at.lon - 0.0065, at.lat - 0.006)
    for _ in range(10):
        there = gcj02_to_bd09(guess)
        guess = Point(guess.lon + at.lon - there.lon, guess.lat + at.lat - there.lat)
        if max(abs(there.lon - at.lon), abs(there.lat - at.lat)) < EXACT_ENOUGH_DEGREES:
            break
    return guess


def wgs84_to_bd09(at: Point) -> Point:
    """To Baidu maps in one step; what lies outside the mainland box stays where it is."""
    return gcj02_to_bd09(wgs84_to_gcj02(at)) if MAINLAND.holds(at) else at


def bd09_to_wgs84(at: Point) -> Point:
    """From Baidu maps in one step; what lies outside the mainland box stays where it is."""
    return gcj02_to_wgs84(bd09_to_gcj02(at)) if MAINLAND.holds(at) else at
