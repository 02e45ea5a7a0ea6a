"""The stations of the town and what stands in their registers: streets, houses, doors, beats, residents."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely.geometry

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Beat, Station
from koban.lib import geo
from koban.registers.premises import actions as premises
from koban.registers.premises.beats import Beats, area_of
from koban.registers.premises.models import Address, Building, Street
from koban.registers.residents import actions as residents
from koban.town import model as town_model
from koban.town.chance import stream
from koban.town.ids import uuid7_of
from koban.town.model import District, Door, Dwelling, Office
from koban.town.names import words

PACK = "demo"
PHONE = "000 2026 %04d"
LINE = (("county", "county", ""), ("station", "station", "county"), ("oversight", "oversight", "county"))
"""(code, kind, code of the one above) of all but the offices."""


def make_stations(town: District) -> dict[str, Station]:
    """county > station > two offices; oversight beside the line. By their codes."""
    made: dict[str, Station] = {}
    for n, (code, kind, above) in enumerate(LINE):
        texts = words()["town"]
        fields = {"name": texts[code], "name_en": texts[f"{code}_en"], "bbox": list(town.box)}
        made[code] = _station(code, kind, made.get(above), n, fields)
    for office in town.offices:
        made[office.code] = _station(
            office.code, "office", made["station"], 10 + office.id, _office(town, office)
        )
    return made


def _office(town: District, office: Office) -> dict[str, Any]:
    door = town.doors[office.door]
    return {
        "name": office.name, "name_en": office.name_en, "lon": office.lon, "lat": office.lat,
        "bbox": list(office.shape.bounds), "address": door.text, "address_en": door.text_en,
    }  # fmt: skip


def _station(code: str, kind: str, above: Station | None, n: int, fields: dict[str, Any]) -> Station:
    path = f"{above.path if above else ''}{code}/"
    return Station.objects.create(
        code=code, kind=kind, parent=above, path=path, pack=PACK, phone=PHONE % n, is_invented=True, **fields
    )


@dataclass(frozen=True)
class Ground:
    """Rows of one office's ground: by the town's ids. homes: id of a dwelling → its address."""

    doors: Mapping[int, Address] = field(default_factory=dict)
    homes: Mapping[int, Address] = field(default_factory=dict)


def enter_ground(town: District, office: Office, station: Station, at: datetime) -> Ground:
    """Streets, houses, beats, doors and dwellings of an office, with their pages."""
    with stations.scope(station.pk):
        made = _Ground(town, office, at, stream(town.seed, "ground", station.code))
        by_door = {door.id: made.address(door) for door in made.doors}
        homes = {
            home.id: made.home(by_door[home.door], home) for home in town.dwellings if home.door in by_door
        }
        rows = [*made.streets.values(), *made.houses.values(), *made.beats.values()]
        premises.enter([*rows, *by_door.values(), *homes.values()], by=SYSTEM, at=at)
    return Ground(by_door, homes)


class _Ground:
    """Unsaved rows of one office's ground, under drawn ids and plates."""

    def __init__(self, town: District, office: Office, at: datetime, chance: random.Random) -> None:
        self.town, self.at, self.chance = town, at, chance
        self.doors = [door for door in town.doors if door.office == office.id]
        houses = dict.fromkeys(door.house for door in self.doors if door.house is not None)
        self.streets = {road: self.street(road) for road in dict.fromkeys(door.road for door in self.doors)}
        self.houses: dict[int | None, Building] = {house: self.building(house) for house in houses}
        self.beats = {beat.id: self.beat(beat) for beat in town.beats if beat.office == office.id}

        self.borders = Beats([(beat, area_of(beat.polygon)) for beat in self.beats.values()])

    def id(self) -> UUID:
        return uuid7_of(self.at, self.chance)

    def plate(self) -> str:
        return "".join(self.chance.choice(premises.PLATE) for _ in range(10))

    def street(self, road: int) -> Street:
        found = self.town.roads[road]
        return Street(id=self.id(), name=found.name, name_en=found.name_en)

    def building(self, house: int) -> Building:
        found = self.town.houses[house]
        return Building(
            id=self.id(), name=found.name, name_en=found.name_en, outline=shapely.geometry.mapping(found.shape)["coordinates"],
            lon=found.lon, lat=found.lat, floors=max(1, found.levels),
        )  # fmt: skip

    def beat(self, beat: town_model.Beat) -> Beat:
        polygon = [[list(point) for point in beat.shape.exterior.coords]]
        return Beat(id=self.id(), code=beat.code, name=beat.name, name_en=beat.name_en, polygon=polygon)

    def beat_of(self, door: Door) -> Beat:
        """By the border as it is stored: the town rounds it after it has counted the doors."""
        return self.borders.of(geo.Point(door.lon, door.lat)) or self.beats[door.beat]

    def address(self, door: Door) -> Address:
        return premises.prepared(
            Address(
                id=self.id(), plate=self.plate(), street=self.streets[door.road], building=self.houses.get(door.house),
                beat=self.beat_of(door), door=door.number, label=door.text, label_en=door.text_en,
                lon=door.lon, lat=door.lat,
            )
        )  # fmt: skip

    def home(self, door: Address, home: Dwelling) -> Address:
        inside = "-".join(part for part in (home.unit, str(home.floor), home.room) if part)
        return premises.prepared(
            Address(
                id=self.id(), plate=self.plate(), street=door.street, building=door.building, beat=door.beat, parent=door,
                door=door.door, unit=home.unit, floor=str(home.floor), room=home.room, label=door.label + home.text,
                label_en=f"{door.label_en}, {inside}", lon=door.lon, lat=door.lat,
            )
        )  # fmt: skip


def enter_residents(
    town: District, office: Office, station: Station, ground: Ground, at: datetime
) -> dict[int, UUID]:
    """Everybody who lives on the office's ground, sealed. Id in the town → handle."""
    with stations.scope(station.pk):
        living = [r for r in town.residents if town.households[r.household].dwelling in ground.homes]
        entries = [
            residents.Entry(
                r.name, r.born.isoformat(), r.sex, phone=r.phone, household=str(r.household), since=r.moved_in,
                home=ground.homes[town.households[r.household].dwelling],
            )
            for r in living
        ]  # fmt: skip
        handles = residents.enter(entries, by=SYSTEM, at=at)
    return {resident.id: handle.pk for resident, handle in zip(living, handles, strict=True)}
