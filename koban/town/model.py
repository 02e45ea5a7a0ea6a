"""What the generated district consists of. Ids are positions in the district's tuples; positions are WGS 84 degrees."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import shapely
from shapely.geometry import Polygon

from koban.lib.osm import Box, Shape
from koban.lib.tiles import Names


@dataclass(frozen=True, slots=True)
class Road:
    """A street by its name. original: what the map calls it; line: all its parts, None if only doors tell of it."""

    id: int
    name: str
    name_pinyin: str
    name_en: str
    original: str
    kind: str
    line: shapely.Geometry | None


@dataclass(frozen=True, slots=True)
class House:
    """A building. flats: people live in it; people_weight: share of the residents, before scaling."""

    id: int
    osm_id: str
    kind: str
    name: str
    name_en: str
    flats: bool
    levels: int
    area_m2: float
    people_weight: float
    lon: float
    lat: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Door:
    """A house number. invented: the map knows the building but no number, so the town gave it one."""

    id: int
    road: int
    number: str
    text: str
    text_en: str
    house: int | None
    lon: float
    lat: float
    office: int
    beat: int
    invented: bool


@dataclass(frozen=True, slots=True)
class Dwelling:
    """unit: entrance of the building; text: what follows the house number on an envelope."""

    id: int
    door: int
    unit: str
    floor: int
    room: str
    text: str
    rented: bool


@dataclass(frozen=True, slots=True)
class Resident:
    """An invented person. sex: f or m. phone: begins with 000, a number that no network in the world can call."""

    id: int
    household: int
    name: str
    name_pinyin: str
    name_en: str
    sex: str
    born: date
    phone: str
    moved_in: date


@dataclass(frozen=True, slots=True)
class Household:
    id: int
    dwelling: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Premises:
    """A shop, firm, school or other place with a door. keeper: the resident who answers for it, if any."""

    id: int
    osm_id: str
    kind: str
    name: str
    name_pinyin: str
    name_en: str
    door: int
    floor: str
    lon: float
    lat: float
    keeper: int | None


@dataclass(frozen=True, slots=True)
class PublicAsset:
    """A lamp, hydrant, camera and so on, under the number painted on it. invented: not on the map."""

    id: int
    code: str
    kind: str
    door: int
    lon: float
    lat: float
    office: int
    invented: bool


@dataclass(frozen=True, slots=True)
class Beat:
    id: int
    code: str
    name: str
    name_en: str
    office: int
    shape: Polygon


@dataclass(frozen=True, slots=True)
class Office:
    """A community policing office and the ground it serves. share: of the district's residents."""

    id: int
    code: str
    name: str
    name_en: str
    door: int
    lon: float
    lat: float
    shape: Polygon
    share: float


@dataclass(frozen=True, slots=True)
class District:
    """invented: names of streets, shops and buildings are made up; people always are."""

    seed: int
    title: str
    title_en: str
    invented: bool
    on: date
    box: Box
    roads: tuple[Road, ...] = ()
    houses: tuple[House, ...] = ()
    doors: tuple[Door, ...] = ()
    dwellings: tuple[Dwelling, ...] = ()
    households: tuple[Household, ...] = ()
    residents: tuple[Resident, ...] = ()
    premises: tuple[Premises, ...] = ()
    assets: tuple[PublicAsset, ...] = ()
    beats: tuple[Beat, ...] = ()
    offices: tuple[Office, ...] = ()
    tile_names: Names = field(default_factory=Names)

    def door_of(self, resident: Resident) -> Door:
        """The door behind which a resident lives."""
        return self.doors[self.dwellings[self.households[resident.household].dwelling].door]

    def home_of(self, resident: Resident) -> str:
        """The full address of a resident, as one writes it on an envelope."""
        dwelling = self.dwellings[self.households[resident.household].dwelling]
        return self.doors[dwelling.door].text + dwelling.text
