"""Times at the desk."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from koban.duties.permits.slots import Hours, Slot, first_free_place, free
from koban.lib.calendar import WEEKS, Calendar

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
HOURS = [Hours(0, time(9), time(10), 20, 2), Hours(0, time(14), time(14, 30), 20, 1)]


def at(hour, minute=0, day=MONDAY):
    return datetime.combine(day, time(hour, minute), ZONE)


def times(found):
    return [(slot.starts_at, slot.left) for slot in found]


EARLY = at(8)
ALL = [(at(9), 2), (at(9, 20), 2), (at(9, 40), 2), (at(14), 1)]


@pytest.mark.parametrize(
    "taken, now, expected",
    [
        ([], EARLY, ALL),  # the last visit of the afternoon would end after closing: it is not offered
        ([at(9)], EARLY, [(at(9), 1), *ALL[1:]]),
        ([at(9), at(9)], EARLY, ALL[1:]),
        ([at(14)], EARLY, ALL[:3]),
        ([], at(9), ALL[1:]),  # what has begun cannot be booked
        ([], at(15), []),
    ],
)
def test_free_times_of_a_day(taken, now, expected):
    assert times(free(MONDAY, HOURS, taken, now, zone=ZONE, calendar=WEEKS)) == expected


def test_days_off_have_none_and_worked_weekends_keep_their_own_hours():
    off = Calendar(off_days=frozenset({MONDAY}), known_years=frozenset({2026}))
    assert free(MONDAY, HOURS, [], EARLY, zone=ZONE, calendar=off) == []
    saturday = date(2026, 2, 14)
    worked = Calendar(working_days=frozenset({saturday}), known_years=frozenset({2026}))
    hours = [Hours(5, time(9), time(10), 60, 1)]
    found = free(saturday, hours, [], at(8, day=saturday), zone=ZONE, calendar=worked)
    assert found == [Slot(at(9, day=saturday), 1)]


@pytest.mark.parametrize(
    "places, taken, found", [(1, [], 1), (2, [1], 2), (3, [1, 3], 2), (1, [1], 0), (2, [1, 2], 0)]
)
def test_places_fill_from_the_first(places, taken, found):
    assert first_free_place(places, taken) == found
