"""Booking a time, taking a number, calling the next one; and nobody gets the time that another one has."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from koban.duties.permits import queries
from koban.duties.permits.actions import queue
from koban.duties.permits.actions.queue import Span, call_next, end, give_up, reserve, set_hours, take_number
from koban.duties.permits.models import Visit
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import PUBLIC
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied, Refused
from tests.together import shared_sqlite, together

EIGHT = datetime(2026, 11, 2, 0, tzinfo=UTC)  # eight o'clock of a Monday in Shanghai
HOURS = [Span(day, time(9), time(11), 30, 2) for day in range(5)]


def at(hour, minute=0, day=2):
    return datetime(2026, 11, day, hour - 8, minute, tzinfo=UTC)


@pytest.fixture
def hours(at_desk):
    set_hours(HOURS, by=at_desk.li, at=EIGHT)
    return at_desk


def booked(desk, when, now=EIGHT, by=PUBLIC):
    return reserve(when, "permit", by=by, at=now, station=desk.station)


def test_two_places_at_one_time_and_no_third(hours):
    first, second = booked(hours, at(9)), booked(hours, at(9))
    assert [(t.visit.ticket, t.visit.place) for t in (first, second)] == [("A001", 1), ("A002", 2)]
    with pytest.raises(Refused, match="Somebody"):
        booked(hours, at(9))
    assert booked(hours, at(9, 30)).visit.ticket == "A003"  # the refused one left no gap


@pytest.mark.parametrize(
    "when, why",
    [
        (at(9, 10), "not open"),  # between two times
        (at(11), "not open"),  # the desk closes
        (at(9, day=7), "not open"),  # Saturday
        (EIGHT - timedelta(days=3), "not open"),  # over
        (at(9, day=24), "far ahead"),
    ],
)
def test_only_what_is_offered_can_be_booked(hours, when, why):
    with pytest.raises(Refused, match=why):
        booked(hours, when)
    assert Visit.objects.count() == 0


def test_the_free_days_show_what_is_left(hours):
    booked(hours, at(9)), booked(hours, at(9)), booked(hours, at(9, 30))
    days = queries.free_days(hours.station, EIGHT, most=2)
    assert [day.on for day in days] == [date(2026, 11, 2), date(2026, 11, 3)]
    assert [(slot.starts_at, slot.left) for slot in days[0].slots] == [
        (at(9, 30), 1),
        (at(10), 2),
        (at(10, 30), 2),
    ]


def test_a_time_that_was_given_up_is_free_again_and_needs_the_secret(hours):
    ticket = booked(hours, at(9))
    with pytest.raises(Absent):
        queries.find_visit(date(2026, 11, 2), "A001", "0000-0000-0000")
    with pytest.raises(Absent):
        queries.find_visit(date(2026, 11, 2), "A009", ticket.secret)
    found = queries.find_visit(date(2026, 11, 2), "a001", ticket.secret)
    give_up(found, by=PUBLIC, at=EIGHT)
    give_up(found, by=PUBLIC, at=EIGHT)  # twice is once
    assert booked(hours, at(9)).visit.place == 1


def number(desk, now):
    return take_number("other", by=PUBLIC, at=now, station=desk.station).visit


def call(desk, now):
    return call_next("1", by=desk.aux, at=now, station=desk.station).ticket


def test_a_booked_time_goes_first_when_it_has_come_and_else_who_came_first(hours):
    early, late = number(hours, at(8, 30)), number(hours, at(8, 40))
    booked(hours, at(9))
    assert call(hours, at(8, 50)) == early.ticket == "B001"
    assert call(hours, at(9, 2)) == "A001"
    assert call(hours, at(9, 5)) == late.ticket
    with pytest.raises(Refused, match="Nobody"):
        call(hours, at(9, 6))


def test_who_is_ten_minutes_late_has_missed_the_booked_time(hours):
    booked(hours, at(9)), booked(hours, at(9, 30))
    assert call(hours, at(9, 40)) == "A002"  # on the last second of its ten minutes
    assert Visit.objects.get(ordinal=1).state == "missed"


def test_called_is_served_or_did_not_come(hours):
    number(hours, at(8, 30))
    call(hours, at(8, 50))
    visit = Visit.objects.get()
    assert end(visit, "done", by=hours.aux, at=at(8, 55)).state == "done"
    with pytest.raises(Refused):
        end(visit, "missed", by=hours.aux, at=at(8, 56))
    with pytest.raises(Denied):
        call_next("1", by=PUBLIC, at=at(9), station=hours.station)
    today = queries.today(date(2026, 11, 2))
    assert (today.called, today.waiting, today.over) == ([], [], 1)
    assert verify(hours.station).ok


@pytest.mark.parametrize(
    "spans",
    [
        [Span(0, time(9), time(9), 20, 1)],
        [Span(0, time(9), time(10), 20, 1), Span(0, time(9), time(12), 20, 1)],
    ],
)
def test_hours_that_cannot_be_are_refused(hours, spans):
    with pytest.raises(Refused):
        set_hours(spans, by=hours.li, at=EIGHT)
    assert len(queries.hours()) == 5


def test_the_hours_can_be_changed_and_what_is_booked_stands(hours):
    booked(hours, at(9))
    set_hours([Span(0, time(14), time(16), 60, 1)], by=hours.li, at=EIGHT)
    assert [slot.starts_at for slot in queries.free_days(hours.station, EIGHT, 1)[0].slots] == [
        at(14),
        at(15),
    ]
    assert Visit.objects.standing().count() == 1
    with pytest.raises(Denied):
        set_hours([], by=hours.aux, at=EIGHT)
    assert verify(hours.station).ok


def test_a_visit_knows_no_name():
    columns = {field.name for field in Visit._meta.concrete_fields}
    assert not columns & {"name", "phone", "person_id", "party"}


@pytest.fixture
def shared(tmp_path, transactional_db) -> Iterator[SimpleNamespace]:
    """An office in a database that threads share."""
    with nullcontext() if connection.vendor == "postgresql" else shared_sqlite(tmp_path):
        lamp = Station.objects.create(
            code="lamp", name="lamp", kind="office", path="lamp/", lon=24.94, lat=60.17
        )
        li = actor_of(make_account("li", role="officer", station=lamp, password=""))
        with stations.scope(lamp.pk):
            set_hours(HOURS, by=li, at=EIGHT)
            yield SimpleNamespace(station=lamp, li=li)


def test_of_eight_who_book_one_time_at_once_two_get_it(shared):
    found = together(shared.station, *[lambda: booked(shared, at(9)).visit.place] * 8)
    assert sorted(one for one in found if isinstance(one, int)) == [1, 2]
    assert {type(one) for one in found if not isinstance(one, int)} == {Refused}
    assert verify(shared.station).ok


def test_two_desks_that_call_at_once_call_two_numbers(shared):
    for _turn in range(2):
        take_number("other", by=PUBLIC, at=EIGHT, station=shared.station)
    act = lambda: call_next("1", by=shared.li, at=at(9), station=shared.station).ticket  # noqa: E731
    assert sorted(together(shared.station, act, act)) == ["B001", "B002"]


def test_numbers_of_a_day_have_no_gap_when_many_come_at_once(shared):
    act = lambda: queue.take_number("other", by=PUBLIC, at=EIGHT, station=shared.station).visit.ordinal  # noqa: E731
    assert sorted(together(shared.station, *[act] * 8)) == list(range(1, 9))
