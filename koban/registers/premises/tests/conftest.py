"""A small office: two streets, three doors, one house with flats."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.registers.premises import actions
from koban.registers.premises.models import Address, Street

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
TODAY = date(2026, 5, 4)
TOLD: Any = {"by": SYSTEM, "at": NOON}


@pytest.fixture
def office(db) -> Iterator[Station]:
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        lamp = Street(name="灯湖路", name_en="Denghu Road", division="370102001")
        moon = Street(name="月桥街", name_en="Yueqiao Street", division="370102001")
        actions.enter(
            [lamp, moon, door(lamp, "12", 24.940), door(lamp, "120", 24.941), door(moon, "3", 24.950)], **TOLD
        )
        yield station


def door(street: Street, number: str, lon: float, **more: Any) -> Address:
    """An unsaved door."""
    return actions.prepared(Address(street=street, door=number, lon=lon, lat=60.17, **more))


def called(label: str) -> Address:
    """The stored address of this name."""
    found: Address = Address.objects.select_related("street", "parent").get(label=label)
    return found


def inside(parent: Address, **parts: str) -> Address:
    """An unsaved node inside `parent`."""
    above = {name: getattr(parent, name) for name in ("door", "block", "unit", "floor")}
    return Address(street=parent.street, parent=parent, lon=parent.lon, lat=parent.lat, **above | parts)
