"""How long a clause gives: exact minutes and hours, whole local days, working days, and days off at the end."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.kernel import law
from koban.kernel.law.terms import months_after

SHANGHAI = ZoneInfo("Asia/Shanghai")
HELSINKI = ZoneInfo("Europe/Helsinki")
instants = st.datetimes(datetime(2021, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["Asia/Shanghai", "Europe/Helsinki", "America/St_Johns", "Pacific/Chatham", "UTC"])


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    "id, start, due, provisional, moved",
    [
        ("CN-CASE-1", "2026-03-02T14:20", "2026-03-03T14:20", False, False),
        ("OFFICE-ARRIVE-1", "2026-03-02T23:58", "2026-03-03T00:03", False, False),
        ("CN-PET-1", "2026-03-02T00:00", "2026-03-17T23:59:59", False, False),
        ("CN-PET-1", "2026-03-02T23:59:59", "2026-03-17T23:59:59", False, False),
        ("CN-CASE-3", "2026-01-16T09:00", "2026-02-24T23:59:59", False, True),
        ("OFFICE-ANSWER-1", "2026-12-28T09:00", "2027-01-04T23:59:59", True, False),
        ("OFFICE-ANSWER-1", "2026-12-14T09:00", "2026-12-21T23:59:59", False, False),
        ("CN-HOT-1", "2025-11-30T09:00", "2026-02-28T23:59:59", False, False),
        ("CN-LOST-1", "2024-02-29T09:00", "2025-02-28T23:59:59", False, False),
        ("OFFICE-FOUND-2", "2026-03-02T09:00", "2026-03-02T23:59:59", False, False),
    ],
)
def test_when_a_term_ends(id, start, due, provisional, moved):
    found = law.term(id, at(start), pack="cn", tz="Asia/Shanghai")
    assert (found.due_at, found.provisional, found.moved) == (at(due), provisional, moved)
    assert found.starts_at == at(start)
    assert found.clause.id == id


def test_days_are_those_of_the_station_not_of_utc():
    late_evening_in_utc = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # the 3rd in Shanghai
    assert law.term("CN-PET-1", late_evening_in_utc, tz=SHANGHAI).due_on == date(2026, 3, 18)
    assert law.term("CN-PET-1", late_evening_in_utc, tz="UTC").due_on == date(2026, 3, 17)


def test_the_law_of_the_day_of_the_start_holds_unless_another_day_is_named():
    with pytest.raises(law.NoClause, match="2018"):
        law.term("CN-CASE-1", at("2018-06-01T09:00"), tz=SHANGHAI)
    found = law.term("CN-CASE-1", at("2018-06-01T09:00"), tz=SHANGHAI, on=date(2019, 1, 1))
    assert found.due_at == at("2018-06-02T09:00")


def test_a_day_stays_24_hours_when_the_clocks_change():
    start = at("2026-03-28T12:00", HELSINKI)
    assert law.term("CN-CASE-1", start, tz=HELSINKI).due_at == at("2026-03-29T13:00", HELSINKI)


def test_a_term_starts_at_an_instant():
    with pytest.raises(ValueError, match="zone"):
        law.term("CN-CASE-1", datetime(2026, 3, 2, 9), tz=SHANGHAI)


@pytest.mark.parametrize("id", ["CN-CASE-4", "CN-CASE-2", "OFFICE-DUP-1"])
def test_a_clause_that_sets_no_time_gives_no_term(id):
    with pytest.raises(law.NotATerm, match=id):
        law.term(id, at("2026-03-02T09:00"), tz=SHANGHAI)


@pytest.mark.parametrize(
    "id, moment, late",
    [
        ("CN-CASE-1", "2026-03-03T09:00:00", False),
        ("CN-CASE-1", "2026-03-03T09:00:00.000001", True),
        ("CN-PET-1", "2026-03-17T23:59:59.999999", False),
        ("CN-PET-1", "2026-03-18T00:00:00", True),
    ],
)
def test_the_last_moment_is_in_time(id, moment, late):
    assert law.term(id, at("2026-03-02T09:00"), tz=SHANGHAI).is_late(at(moment)) is late


@given(instants, zones, st.sampled_from(["CN-CASE-1", "OFFICE-ACK-1", "OFFICE-CHECKIN-1"]))
def test_minutes_and_hours_are_exact_in_every_zone(start, zone, id):
    found = law.term(id, start, tz=zone)
    unit = timedelta(minutes=1) if found.clause.unit is law.Unit.MINUTES else timedelta(hours=1)
    assert found.due_at.astimezone(UTC) - start == found.clause.value * unit


@given(instants, zones, st.sampled_from(["CN-PET-1", "CN-PET-1A", "OFFICE-FEEDBACK-1", "OFFICE-ONCE-1"]))
def test_days_end_with_the_nth_local_day(start, zone, id):
    found = law.term(id, start, pack="cn", tz=zone, on=date(2026, 1, 1))
    assert (found.due_on - start.astimezone(ZoneInfo(zone)).date()).days == found.clause.value
    assert (found.due_at + timedelta(seconds=1)).time() == datetime.min.time()
    assert not found.provisional


@given(instants, st.sampled_from(["CN-CASE-3", "CN-CASE-3A", "OFFICE-ANSWER-1", "CN-PET-1C"]))
def test_what_follows_working_days_ends_on_one(start, id):
    found = law.term(id, start, tz=SHANGHAI, on=date(2026, 1, 1))
    assert law.load("cn").calendar.is_working(found.due_on)
    assert found.due_at > start


@given(instants, instants, st.sampled_from(["CN-CASE-3", "CN-PET-1", "OFFICE-ANSWER-1", "CN-HOT-1"]))
def test_who_starts_later_never_ends_earlier(a, b, id):
    ends = [law.term(id, start, tz=SHANGHAI, on=date(2026, 1, 1)).due_at for start in sorted((a, b))]
    assert ends == sorted(ends)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_keep_the_day_or_end_the_month(day, months):
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)
