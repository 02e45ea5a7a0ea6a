"""Endings: promises that nobody kept are not kept, and nobody has a verdict whom nobody asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from koban.duties.incidents import actions, endings
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Assignment, Incident
from koban.kernel import stations
from koban.kernel.access.models import Post
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import PUBLIC, Actor
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.models import Deadline, Matter

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def office() -> Iterator[Station]:
    station = Station.objects.create(code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo")
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def li(office: Station) -> Actor:
    return actor_of(make_account("li", role="officer", station=office))


def taken(office: Station) -> Matter:
    return actions.take(Report("noise", "public", "loud"), by=PUBLIC, at=NOON, station=office).matter


def waived(matter: Matter) -> set[str]:
    return set(Deadline.objects.filter(matter=matter, is_waived=True).values_list("key", flat=True))


def answered(office: Station, li: Actor) -> Matter:
    matter = actions.handle(taken(office), by=li, at=NOON)
    return endings.answer(matter, "Done.", by=li, at=NOON, station=office)


def test_nobody_went_so_no_promise_to_come_was_kept(office: Station, li: Actor) -> None:
    assert waived(answered(office, li)) >= {"dispatch", "arrive"}


def test_an_answer_frees_everybody_who_was_sent(office: Station, li: Actor) -> None:
    matter = actions.dispatch(taken(office), [make_post(office)], by=li, at=NOON)
    matter = endings.answer(matter, "Done.", by=li, at=LATER, station=office)
    assert not Assignment.objects.running().exists()
    assert waived(matter) == {"arrive"}
    assert endings.close(matter, by=li, at=LATER).state == "closed"
    verdict = verify(office)
    assert verdict.ok, verdict.fault


def make_post(office: Station) -> Post:
    return make_account("aux", role="auxiliary", station=office).posts.get()


def test_a_call_back_that_finds_it_not_mended_starts_a_new_term(office: Station, li: Actor) -> None:
    matter = endings.call_back(answered(office, li), reached=True, is_fixed=False, text="", by=li, at=LATER)
    assert (matter.state, Matter.objects.get().due_clause) == ("reopened", "OFFICE-ANSWER-1")


def test_nobody_answered_so_nobody_has_a_verdict(office: Station, li: Actor) -> None:
    matter = endings.call_back(answered(office, li), reached=False, is_fixed=False, text="", by=li, at=LATER)
    assert (matter.state, Incident.objects.get().is_fixed) == ("answered", None)


def test_a_closed_matter_is_not_called_back(office: Station, li: Actor) -> None:
    matter = endings.close(answered(office, li), by=li, at=LATER)
    with pytest.raises(Refused):
        endings.call_back(matter, reached=True, is_fixed=True, text="", by=li, at=LATER)


def test_not_mended_is_not_taken_back_behind_the_reopening(office: Station, li: Actor) -> None:
    matter = answered(office, li)
    told: dict[str, Any] = {"satisfaction": None, "text": "", "by": PUBLIC, "at": LATER, "station": office}
    matter = endings.feedback(matter, is_fixed=False, **told)
    with pytest.raises(Refused):
        endings.feedback(matter, is_fixed=True, **told)
    assert Incident.objects.get().is_fixed is False


def test_what_is_taken_back_is_owed_an_answer_again(office: Station, li: Actor) -> None:
    matter = endings.refer_out(taken(office), "urban", by=li, at=NOON, reason="theirs", station=office)
    endings.write_out(matter, "They have it.", by=li, at=NOON)
    assert Matter.objects.get().due_at is None
    endings.take_back(matter, by=li, at=LATER, reason="they refused")
    assert Matter.objects.get().due_clause == "OFFICE-ANSWER-1"
