"""From the plan to the record, the finding, the re-inspection; a visit that failed; a complaint; a campaign."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.duties.inspections import filing, planning, planning_queries, queries, recording, rules
from koban.duties.inspections.models import Attempt, Finding, Inspection, Venue
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger.models import Page
from koban.lib.errors import Denied, Refused
from koban.matters.models import Matter
from koban.matters.places import Place

pytestmark = pytest.mark.django_db
AT = timezone.now()


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
def planned(venues, by, now, today, office):
    wish = planning.Wish.of(venues.hotel, "interval")
    return planning.plan(wish, today, by=by, at=now, station=office)


@pytest.fixture
def hazards_stay_here(monkeypatch):
    """A house without a duty that follows hazards."""
    monkeypatch.setattr(queries, "HAZARDS", "nobody")


def due(today, office):
    return {row.label: row.due.why for row in planning_queries.due(today, office)}


def test_a_new_file_is_due_and_an_inspection_sets_its_next_day(
    venues, planned, answered, by, now, today, office
):
    assert set(due(today, office)) == {"The scrap", "The entertainment"}
    done = recording.record(planned, answered("hotel"), by=by, at=now, station=office)
    assert (done.state, done.is_open) == ("finished", False)
    venue = Venue.objects.get(pk=venues.hotel.pk)
    assert venue.last_on == today
    assert venue.due_on > today + timedelta(days=150)
    assert Finding.objects.count() == 0


def test_an_auxiliary_plans_but_does_not_record(planned, answered, people, now, today, office):
    aux = actor_of(people.aux1)
    planning.set_day(planned, today + timedelta(days=1), by=aux, at=now, station=office)
    with pytest.raises(Denied):
        recording.record(planned, answered("hotel"), by=aux, at=now, station=office)


@pytest.mark.parametrize("change, why", [
    ({"crew": rules.Crew(1, 3)}, "needs 2 people"),
    ({"showed_card": False}, "Show the card"),
    ({"theirs": ""}, "other side"),
    ({"answers": {}}, "Answer every point|A number is missing"),
])  # fmt: skip
def test_a_record_that_is_not_whole_is_refused(planned, answered, by, now, office, change, why):
    told = answered("hotel", **{key: value for key, value in change.items() if key != "answers"})
    if "answers" in change:
        told = recording.Record({}, rules.Crew(2), "responsible")
    with pytest.raises(Refused, match=why):
        recording.record(planned, told, by=by, at=now, station=office)
    assert Inspection.objects.get().done_at is None


def test_what_is_wrong_is_looked_at_again_until_it_is_mended(
    hazards_stay_here, planned, answered, by, now, today, office, venues
):
    wrong = {"exits": "后门上锁", "cameras": 12}
    first = recording.record(planned, answered("hotel", wrong), by=by, at=now, station=office)
    assert first.state == "following"
    assert {(one.item, one.severity) for one in Finding.objects.all()} == {
        ("exits", "grave"),
        ("cameras", "serious"),
    }
    with pytest.raises(Refused, match="still open"):
        recording.finish(first, by=by, at=now, station=office)
    row = queries.inspection(first)
    wish = planning.Wish.of(venues.hotel, "again", again=row)
    again = planning.plan(wish, today, by=by, at=now, station=office)
    only = frozenset(wrong)
    told = answered("hotel", {"cameras": 20}, only=only)
    assert recording.record(again, told, by=by, at=now, station=office).state == "finished"
    assert set(Finding.objects.open().values_list("item", flat=True)) == {"cameras"}
    assert Finding.objects.count() == 2
    third = planning.plan(wish, today, by=by, at=now, station=office)
    told = answered("hotel", only=frozenset({"cameras", "exits"}))
    recording.record(third, told, by=by, at=now, station=office)
    assert recording.finish(first, by=by, at=now, station=office).state == "finished"


def test_the_same_submission_lands_once(planned, answered, by, now, office):
    told = answered("hotel", {"lane": "堵塞"}, submission="uuid:one")
    recording.record(planned, told, by=by, at=now, station=office)
    pages, findings = Page.objects.count(), Finding.objects.count()
    recording.record(planned, told, by=by, at=now, station=office)
    assert (Page.objects.count(), Finding.objects.count()) == (pages, findings)
    with pytest.raises(Refused, match="over"):
        recording.record(planned, answered("hotel", submission="uuid:two"), by=by, at=now, station=office)


def test_a_closed_door_is_written_down_and_made_up(planned, by, now, today, office):
    planning.failed(planned, "closed", by=by, at=now, station=office)
    assert Attempt.objects.get().why == "closed"
    assert due(today, office)["The hotel"] == "interval"
    planned.refresh_from_db()
    assert planned.due_clause == rules.AGAIN_SOON
    waiting = planning.plan(
        planning.Wish.of(queries.venue(Inspection.objects.get().venue_id), "failed"), today, by=by, at=now, station=office,
    )  # fmt: skip
    assert waiting.pk == planned.pk


def test_a_complaint_goes_to_the_file_of_its_address_and_runs_against_its_term(
    venues, by, now, today, office, doors
):
    wish = planning.Wish("hotel", "complaint", Place.at(doors[0]), venues.hotel, "夜里有烟味")
    matter = planning.ask(wish, by=by, at=now, station=office)
    assert matter.due_clause == rules.VERIFY
    assert matter.state == "asked"
    found = {row.label: row for row in planning_queries.due(today, office)}
    assert found["The hotel"].inspection.matter_id == matter.pk


def test_a_home_is_not_entered_without_a_ground(doors, answered, by, now, today, office):
    wish = planning.Wish("rental", "asked", Place.at(doors[3]), None, "房客请我们看看燃气")
    matter = planning.plan(wish, today, by=by, at=now, station=office)
    with pytest.raises(Refused, match="home") as refused:
        recording.record(matter, answered("rental"), by=by, at=now, station=office)
    assert refused.value.clause == "CN-CASE-5"
    recording.record(matter, answered("rental", ground="consent"), by=by, at=now, station=office)


def test_a_campaign_sets_a_day_for_what_was_not_looked_at_since(
    venues, by, now, today, office, answered, planned
):
    recording.record(planned, answered("hotel"), by=by, at=now, station=office)
    end = today + timedelta(days=20)
    with pytest.raises(Refused):
        planning.begin_campaign("冬季", [], today, end, by=by, at=now)
    planning.begin_campaign("冬季", ["hotel", "entertainment"], today, end, by=by, at=now)
    assert due(today, office) == {"The entertainment": "interval", "The scrap": "interval"}
    planning.begin_campaign("春季", ["hotel"], today + timedelta(days=1), end, by=by, at=now)
    later = today + timedelta(days=1)
    assert due(later, office)["The hotel"] == "campaign"


def test_the_file_of_a_place_keeps_what_is_known_and_a_new_kind_its_interval(venues, by, now, office):
    row = filing.change_file(
        venues.hotel, {"paper": "licence", "paper_number": "特001", "guards": 3}, by=by, at=now, station=office
    )  # fmt: skip
    assert (row.paper, row.guards) == ("licence", 3)
    pages = Page.objects.count()
    filing.change_file(row, {"guards": 3}, by=by, at=now, station=office)
    assert Page.objects.count() == pages
    with pytest.raises(Refused, match="regime"):
        filing.change_file(row, {"kind": "circus"}, by=by, at=now, station=office)
    with pytest.raises(Refused, match="already"):
        filing.open_file(row.unit, "hotel", by=by, at=now, station=office)


def test_the_plan_reads_no_table_of_people(venues, planned, today, office):
    with CaptureQueriesContext(connection) as seen:
        planning_queries.due(today, office)
        planning_queries.stops(today, office)
    asked = " ".join(query["sql"] for query in seen)
    tables = {word.strip('"(),') for word in asked.split() if word.startswith('"')}
    named = {table.partition(".")[0].strip('"') for table in tables}
    assert not {name for name in named if name.startswith(("residents_", "matters_party", "rentals_"))}
    assert len(seen) <= 6


def test_the_stops_of_a_day_carry_place_and_opening_hours(planned, today, office, venues, by, now):
    filing.change_file(venues.hotel, {"opens_at": None, "closes_at": None}, by=by, at=now, station=office)
    (stop,) = planning_queries.stops(today, office)
    assert (stop.matter_id, stop.minutes, stop.lon) == (planned.pk, 40, 120.15)
    assert planning_queries.stops(today + timedelta(days=1), office) == []


def test_a_referral_opens_an_inspection_at_the_only_file_of_the_address(venues, doors, by, now, office):
    source = planning.ask(
        planning.Wish("hotel", "asked", Place.at(doors[0]), None, "x"), by=by, at=now, station=office
    )  # fmt: skip
    opened = planning.receive(source, summary="消防通道堵塞", type="", by=by, at=now, station=office)
    assert queries.inspection(opened).venue_id == venues.hotel.pk
    assert Matter.objects.filter(kind="inspections").count() == 2
