"""Two lines at the same moment: the same entry is taken once, and a photo never misses its entry."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone as clock

from koban.desk.field import arriving, entries, phones, told
from koban.desk.field.models import Awaited, Entry
from koban.desk.field.tests.conftest import entry, picture, told_of
from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import SceneEntry
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.matters.places import Place
from tests.together import shared_sqlite, together


@pytest.fixture
def house(tmp_path, transactional_db, settings) -> Iterator[SimpleNamespace]:
    settings.KOBAN_FIELD_SPOOL, settings.KOBAN_FILES = tmp_path / "spool", tmp_path / "files"
    with nullcontext() if connection.vendor == "postgresql" else shared_sqlite(tmp_path):
        lamp = Station.objects.create(
            code="lamp", name="lamp", kind="office", path="lamp/", pack="demo", lon=24.94, lat=60.17
        )
        by = actor_of(make_account("zhao", role="auxiliary", station=lamp, password=""))
        with stations.scope(lamp.pk):
            now = clock.now()
            report = Report("noise", "phone", "loud", Place("", None, 24.94, 60.17))
            matter = incidents.take(report, by=by, at=now, station=lamp).matter
            device = phones.take_out("p", by=by, at=now - timedelta(minutes=1), station=lamp)
            hand = entries.Hand(device, by, now, now.isoformat(), lamp)
            yield SimpleNamespace(lamp=lamp, by=by, matter=matter, hand=hand, now=now)


def log(house, **more):
    return entry("log", house.matter, body={"text": "seen"}, **more)


def test_the_same_entry_on_six_lines_at_once_is_taken_once(house):
    raw = log(house)
    found = together(house.lamp, *[lambda: entries.take_all([raw], house.hand)[0]] * 6)
    assert Counter(answer.status for answer in found) == {201: 6}
    assert len({answer.page for answer in found}) == 1
    assert (Entry.objects.count(), SceneEntry.objects.count()) == (1, 1)
    assert verify(house.lamp).ok


def test_a_chain_that_comes_backwards_on_three_lines_is_done_whole(house):
    first = log(house)
    second = log(house, after=first["id"])
    third = log(house, after=second["id"])
    together(
        house.lamp, *[lambda raw=raw: entries.take_all([raw], house.hand) for raw in (third, second, first)]
    )
    again = entries.take_all([first, second, third], house.hand)
    assert [answer.status for answer in again] == [201] * 3
    assert SceneEntry.objects.count() == 3
    assert verify(house.lamp).ok


def test_an_entry_and_its_photo_at_the_same_moment_find_each_other(house):
    content = picture()
    raw = log(house, files=[told_of(content)])
    piece = arriving.Piece(hashlib.sha256(content).hexdigest(), len(content), 0, content, "image/jpeg")
    send = lambda: arriving.take(piece, by=house.by, at=house.now)  # noqa: E731
    together(house.lamp, lambda: entries.take_all([raw], house.hand), send)
    send()  # what the phone does while the answer says that the photo is missing
    assert entries.take_all([raw], house.hand)[0].waits == []
    assert Awaited.objects.filter(attachment_id=None).count() == 0
    assert SceneEntry.objects.filter(kind="photo").count() == 1
    assert verify(house.lamp).ok
    assert told.entry(raw).files[0].sha256 == piece.sha256
