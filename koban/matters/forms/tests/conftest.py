"""An office with a team, a telephone and a small form."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from koban.kernel import stations
from koban.kernel.access import devices
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.stations.models import Station
from koban.matters.forms.tests import samples

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def places(settings, tmp_path):
    settings.KOBAN_KEYS = tmp_path / "keys"
    settings.KOBAN_FILES = tmp_path / "files"


@pytest.fixture
def office(db, places) -> Iterator[Station]:
    station = Station.objects.create(
        code="lamp",
        name="灯湖社区警务室",
        name_en="Lamp Lake office",
        kind="office",
        path="lamp/",
        lon=24.94,
        lat=60.17,
    )
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def team(office) -> SimpleNamespace:
    accounts = {
        name: make_account(name, role=role, station=office, password="", badge=badge)
        for name, role, badge in [("li", "officer", "012345"), ("aux", "auxiliary", "F0021")]
    }
    return SimpleNamespace(**{name: actor_of(each) for name, each in accounts.items()}, accounts=accounts)


@pytest.fixture
def phone(team):
    """The auxiliary's telephone for a shift of twelve hours, and its key."""
    post = team.accounts["aux"].posts.get()
    return devices.enrol(post, "phone 3", ends_at=NOON + timedelta(hours=12), by=team.aux, at=NOON)


@pytest.fixture
def stairs(office):
    return samples.stairs()
