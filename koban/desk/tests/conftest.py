"""An office with a team and streets, a second office beside it, a chief above both, and a browser for the officer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone as clock

from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import PUBLIC, Actor
from koban.kernel.stations.models import Station
from koban.lib.geo import cell
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.registers.premises import indexing
from koban.registers.premises.models import Address, Street
from koban.registers.roster import actions as roster

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # noon in Shanghai, a Monday


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    """A station above two offices, lake and hill, and a body of oversight beside the line."""

    def made(code: str, kind: str, parent: Station | None) -> Station:
        path = f"{parent.path if parent else ''}{code}/"
        place = {"lon": 120.15, "lat": 30.25} if kind == "office" else {}
        named = {"name": f"{code}警务室", "name_en": f"{code} office"}
        return Station.objects.create(
            code=code, kind=kind, parent=parent, path=path, pack="demo", **named, **place
        )

    above = made("above", "station", None)
    return SimpleNamespace(
        above=above, lake=made("lake", "office", above), hill=made("hill", "office", above),
        watch=made("watch", "oversight", None),
    )  # fmt: skip


@pytest.fixture
def people(tree: SimpleNamespace) -> SimpleNamespace:
    def made(name: str, role: str, station: Station, badge: str = "") -> object:
        return make_account(name, role=role, station=station, password="", badge=badge or name)

    return SimpleNamespace(
        li=made("li", "officer", tree.lake, "001"), zhao=made("zhao", "auxiliary", tree.lake, "002"),
        qian=made("qian", "auxiliary", tree.lake, "003"), wang=made("wang", "officer", tree.hill, "101"),
        chief=made("chief", "chief", tree.above), inspector=made("ins", "inspector", tree.watch),
        admin=made("adm", "administrator", tree.above),
    )  # fmt: skip


@pytest.fixture
def lake(tree: SimpleNamespace) -> Iterator[Station]:
    """The scope of the lake office."""
    with stations.scope(tree.lake.pk):
        yield tree.lake


@pytest.fixture
def address(lake: Station) -> Address:
    street = Street.objects.create(name="灯湖路", name_en="Lamp Lake Road")
    found = {"label": "灯湖路5号", "label_en": "Lamp Lake Road 5", "lon": 120.1501, "lat": 30.2502}
    made: Address = Address.objects.create(
        street=street, door="5", cell=cell(120.1501, 30.2502, 9), plate="LAKE5", **found
    )
    indexing.put_new([made])
    return made


@pytest.fixture
def team(lake: Station, people: SimpleNamespace) -> SimpleNamespace:
    """li, zhao and qian have signed on."""
    at = clock.now() - timedelta(hours=1)
    for account in (people.li, people.zhao, people.qian):
        roster.sign_on(account.posts.get(), by=actor_of(account), at=at)
    return people


@pytest.fixture
def take(lake: Station, address: Address) -> Callable[..., Matter]:
    """Takes a report in the lake office: `take("noise", minutes=5)` came in five minutes ago."""

    def taken(
        code: str = "noise", *, minutes: float = 5, by: Actor = PUBLIC, summary: str = "…", priority: int = 0
    ) -> Matter:
        at = clock.now() - timedelta(minutes=minutes)
        report = Report(code, "public", summary, Place.at(address), priority=priority)
        return actions.take(report, by=by, at=at, station=lake).matter

    return taken


def browser_of(account: object, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    sign_in(client, account)  # type: ignore[arg-type]
    return client


@pytest.fixture
def desk(people: SimpleNamespace) -> Client:
    """A browser in which officer li is signed in."""
    return browser_of(people.li)
