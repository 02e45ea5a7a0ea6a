"""Working days as the State Council's notices make them, and the honesty about years not yet announced."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.lib import calendar
from koban.lib.calendar import Calendar, CalendarError, from_state_council

FOLDER = Path(__file__).parents[2] / "packs" / "cn" / "calendar"
CHINA = from_state_council(sorted(FOLDER.glob("20*.json")), "State Council notices")
MONDAY = date(2026, 3, 2)
days = st.dates(date(2008, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    "day, worked",
    [
        (date(2026, 3, 2), True),  # a plain Monday
        (date(2026, 3, 7), False),  # a plain Saturday
        (date(2026, 1, 1), False),  # New Year's Day, a Thursday
        (date(2026, 1, 4), True),  # a Sunday worked for the New Year
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2022, 12, 31), False),  # moved by the notice of the year after
        (date(2018, 12, 29), True),  # a Saturday worked by the notice of the year after
        (date(2027, 10, 1), True),  # not announced yet: a plain Friday
    ],
)
def test_which_days_are_worked(day: date, worked: bool) -> None:
    assert CHINA.is_working(day) is worked


@pytest.mark.parametrize(
    "day, sure",
    [
        (date(2026, 6, 1), True),
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),  # the notice for 2027 may still move it
        (date(2025, 12, 31), True),  # the notice for 2026 is out
        (date(2027, 1, 4), False),
        (date(2006, 5, 8), False),
    ],
)
def test_what_is_certain(day: date, sure: bool) -> None:
    assert CHINA.certain(day) is sure


@pytest.mark.parametrize(
    "start, count, end",
    [
        (MONDAY, 1, date(2026, 3, 3)),
        (MONDAY, 5, date(2026, 3, 9)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # Friday to Monday
        (date(2026, 3, 7), 0, date(2026, 3, 9)),  # nothing to count, but the day itself is off
        (MONDAY, 0, MONDAY),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # Saturday the 14th is worked, then the Spring Festival
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # the Sunday that pays for the holiday
    ],
)
def test_adding_working_days(start: date, count: int, end: date) -> None:
    assert CHINA.add(start, count) == end


def test_working_days_are_counted_forwards_only() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CHINA.add(MONDAY, -1)


def test_a_calendar_without_working_days_is_a_mistake_in_the_data() -> None:
    empty = Calendar(off_days=frozenset(MONDAY + timedelta(days=n) for n in range(-400, 800)))
    with pytest.raises(CalendarError, match="no working day"):
        empty.add(MONDAY, 1)


@given(days, st.integers(1, 60))
def test_adding_lands_on_a_working_day_and_counts_back(start: date, count: int) -> None:
    end = CHINA.add(start, count)
    assert CHINA.is_working(end)
    assert CHINA.between(start, end) == count
    assert CHINA.between(start, end - timedelta(days=1)) == count - 1


@given(days, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_the_sum(start: date, first: int, second: int) -> None:
    start = CHINA.on_or_after(start)
    assert CHINA.add(CHINA.add(start, first), second) == CHINA.add(start, first + second)


@given(days, days)
def test_nothing_lies_between_a_later_day_and_an_earlier_one(a: date, b: date) -> None:
    assert CHINA.between(max(a, b), min(a, b)) == 0


def test_all_announced_years_are_read() -> None:
    assert CHINA.known_years == frozenset(range(2007, 2027))
    assert sum(day.year == 2026 for day in CHINA.off_days) == 33
    assert sum(day.year == 2026 for day in CHINA.working_days) == 6


def test_no_notice_reached_further_back_than_the_days_kept_uncertain() -> None:
    moved_before = []
    for path in FOLDER.glob("20*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        found = (date.fromisoformat(day["date"]) for day in content["days"])
        moved_before += [(day.month, day.day) for day in found if day.year < content["year"]]
    assert min(moved_before) >= calendar.FIRST_DAY_A_NEXT_NOTICE_MAY_MOVE


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        '{"year": 2026}',
        '{"year": 2026, "days": [{"date": "2026-13-01", "isOffDay": true}]}',
        '{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": "yes"}]}',
        '{"year": 2026, "days": ["2026-01-01"]}',
    ],
)
def test_a_broken_year_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "2026.json").write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError, match=r"2026\.json"):
        from_state_council(tmp_path.glob("*.json"), "test")


def test_two_notices_may_not_contradict_each_other(tmp_path: Path) -> None:
    for year, off in ((2025, "true"), (2026, "false")):
        text = f'{{"year": {year}, "days": [{{"date": "2025-12-31", "isOffDay": {off}}}]}}'
        (tmp_path / f"{year}.json").write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError, match="2025-12-31 is both"):
        from_state_council(tmp_path.glob("*.json"), "test")
