"""The ground of the town: named streets, houses, and a number on every house, all from the map."""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import Point

from koban.lib.osm import Box, Building, Extract, Shape, Street
from koban.town.names import Name, Titles, plain, read_as, streets
from koban.town.population import Grid

KIND_RANK = ("primary", "secondary", "residential", "pedestrian", "service", "path")
FLATS = {"apartments": 1.0, "residential": 1.0, "house": 1.0, "yes": 0.6, "block": 0.6, "dormitory": 1.0}
"""Share of the floors that is lived in, by kind of building; in a kind that is not listed nobody lives."""
NOT_HOUSES = frozenset(
    {"roof", "shed", "kiosk", "entrance", "ship", "atrium", "underpass_entrance", "block", "garage"}
)
USUAL_LEVELS = 5
SMALLEST_HOUSE_M2 = 60.0
FARTHEST_DOOR_M = 40.0
LAT_M = 110_574.0
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"(\d+)\s*([A-Za-z])?")


@dataclass(frozen=True, slots=True)
class PlainRoad:
    name: Name
    original: str
    kind: str
    line: shapely.Geometry | None


@dataclass(frozen=True, slots=True)
class PlainHouse:
    osm_id: str
    kind: str
    name: Name
    flats: bool
    levels: int
    area_m2: float
    people_weight: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class PlainDoor:
    """road: position in the list of roads; house: position in the list of houses, None where none is near."""

    road: int
    number: str
    house: int | None
    lon: float
    lat: float
    invented: bool = False


def scale(box: Box) -> tuple[float, float]:
    """Metres per degree of longitude and of latitude in the middle of the box."""
    return 111_320.0 * math.cos(math.radians((box[1] + box[3]) / 2)), LAT_M


def roads(extract: Extract, chance: random.Random, *, invent: bool) -> list[PlainRoad]:
    """Every street that has a name or a door, longest first within its kind, each with its own name."""
    parts: dict[str, list[Street]] = defaultdict(list)
    for street in extract.streets:
        if street.name and street.kind in KIND_RANK:
            parts[street.name].append(street)
    for address in extract.addresses:
        parts.setdefault(address.street, [])
    kinds = {name: _highest(found) for name, found in parts.items()}
    order = sorted(parts, key=lambda name: (KIND_RANK.index(kinds[name]), name))
    named = (
        streets(((n, kinds[n]) for n in order), chance) if invent else {n: _own(n, parts[n]) for n in order}
    )
    return [PlainRoad(named[n], n, kinds[n], _line(parts[n])) for n in order]


def _highest(parts: list[Street]) -> str:
    return min((part.kind for part in parts), key=KIND_RANK.index, default="residential")


def _line(parts: list[Street]) -> shapely.Geometry | None:
    return shapely.union_all([part.line for part in parts]) if parts else None


def _own(name: str, parts: list[Street]) -> Name:
    """The map's own name; only Chinese ones have a pinyin."""
    english = next((part.name_en for part in parts if part.name_en), "")
    if CHINESE.search(name):
        return Name(name, read_as(name), english or plain(name))
    return Name(name, "", english or name)


def houses(extract: Extract, grid: Grid, chance: random.Random, *, invent: bool) -> list[PlainHouse]:
    """Buildings that stand alone and whole, with the weight of those who live in them."""
    wide, high = scale(extract.box)
    found = [(b, b.shape.area * wide * high) for b in _standing(extract.buildings)]
    large = [(b, m2) for b, m2 in found if m2 >= SMALLEST_HOUSE_M2]
    floors = [m2 * (b.levels or USUAL_LEVELS) * FLATS.get(b.kind, 0.0) for b, m2 in large]
    weights = grid.spread([b.shape.representative_point() for b, _ in large], floors)
    titles = Titles(chance)
    return [_house(b, m2, weight, titles, invent) for (b, m2), weight in zip(large, weights, strict=True)]


def _standing(buildings: Sequence[Building]) -> list[Building]:
    """Whole buildings of which none stands inside another: courtyards and parts are drawn as buildings too."""
    whole = [b for b in buildings if b.whole and b.kind not in NOT_HOUSES]
    index = shapely.STRtree([b.shape for b in whole])
    kept = []
    for i, building in enumerate(whole):
        around = index.query(building.shape.representative_point(), predicate="within")
        if not any(j != i and whole[j].shape.area > building.shape.area for j in around):
            kept.append(building)
    return kept


def _house(building: Building, m2: float, weight: float, titles: Titles, invent: bool) -> PlainHouse:
    flats = weight > 0
    name = Name(building.name, "", building.name)
    if invent and building.name:
        name = titles.building(flats=flats)
    levels = building.levels or USUAL_LEVELS
    return PlainHouse(building.osm_id, building.kind, name, flats, levels, m2, weight, building.shape)


def doors(
    extract: Extract, named: Sequence[PlainRoad], standing: Sequence[PlainHouse], *, invent: bool
) -> list[PlainDoor]:
    """One door for each house number of the map, and one made up for each house that the map left without."""
    found = _mapped_doors(extract, named, standing, invent)
    return found + _made_up(extract.box, named, standing, found)


def number_of(text: str, *, invent: bool) -> str:
    """The house number in the town's way of writing: "15 B" is 15-2, "9-11" is 9; the map's own if not invented."""
    match = NUMBER.search(text)
    if not invent or not match:
        return "" if invent else text.rstrip("號号")
    digits, letter = match.groups()
    return f"{digits}-{ord(letter.upper()) - ord('A') + 1}" if letter else digits


def house_number_key(text: str, *, invent: bool) -> str:
    """The number of a place, which may be missing, as its door is written."""
    return number_of(text, invent=invent) if text else ""


def _mapped_doors(
    extract: Extract, named: Sequence[PlainRoad], standing: Sequence[PlainHouse], invent: bool
) -> list[PlainDoor]:
    road_of = {road.original: i for i, road in enumerate(named)}
    finder = Finder([house.shape for house in standing], extract.box)
    found: dict[tuple[int, str], PlainDoor] = {}
    for address in extract.addresses:
        key = (road_of[address.street], number_of(address.number, invent=invent))
        house = finder.nearest(address.lon, address.lat, within_m=FARTHEST_DOOR_M)
        known = found.get(key)
        if key[1] and (known is None or (known.house is None and house is not None)):
            found[key] = PlainDoor(*key, house, address.lon, address.lat)
    return list(found.values())


class Finder:
    """The nearest of many shapes to a point, in metres rather than degrees."""

    def __init__(self, shapes: Sequence[shapely.Geometry], box: Box) -> None:
        self.wide, self.high = scale(box)
        self.index = shapely.STRtree(
            [shapely.transform(s, lambda c: c * (self.wide, self.high)) for s in shapes]
        )

    @classmethod
    def of_points(cls, points: Sequence[tuple[float, float]], box: Box) -> Finder:
        return cls([Point(point) for point in points], box)

    def nearest(self, lon: float, lat: float, *, within_m: float) -> int | None:
        """Position of the nearest shape, None if all are farther than `within_m` metres."""
        point = Point(lon * self.wide, lat * self.high)
        found = self.index.query_nearest(point, max_distance=within_m, all_matches=False)
        return int(found[0]) if len(found) else None


def _made_up(
    box: Box, named: Sequence[PlainRoad], standing: Sequence[PlainHouse], known: Iterable[PlainDoor]
) -> list[PlainDoor]:
    """A number for each house without one: on the nearest named street, the next free one after its neighbour's."""
    lined = [i for i, road in enumerate(named) if road.line is not None]
    lines = [line for road in named if (line := road.line) is not None]
    finder = Finder(lines, box)
    taken: dict[int, dict[int, PlainDoor]] = defaultdict(dict)
    with_door = set()
    for door in known:
        taken[door.road][int((NUMBER.search(door.number) or ["0", "0"])[1])] = door
        with_door.add(door.house)
    made = []
    for i in (i for i in range(len(standing)) if i not in with_door):
        point = standing[i].shape.representative_point()
        nearest = finder.nearest(point.x, point.y, within_m=math.inf)
        if nearest is not None:
            road = lined[nearest]
            number = _free_number(taken[road], point)
            door = PlainDoor(road, str(number), i, point.x, point.y, invented=True)
            taken[road][number] = door
            made.append(door)
    return made


def _free_number(taken: Mapping[int, PlainDoor], point: Point) -> int:
    """Odd stays odd and even even, as on the two sides of a street."""
    if not taken:
        return 1
    number = min(taken, key=lambda n: (taken[n].lon - point.x) ** 2 + (taken[n].lat - point.y) ** 2)
    while number in taken:
        number += 2
    return number
