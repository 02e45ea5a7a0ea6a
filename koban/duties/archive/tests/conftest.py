"""An office whose keys, files and shelves lie in a folder of the test, with a closed incident that has two attachments."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from koban.duties.archive import filing, proving
from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.files import intake
from koban.kernel.ledger import SYSTEM, checkpoints
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.models import Matter, Party

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NAME, PHONE = "张小明", "000-1234"


@pytest.fixture
def house(settings, tmp_path):
    """Keys and folders of this test alone."""
    settings.KOBAN_KEYS, settings.KOBAN_ROOTS = tmp_path / "keys", tmp_path / "roots"
    settings.KOBAN_FILES, settings.KOBAN_ARCHIVE = tmp_path / "files", tmp_path / "archive"
    settings.KOBAN_SCANS, settings.KOBAN_PUBLIC_URL = tmp_path / "scans", "https://office.example/"
    vault.keyring.cache_clear()
    checkpoints.signer.cache_clear()
    yield tmp_path
    vault.keyring.cache_clear()
    checkpoints.signer.cache_clear()


@pytest.fixture
def office(db, house):
    station = Station.objects.create(
        code="lamp",
        name="灯湖社区警务室",
        name_en="Lamp Lake office",
        kind="office",
        path="lamp/",
        pack="cn",
        lon=24.94,
        lat=60.17,
    )
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def team(office):
    roles = {"li": "officer", "wang": "officer", "aux": "auxiliary", "he": "archivist"}
    accounts = {
        name: make_account(name, role=role, station=office, password="") for name, role in roles.items()
    }
    return SimpleNamespace(**{name: actor_of(one) for name, one in accounts.items()}, accounts=accounts)


def opened(office, team, at=NOON, words="楼上深夜装修"):
    taken = incidents.take(Report("noise", "phone", words), by=team.li, at=at, station=office).matter
    return matters.hold(taken, team.li.post_id, by=team.li, at=at)


def closed(matter, team, at=NOON):
    matters.release(matter, team.li.post_id, by=team.li, at=at)
    return matters.move(matter, "close_unanswered", by=team.li, at=at, reason="无法联系报警人")


def with_person(matter):
    party = Party(matter=matter, role=Party.Role.WITNESS)
    looks.sealed_party(party, name=NAME, phone=PHONE)
    party.save(force_insert=True)
    return matters.change(matter, "matters.party", by=SYSTEM, at=NOON, rows=[party])


def attached(matter, content, team, at=NOON):
    kept = intake.keep_made(content, name="录音.pdf")
    return intake.attach(kept, matter_id=matter.pk, by=team.li, at=at)


def packaged(matter, office, at=None, by=SYSTEM):
    at = at or matter.closed_at + timedelta(minutes=5)
    proving.sign(office, at)
    return filing.file(Matter.objects.get(pk=matter.pk), by=by, at=at, station=office)


@pytest.fixture
def matter(office, team):
    made = opened(office, team)
    with_person(made)
    for content in (b"%PDF-1.7 one", b"%PDF-1.7 two" * 50_000):
        attached(made, content, team)
    return closed(made, team)


@pytest.fixture
def dossier(matter, office):
    return packaged(matter, office)


@pytest.fixture
def browser(team):
    def made(name="li", language="en"):
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        sign_in(client, team.accounts[name])
        client.cookies["koban_language"] = language
        return client

    return made
