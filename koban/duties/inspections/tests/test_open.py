"""What everybody may read, the record as a paper, self-inspections and their draw, large events."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koban.duties.inspections import (
    checklists,
    events,
    opening,
    planning,
    queries,
    recording,
    records,
    rules,
    selfchecks,
)
from koban.duties.inspections.models import Draw, Event, Inspection, SelfCheck, Venue, Warned
from koban.kernel import stations
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import Actor
from koban.lib.errors import Absent, Denied, Refused
from koban.matters.documents.models import Document
from koban.matters.places import Place

pytestmark = pytest.mark.django_db
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


def key(**told):
    return {"key": uuid4().hex, **told}


@pytest.fixture
def by(people):
    return actor_of(people.li)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now, office):
    return queries.day_of(now, office)


@pytest.fixture
def inspected(venues, answered, by, now, today, office):
    """Hotel and place of entertainment were both looked at, and both have something to correct."""

    def look(venue):
        matter = planning.plan(planning.Wish.of(venue, "interval"), today, by=by, at=now, station=office)
        told = answered(venue.kind, {"exits": "后门上锁"}, words="里面的话")
        return recording.record(matter, told, by=by, at=now, station=office)

    return look(venues.hotel), look(venues.entertainment)


def public(name="public", *more):
    return reverse(f"inspections:{name}", args=["lake", *more])


def test_everybody_reads_the_records_that_the_law_opens_and_no_others(door, inspected, venues):
    page = door.get(public()).content.decode()
    assert "The entertainment" in page
    assert "The hotel" not in page
    record = door.get(public("public-place", venues.entertainment.pk)).content.decode()
    for said in ("后门上锁", "Inspected by", "1 points to correct"):
        assert said in record
    assert "里面的话" not in record
    assert door.get(public("public-place", venues.hotel.pk)).status_code == 404
    assert door.get(public("public-place", uuid4())).status_code == 404


def test_what_is_open_is_a_list_of_the_clause(inspected, office):
    hotel, entertainment = Inspection.objects.order_by("id")
    assert records.opened(hotel, office) == frozenset()
    assert records.opened(entertainment, office) == {"place", "day", "badges", "points", "outcome"}


def test_a_warning_is_published_by_a_decider_where_the_law_opens_the_register(
    venues, people, by, now, office, door, desk
):
    with pytest.raises(Refused, match="opens no register"):
        opening.warn(venues.hotel, "x", by=by, at=now, station=office)
    with pytest.raises(Denied):
        opening.warn(venues.entertainment, "x", by=actor_of(people.aux1), at=now, station=office)
    page = reverse("inspections:warn", args=[venues.entertainment.pk])
    assert desk.post(page, key(words="")).status_code == 422
    assert desk.post(page, key(words="凌晨三点仍在营业")).status_code == 302
    assert "凌晨三点仍在营业" in door.get(public()).content.decode()
    lift = reverse("inspections:lift", args=[venues.entertainment.pk, Warned.objects.get().pk])
    assert desk.post(lift, key()).status_code == 302
    assert "凌晨三点仍在营业" not in door.get(public()).content.decode()


def test_the_record_is_a_paper_with_every_point(desk, inspected):
    matter = inspected[0]
    page = reverse("inspections:paper", args=[matter.year, matter.number])
    assert desk.post(page, key()).status_code == 302
    paper = Document.objects.get(matter=matter)
    assert paper.state == "issued"
    assert paper.attachment_id is not None


def test_there_is_no_paper_of_what_was_not_recorded(venues, by, now, today, office):
    matter = planning.plan(planning.Wish.of(venues.hotel, "interval"), today, by=by, at=now, station=office)
    with pytest.raises(Refused, match="recorded"):
        opening.issue_record(matter, by=by, at=now, station=office)


def told_self(office, today, kind="hotel"):
    told: dict[str, Any] = {}
    for point in checklists.of_kind(kind, office, today).points:
        told[f"words_{point.key}"] = ""
        if point.allows is not None:
            told[f"value_{point.key}"] = next(n for n in (0, 30, 90) if point.allows(n))
        else:
            told[f"said_{point.key}"] = "yes"
    return told


def test_a_place_tells_of_itself_with_its_code_once_a_round(desk, door, venues, office, today):
    paper = desk.post(reverse("inspections:code", args=[venues.hotel.pk]), key())
    assert paper.headers["Cache-Control"] == "no-store"
    code = paper.context["secret"]
    page = public("self-check")
    assert door.post(page, key(code="wrong")).status_code == 422
    opened = door.post(page, key(code=code))
    sent = {"pass": opened.context["pass"], **told_self(office, today)}
    assert door.post(page, key(**{**sent, "said_exits": ""})).status_code == 422
    assert "has arrived" in door.post(page, key(**sent)).content.decode()
    assert SelfCheck.objects.get().failing == []
    assert door.post(page, key(**sent)).status_code == 422
    assert door.post(page, key(**sent | {"pass": "x"})).status_code == 404


def test_a_code_opens_its_own_place_alone_and_a_new_one_ends_it(venues, by, now, office):
    first = selfchecks.give_link(venues.hotel, by=by, at=now, station=office)
    assert selfchecks.by_code(first).pk == venues.hotel.pk
    selfchecks.give_link(venues.hotel, by=by, at=now, station=office)
    for code in (first, "", "-"):
        with pytest.raises(Absent):
            selfchecks.by_code(code)
    with pytest.raises(Refused):
        selfchecks.give_link(venues.scrap_metal, by=by, at=now, station=office)


def test_a_draw_tells_its_seed_and_everybody_can_repeat_it(
    venues, by, now, today, office, desk, door, answered
):
    unit = Actor(role="public", label="public")
    assert desk.post(reverse("inspections:draws"), key()).status_code == 302
    made = Draw.objects.get()
    assert (made.seed, made.percent) == ("", 20)
    for venue in (venues.hotel, venues.entertainment):
        selfchecks.tell(venue, answered(venue.kind).answers, by=unit, at=now, station=office)
    assert made.commitment in door.get(public()).content.decode()
    assert desk.post(reverse("inspections:draws"), key(step="draw")).status_code == 302
    made.refresh_from_db()
    assert rules.commitment(made.seed) == made.commitment
    assert list(rules.sample(made.seed, made.keys, made.percent)) == made.chosen
    assert len(made.chosen) == 1
    assert Inspection.objects.get().why == "sample"
    assert made.seed in door.get(public()).content.decode()
    with pytest.raises(Refused, match="drawn already"):
        selfchecks.draw(made, by=by, at=now, station=office)


@pytest.mark.parametrize("expected, days, applied, body, is_late", [
    (999, 60, None, "none", False), (1000, 60, None, "county", False), (5000, 60, None, "city", False),
    (1000, 19, None, "county", True), (1000, 20, 0, "county", False),
])  # fmt: skip
def test_the_terms_of_a_large_event_come_from_the_pack(office, today, expected, days, applied, body, is_late):
    on_day = None if applied is None else today + timedelta(days=applied)
    found = events.terms(today + timedelta(days=days), expected, on_day, office, today)
    assert (found.body, found.is_late) == (body, is_late)
    assert found.decide_by == (None if on_day is None else on_day + timedelta(days=7))


def test_an_event_is_entered_with_the_look_at_its_site_and_decided_once(desk, doors, today, by, now, office):
    on = (today + timedelta(days=40)).isoformat()
    told = {"name": "灯会", "organiser": "文化馆", "place": "灯湖路1号", "on": on, "expected": 1200}
    page = reverse("inspections:events")
    assert desk.post(page, key(**told | {"place": "无名路"})).status_code == 422
    assert desk.post(page, key(**told)).status_code == 302
    row = Event.objects.get()
    assert row.matter.type == "event"
    permit = reverse("inspections:permit", args=[row.matter.year, row.matter.number])
    assert desk.post(permit, key(permit="given", number="2026-7")).status_code == 302
    assert desk.post(permit, key(permit="refused")).status_code == 422
    assert "2026-7" in desk.get(page).content.decode()
    small = events.Told("茶会", "社区", Place.at(doors[0]), today + timedelta(days=3), 50)
    assert events.enter(small, by=by, at=now, station=office).permit == "none"


BUDGET = {"public": 10, "public-place": 9, "draws": 6, "events": 6}


@pytest.mark.parametrize("name", BUDGET)
def test_a_page_asks_within_its_budget(name, desk, door, inspected, venues):
    desk_page = name in ("draws", "events")
    more = [venues.entertainment.pk] if name == "public-place" else []
    path = reverse(f"inspections:{name}") if desk_page else public(name, *more)
    client = desk if desk_page else door
    client.get(path)
    with stations.scoping.outside(), CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    asked = [query["sql"] for query in seen if not query["sql"].startswith(FRAMES)]
    assert len(asked) <= BUDGET[name], "\n".join(asked)
    assert Venue.objects.count() == 3
