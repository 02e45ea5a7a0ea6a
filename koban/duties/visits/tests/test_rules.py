"""The rules of visits as tables. What goes in is doors, days and knocks."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from koban.duties.visits import needs, rules
from koban.duties.visits.rules import Door, Knock

TODAY, ZONE = date(2026, 3, 2), ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, tzinfo=ZONE)


@pytest.mark.parametrize(
    "door, why",
    [
        ({}, "round"),
        ({"is_planned": True}, ""),
        ({"letting": True}, "letting"),
        ({"happened_on": TODAY - timedelta(days=5)}, "after"),
        ({"happened_on": TODAY - timedelta(days=22)}, "round"),
        ({"rests_from": TODAY, "rests_until": TODAY}, ""),
        ({"rests_from": date(2025, 3, 1), "rests_until": TODAY - timedelta(days=1)}, "round"),
        ({"rests_from": date(2026, 1, 1), "rests_until": date(2027, 1, 1), "letting": True}, ""),
        ({"rests_from": date(2026, 1, 1), "rests_until": date(2027, 1, 1), "happened_on": TODAY}, "after"),
        ({"rests_from": TODAY, "rests_until": date(2027, 1, 1), "happened_on": TODAY}, ""),
    ],
)
def test_why_the_office_calls_at_a_door(door, why):
    assert rules.why(Door("a", "Lake Road 1", **door), TODAY, 21) == why


def test_the_plan_takes_needs_first_and_then_walks_the_street():
    doors = [Door("c", "Road 3"), Door("a", "Road 1"), Door("b", "Road 2", letting=True)]
    assert [door.key for door, _why in rules.plan(doors, TODAY, 21, 9)] == ["b", "a", "c"]
    assert len(rules.plan(doors, TODAY, 21, 2)) == 2


def test_nothing_about_a_person_goes_into_the_plan():
    told = {field.name for field in fields(Door)} | {field.name for field in fields(Knock)}
    assert told & {"person", "person_id", "name", "refused", "count", "household"} == set()


@pytest.mark.parametrize(
    "hours, slot",
    [
        ([], ""),
        ([(9, True)], ""),  # one knock decides nothing
        ([(9, True), (9, True)], "morning"),
        ([(9, False), (19, True), (19, True)], "evening"),
        ([(9, True), (14, True)], ""),  # nothing stands out
    ],
)
def test_when_a_door_opens_best(hours, slot):
    knocks = [Knock(NOON.replace(hour=hour), answered) for hour, answered in hours]
    assert rules.best_slot(knocks) == slot


@pytest.mark.parametrize(
    "announced, is_asked, why",
    [
        (None, True, None),
        (None, False, "Announce it first"),
        (timedelta(hours=23), False, "at least 24 hours"),
        (timedelta(hours=24), False, None),
    ],
)
def test_a_visit_that_nobody_asked_for_is_announced_a_day_beforehand(announced, is_asked, why):
    at = NOON - announced if announced else None
    said = rules.unfit_to_go(at, NOON, is_asked=is_asked, hours=24)
    assert (said is None) if why is None else (why in str(said))


@pytest.mark.parametrize(
    "starts_at, why",
    [
        (NOON + timedelta(days=1), None),
        (NOON, "lies ahead"),
        (NOON.replace(hour=21) + timedelta(days=1), "between 8 and 21"),
        (NOON.replace(hour=7) + timedelta(days=1), "between 8 and 21"),
    ],
)
def test_at_what_time_the_office_calls(starts_at, why):
    said = rules.unfit_time(starts_at, NOON)
    assert (said is None) if why is None else (why in str(said))


@pytest.mark.parametrize(
    "knocks, last_on, why",
    [
        (0, None, None),
        (1, TODAY, "today already"),
        (1, TODAY - timedelta(days=1), None),
        (2, TODAY - timedelta(days=1), None),
        (3, TODAY - timedelta(days=1), "Leave a slip"),
    ],
)
def test_how_often_somebody_knocks(knocks, last_on, why):
    said = rules.unfit_to_knock(knocks, last_on, TODAY, 3)
    assert (said is None) if why is None else (why in str(said))


@pytest.mark.parametrize(
    "ends_on, asked_on, due",
    [
        (TODAY + timedelta(days=30), None, True),
        (TODAY + timedelta(days=31), None, False),
        (TODAY, None, True),
        (TODAY - timedelta(days=1), None, False),
        (TODAY, TODAY - timedelta(days=10), False),
    ],
)
def test_when_the_owner_of_a_card_is_asked(ends_on, asked_on, due):
    assert rules.is_to_ask(ends_on, asked_on, TODAY, 30) is due


@pytest.mark.parametrize(
    "phones, purposes, why",
    [(["000"], ["fire"], None), ([""], ["fire"], "helps nobody"), (["000"], [], "for what the card")],
)
def test_an_empty_card_is_not_kept(phones, purposes, why):
    said = rules.empty_card(phones, purposes)
    assert (said is None) if why is None else (why in str(said))


def test_needs_and_purposes_are_read_with_both_languages():
    assert all(need.words.zh for need in needs.needs().values())
    assert set(needs.purposes()) == {"disaster", "lost", "accident", "theft"}
