"""An office with a street of three doors."""

from datetime import UTC, datetime

import pytest

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street


@pytest.fixture
def noon():
    return datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def office(db):
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def doors(office, noon):
    street = Street(name="灯湖路")
    rows = [
        premises.prepared(Address(street=street, door=str(n), label=f"灯湖路{n}号", lon=120.0, lat=30.0))
        for n in (1, 2, 3)
    ]
    premises.enter([street, *rows], by=SYSTEM, at=noon)
    return rows
