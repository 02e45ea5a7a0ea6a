"""Shops, firms and schools where the map has them, and the lamps, hydrants and cameras that the public owns."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from koban.lib.osm import Extract, Place
from koban.town.ground import Finder, house_number_key
from koban.town.model import Door, Premises, PublicAsset, Resident, Road
from koban.town.names import Name, Titles

CODES = {
    "lamp": "L", "hydrant": "H", "camera": "C", "aed": "A", "lifebuoy": "R", "toilet": "T", "charger": "E",
    "gate": "G", "signal": "S", "bench": "B", "fountain": "F",
}  # fmt: skip
AED_AT = frozenset({"pharmacy", "community", "government", "culture", "sport", "hotel", "school"})
NOT_PREMISES = frozenset({"transport", "parking", "fuel", "police", "fire_station"})
KEEPER_AGES = (24, 68)
DAYS_IN_A_YEAR = 365.25


def premises(
    extract: Extract, doors: Sequence[Door], roads: Sequence[Road], chance: random.Random, *, invent: bool
) -> list[Premises]:
    """One for each place of the map that somebody keeps, behind its own door or else the nearest one."""
    titles, finder = Titles(chance), _door_finder(extract, doors)
    by_number = {(roads[door.road].original, door.number): door.id for door in doors}
    found: list[Premises] = []
    for place in extract.places:
        if place.kind in NOT_PREMISES or not (place.name or invent):
            continue
        own = by_number.get((place.street, house_number_key(place.number, invent=invent)))
        door = own if own is not None else finder.nearest(place.lon, place.lat, within_m=10_000.0)
        if door is not None:
            found.append(_premises(len(found), place, door, titles.shop(place.kind) if invent else None))
    return found


def _premises(number: int, place: Place, door: int, title: Name | None) -> Premises:
    name = title or Name(place.name, "", place.name)
    spelled = (name.text, name.pinyin, name.english)
    return Premises(number, place.osm_id, place.kind, *spelled, door, place.floor, place.lon, place.lat, None)


def kept(
    found: Sequence[Premises], residents: Sequence[Resident], chance: random.Random, year: int
) -> list[Premises]:
    """The same premises, each with a resident of working age who answers for it, while there are any."""
    youngest, oldest = (year - age for age in reversed(KEEPER_AGES))
    able = [person.id for person in residents if youngest <= person.born.year <= oldest]
    keepers = chance.sample(able, min(len(able), len(found)))
    return [_with_keeper(shop, keeper) for shop, keeper in zip_longest(found, keepers) if shop is not None]


def _with_keeper(shop: Premises, keeper: int | None) -> Premises:
    spelled = (shop.name, shop.name_pinyin, shop.name_en)
    return Premises(
        shop.id, shop.osm_id, shop.kind, *spelled, shop.door, shop.floor, shop.lon, shop.lat, keeper
    )


def assets(extract: Extract, doors: Sequence[Door], found: Sequence[Premises]) -> list[PublicAsset]:
    """Public things under a painted number; defibrillators are made up, at places that would have one."""
    finder, numbers = _door_finder(extract, doors), Counter[str]()
    mapped = [(asset.kind, asset.lon, asset.lat, False) for asset in extract.assets]
    made_up = [("aed", shop.lon, shop.lat, True) for shop in found if shop.kind in AED_AT]
    listed: list[PublicAsset] = []
    for kind, lon, lat, invented in mapped + made_up:
        near = finder.nearest(lon, lat, within_m=10_000.0)
        if near is not None:
            numbers[kind] += 1
            code, door = f"{CODES[kind]}{numbers[kind]:04d}", doors[near]
            listed.append(PublicAsset(len(listed), code, kind, door.id, lon, lat, door.office, invented))
    return listed


def _door_finder(extract: Extract, doors: Sequence[Door]) -> Finder:
    return Finder.of_points([(door.lon, door.lat) for door in doors], extract.box)
