"""Shops, firms and schools into the register of places, with who answers for them; and what stands in the streets."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib.credit_code import ALPHABET, check_character
from koban.registers.premises import kinds, unit_actions
from koban.registers.premises.models import Address, Asset, Unit
from koban.town import model
from koban.town.chance import stream
from koban.town.ids import uuid7_of
from koban.town.model import District, Office

KINDS = {
    "cafe": "restaurant", "bar": "restaurant", "supermarket": "shop", "beauty": "shop", "clinic": "hospital",
    "pharmacy": "hospital", "post": "courier", "pawn": "pawnshop", "secondhand": "scrap", "printing": "engraver",
    "community": "committee", "worship": "other",
}  # fmt: skip
ASSETS = {"aed": "first_aid"}
ALARMS_AT = frozenset({"bank", "school", "hotel"})
HOURS = {"restaurant": "10:00-22:00", "hotel": "00:00-24:00", "school": "07:30-17:30", "bank": "09:00-17:00"}
OWNERS = {
    "lamp": "区市政设施养护所",
    "hydrant": "区消防救援大队",
    "signal": "区交警大队",
    "first_aid": "区红十字会",
}
FAULTY, OUT_OF_USE = 0.04, 0.01


def enter_units(
    town: District,
    office: Office,
    station: Station,
    doors: Mapping[int, Address],
    people: Mapping[int, UUID],
    at: datetime,
) -> int:
    """Units and assets on an office's ground, with their pages. How many."""
    made = _Made(town, doors, people, at, stream(town.seed, "units", station.code))
    with stations.scope(station.pk):
        return unit_actions.enter_units(list(made.units()), list(made.assets(office)), by=SYSTEM, at=at)


class _Made:
    """Unsaved rows under drawn ids and codes."""

    def __init__(
        self,
        town: District,
        doors: Mapping[int, Address],
        people: Mapping[int, UUID],
        at: datetime,
        chance: random.Random,
    ) -> None:
        self.town, self.doors, self.people, self.at, self.chance = town, doors, people, at, chance

    def units(self) -> Iterator[Unit]:
        return (self.unit(shop) for shop in self.town.premises if shop.door in self.doors)

    def unit(self, shop: model.Premises) -> Unit:
        kind = KINDS.get(shop.kind, shop.kind if shop.kind in kinds.UNITS else "other")
        made = Unit(
            id=uuid7_of(self.at, self.chance), name=shop.name, name_en=shop.name_en, kind=kind, credit_code=self.code(),
            address=self.doors[shop.door], hours=HOURS.get(kind, "09:00-20:00"),
        )  # fmt: skip
        return unit_actions.sealed_unit(made, self.keeper(shop))

    def keeper(self, shop: model.Premises) -> unit_actions.Responsible:
        """The resident who answers for it; one of the neighbouring office has no handle here."""
        if shop.keeper is None:
            return unit_actions.Responsible()
        person = self.town.residents[shop.keeper]
        return unit_actions.Responsible(person.name, person.phone, self.people.get(person.id))

    def code(self) -> str:
        """A social credit code with a true check character, of a district that does not exist."""
        first = "92999999MA" + "".join(self.chance.choice(ALPHABET) for _ in range(7))
        return first + check_character(first)

    def assets(self, office: Office) -> Iterator[Asset]:
        yield from (
            self.asset(one) for one in self.town.assets if one.office == office.id and one.door in self.doors
        )
        for number, shop in enumerate(shop for shop in self.town.premises if shop.kind in ALARMS_AT):
            if shop.door in self.doors:
                yield self.thing("alarm", f"B{number + 1:04d}", shop.door, shop.lon, shop.lat)

    def asset(self, one: model.PublicAsset) -> Asset:
        return self.thing(ASSETS.get(one.kind, one.kind), one.code, one.door, one.lon, one.lat)

    def thing(self, kind: str, code: str, door: int, lon: float, lat: float) -> Asset:
        drawn = self.chance.random()
        state = "faulty" if drawn < FAULTY else "out_of_use" if drawn < FAULTY + OUT_OF_USE else "working"
        address = self.doors[door]
        return unit_actions.placed(
            Asset(
                id=uuid7_of(self.at, self.chance), kind=kind, code=code, owner=OWNERS.get(kind, ""), state=state,
                address=address, beat=address.beat, lon=lon, lat=lat,
            )
        )  # fmt: skip
