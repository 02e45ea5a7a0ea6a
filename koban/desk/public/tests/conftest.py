"""An office with its door, its neighbour, and the body of oversight beside the line; visitors who are nobody."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.roster import actions as roster


def made(code: str, kind: str, parent: Station | None, **more: Any) -> Station:
    path = f"{parent.path if parent else ''}{code}/"
    name = f"{code} {kind}"
    return Station.objects.create(
        code=code, name=name, name_en=name, kind=kind, parent=parent, path=path, **more
    )


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    """county > above > lake, hill; county > watch (oversight)."""
    county = made("county", "county", None)
    above = made("above", "station", county)
    place = {"lon": 120.15, "lat": 30.25, "phone": "0571-5550110", "pack": "demo"}
    return SimpleNamespace(
        county=county, above=above, lake=made("lake", "office", above, **place), hill=made("hill", "office", above),
        watch=made("watch", "oversight", county),
    )  # fmt: skip


@pytest.fixture
def li(tree: SimpleNamespace) -> Any:
    return make_account("li", role="officer", station=tree.lake, password="")


@pytest.fixture
def wang(tree: SimpleNamespace) -> Any:
    return make_account("wang", role="auxiliary", station=tree.lake, password="")


@pytest.fixture
def office(tree: SimpleNamespace, wang: Any) -> Iterator[Station]:
    """The scope of the lake office, with wang on duty."""
    with stations.scope(tree.lake.pk):
        roster.sign_on(wang.posts.get(), by=actor_of(wang), at=timezone.now() - timedelta(hours=1))
        yield tree.lake


@pytest.fixture
def address(office: Station) -> Address:
    """12 Lantern Road, with a code at its door."""
    street = Street(name="灯湖路", name_en="Lantern Road")
    row = Address(
        street=street, door="12", label="灯湖路 12 号", label_en="12 Lantern Road", lon=120.151, lat=30.251
    )
    premises.enter([street, premises.prepared(row)], by=SYSTEM, at=timezone.now())
    return row


@pytest.fixture
def visitor(office: Station) -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def chinese(office: Station) -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9")
