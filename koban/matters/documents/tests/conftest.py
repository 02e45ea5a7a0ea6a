"""An office with a team, keys of its own, and one matter in hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.stations.models import Station
from koban.matters import actions as matters

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def keys(settings, tmp_path):
    settings.KOBAN_KEYS = tmp_path / "keys"
    settings.KOBAN_FILES = tmp_path / "files"
    settings.KOBAN_PUBLIC_URL = "https://office.example/"
    return settings.KOBAN_KEYS


@pytest.fixture
def office(db, keys) -> Iterator[Station]:
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
        "li": make_account("li", role="officer", station=office, password="", badge="012345"),
        "wang": make_account("wang", role="officer", station=office, password="", badge="012346"),
        "aux": make_account("aux", role="auxiliary", station=office, password="", badge="F0021"),
    }
    return SimpleNamespace(
        **{name: actor_of(account) for name, account in accounts.items()}, accounts=accounts
    )


@pytest.fixture
def matter(office, team):
    taken = incidents.take(Report("noise", "phone", "loud"), by=team.li, at=NOON, station=office).matter
    return matters.hold(taken, team.li.post_id, by=team.li, at=NOON)


@pytest.fixture
def desk(team) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, team.accounts["li"])
    client.cookies["koban_language"] = "en"
    return client


@pytest.fixture
def door(office) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["koban_language"] = "en"
    return client
