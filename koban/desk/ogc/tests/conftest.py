"""An office with a street of doors, a house, a shop and two things in the street."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from jsonschema_rs import Draft202012Validator

from koban.duties.hazards import actions as hazards
from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib import geo
from koban.matters.places import Place
from koban.registers.premises import actions
from koban.registers.premises.models import Address, Asset, Building, Street, Unit

SCHEMAS = Path(__file__).with_name("schemas")
TOLD: Any = {"by": SYSTEM, "at": datetime(2026, 5, 4, 4, tzinfo=UTC)}
BASE = "/o/lamp/ogc/"
SECRETS = ("Zhao Yun", "13900000000", "91370100MA3C000000", "Lamp Lake Property Ltd")
SQUARE = [[24.940, 60.170], [24.944, 60.170], [24.944, 60.172], [24.940, 60.172], [24.940, 60.170]]


def door(street: Street, number: str, lon: float, **more: Any) -> Address:
    return actions.prepared(Address(street=street, door=number, lon=lon, lat=60.17, **more))


def thing(kind: str, code: str, lon: float, **more: Any) -> Asset:
    cell = geo.cell(lon, 60.171)
    return Asset(kind=kind, code=code, owner=SECRETS[3], lon=lon, lat=60.171, cell=cell, **more)


@pytest.fixture
def office(db) -> Iterator[Station]:
    """Twelve doors from 24.940 east, a flat, an ended door and one to come; and the same door at another office."""
    other = Station.objects.create(
        code="moon", name="月桥", name_en="Moon Bridge", kind="office", path="moon/"
    )
    with stations.scope(other.pk):
        street = Street(name="月桥街")
        actions.enter([street, door(street, "99", 24.940)], **TOLD)
    station = Station.objects.create(
        code="lamp", name="灯湖", name_en="Lamp Lake", kind="office", path="lamp/"
    )
    with stations.scope(station.pk):
        lamp = Street(name="灯湖路", name_en="Denghu Road")
        doors = [door(lamp, str(n), 24.940 + n / 1000) for n in range(12)]
        doors[3].from_on = date(2020, 1, 1)
        flat = door(lamp, "1", 24.941, floor="2", room="201")
        ended = door(lamp, "50", 24.945, to_on=date(2021, 1, 1))
        coming = door(lamp, "51", 24.945, from_on=date(2199, 1, 1))
        house = Building(name="灯湖大厦", name_en="Lamp House", outline=[SQUARE], lon=24.942, lat=60.171)
        shop = Unit(
            name="灯湖书店", name_en="Lamp Books", kind="shop", address=doors[2], credit_code=SECRETS[2],
            responsible=SECRETS[0].encode(), responsible_phone=SECRETS[1].encode(),
        )  # fmt: skip
        store = Unit(name="烟花库", kind="dangerous_goods", address=doors[4])
        lamps = [thing("lamp", "L-7", 24.946, state="faulty"), thing("camera", "C-1", 24.946)]
        actions.enter([lamp, *doors, flat, ended, coming, house, shop, store, *lamps], **TOLD)
        for place in (doors[5], flat):  # what is inside a flat is no neighbour's business
            told = hazards.Found(
                "exit", "Bicycles", owner=SECRETS[3], responsible=SECRETS[0], phone=SECRETS[1]
            )
            hazards.open_hazard(told, Place.at(place), station=station, **TOLD)
    with stations.outside():
        yield station


def follows(value: Any, name: str) -> None:
    """Raises where `value` is not as the schema of the specification has it."""
    known = {path.name: _put_in(yaml.safe_load(path.read_text("utf-8"))) for path in SCHEMAS.glob("*.yaml")}
    Draft202012Validator({"$ref": f"#/$defs/{name}.yaml", "$defs": known}).validate(value)


def _put_in(told: Any) -> Any:
    """The schemas name each other by file. `null` as the name of a type was read as YAML's nothing."""
    if isinstance(told, list):
        return [_put_in(one) for one in told]
    if not isinstance(told, dict):
        return told
    if set(told) == {"$ref"}:
        return {"$ref": f"#/$defs/{told['$ref']}"}
    return {name: _nulls(_put_in(one)) if name == "type" else _put_in(one) for name, one in told.items()}


def _nulls(types: Any) -> Any:
    if isinstance(types, list):
        return ["null" if one is None else one for one in types]
    return "null" if types is None else types


def told(path: str, status: int = 200, language: str = "zh-hans") -> Any:
    """The JSON of one answer, as a program asks for it. path: below the landing page."""
    answer = Client().get(BASE + path, headers={"accept": "application/json", "accept-language": language})
    assert answer.status_code == status, answer.getvalue()
    return json.loads(answer.getvalue())


def names(path: str) -> list[str]:
    return [feature["properties"]["name_en"] for feature in told(path)["features"]]
