"""An office above which an oversight body hangs, with a team on duty; and a second office beside it."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access.models import Account
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.stations.models import Station
from koban.registers.roster import actions as roster


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    """county > station > office (lake) and office (hill); county > oversight."""

    def made(code: str, kind: str, parent: Station | None) -> Station:
        path = f"{parent.path if parent else ''}{code}/"
        place: dict[str, Any] = {"lon": 120.15, "lat": 30.25} if kind == "office" else {}
        return Station.objects.create(code=code, name=code, kind=kind, parent=parent, path=path, **place)

    county = made("county", "county", None)
    above = made("above", "station", county)
    return SimpleNamespace(
        county=county, above=above, lake=made("lake", "office", above), hill=made("hill", "office", above),
        oversight=made("watch", "oversight", county),
    )  # fmt: skip


@pytest.fixture
def people(tree: SimpleNamespace) -> SimpleNamespace:
    def made(name: str, role: str, station: Station) -> Account:
        return make_account(name, role=role, station=station, password="")

    return SimpleNamespace(
        li=made("li", "officer", tree.lake), aux1=made("aux1", "auxiliary", tree.lake),
        aux2=made("aux2", "auxiliary", tree.lake), chief=made("chief", "chief", tree.above),
        wang=made("wang", "officer", tree.hill), inspector=made("ins", "inspector", tree.oversight),
    )  # fmt: skip


@pytest.fixture
def office(tree: SimpleNamespace, people: SimpleNamespace) -> Iterator[Station]:
    """The scope of the lake office, with li, aux1 and aux2 on duty."""
    with stations.scope(tree.lake.pk):
        at = timezone.now() - timedelta(hours=1)
        for account in (people.li, people.aux1, people.aux2):
            roster.sign_on(account.posts.get(), by=actor_of(account), at=at)
        yield tree.lake


@pytest.fixture
def desk(people: SimpleNamespace, office: Station) -> Client:
    """A browser in which officer li is signed in."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, people.li)
    client.cookies["koban_language"] = "en"
    return client


@pytest.fixture
def door(office: Station) -> Client:
    """A browser in which nobody is signed in."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["koban_language"] = "en"
    return client
