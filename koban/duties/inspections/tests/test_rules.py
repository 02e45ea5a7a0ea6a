"""What is due, who may go, what fails, what a file lacks, which self-inspections are drawn: tables of cases."""

from dataclasses import fields
from datetime import date

import pytest

from koban.duties.inspections import rules
from koban.duties.inspections.rules import Answer, Crew, Place, Point, Standing

TODAY = date(2026, 3, 2)
FRESH = {"key": "a", "kind": "hotel", "interval_on": date(2026, 7, 1), "last_on": date(2026, 1, 1)}


@pytest.mark.parametrize("change, on, why", [
    ({}, date(2026, 7, 1), "interval"),
    ({"interval_on": date(2026, 2, 1)}, date(2026, 2, 1), "interval"),
    ({"hazards": 1}, date(2026, 7, 1), "interval"),
    ({"hazards": 1, "last_on": date(2025, 9, 1)}, TODAY, "risk"),
    ({"hazards": 1, "last_on": None}, date(2026, 7, 1), "interval"),
    ({"complaint_on": date(2026, 3, 5)}, date(2026, 3, 5), "complaint"),
    ({"complaint_on": date(2026, 3, 5), "again_on": date(2026, 3, 5)}, date(2026, 3, 5), "complaint"),
    ({"again_on": date(2026, 3, 4)}, date(2026, 3, 4), "again"),
    ({"failed_on": date(2026, 3, 3)}, date(2026, 3, 3), "failed"),
    ({"campaign_on": date(2026, 4, 1)}, date(2026, 4, 1), "campaign"),
])  # fmt: skip
def test_the_earliest_reason_says_when_and_why(change, on, why):
    found = rules.reason(Place(**FRESH | change), TODAY)
    assert (found.on, found.why) == (on, why)


def test_the_list_holds_what_is_due_soon_most_pressing_first_and_nothing_that_is_planned():
    late = Place("late", "hotel", date(2025, 9, 1), weight=3)
    grave = Place("grave", "scrap_metal", date(2026, 3, 1), hazards=5)
    told = Place("told", "pawn", date(2027, 1, 1), complaint_on=date(2026, 3, 4))
    soon, later = (Place(str(day), "pawn", day) for day in (date(2026, 4, 1), date(2026, 4, 2)))
    planned = Place("planned", "hotel", date(2025, 1, 1), is_planned=True)
    found = rules.due([later, soon, planned, told, grave, late], TODAY, 30)
    assert [one.place.key for one in found] == ["grave", "late", "told", "2026-04-01"]


def test_the_plan_has_no_room_for_a_person():
    known = {field.name for field in fields(Place)}
    assert known == {
        "key", "kind", "interval_on", "weight", "last_on", "hazards", "complaint_on", "campaign_on", "again_on",
        "failed_on", "is_planned",
    }  # fmt: skip


@pytest.mark.parametrize("crew, needed, counts_officers, fits", [
    (Crew(2), 2, True, True),
    (Crew(1, 1), 2, True, False),
    (Crew(1, 1), 2, False, True),
    (Crew(1), 2, False, False),
    (Crew(0, 3), 2, False, False),
])  # fmt: skip
def test_who_may_inspect(crew, needed, counts_officers, fits):
    why = rules.unfit_crew(crew, needed, "CN-CASE-4", counts_officers=counts_officers)
    assert (why is None) is fits


@pytest.mark.parametrize("ground, is_home, fits", [
    ("", False, True), ("", True, False), ("curiosity", True, False), ("consent", True, True), ("warrant", True, True),
    ("danger_now", True, True),
])  # fmt: skip
def test_a_home_is_entered_on_a_ground_alone(ground, is_home, fits):
    assert (rules.unfit_to_enter(ground, is_home=is_home) is None) is fits


POINTS = (Point("exits", "exits", "grave"), Point("cameras", "days", "serious", lambda days: days >= 30))
FINE = {"exits": Answer("yes"), "cameras": Answer(value=30)}


@pytest.mark.parametrize("change, is_whole, failing", [
    ({}, True, ()),
    ({"exits": Answer("no", words="locked")}, True, ("exits",)),
    ({"exits": Answer("no")}, False, ("exits",)),
    ({"exits": Answer()}, False, ()),
    ({"exits": Answer("none")}, True, ()),
    ({"cameras": Answer(value=29)}, True, ("cameras",)),
    ({"cameras": Answer()}, False, ()),
    ({"cameras": Answer("none")}, True, ()),
])  # fmt: skip
def test_what_a_checklist_says(change, is_whole, failing):
    answers = FINE | change
    assert (rules.incomplete(POINTS, answers) is None) is is_whole
    assert rules.failing(POINTS, answers) == failing


WHOLE = {
    "holds": "licence", "paper": "licence", "paper_to": date(2027, 1, 1), "has_plan": True, "guards": 2,
    "guards_needed": 2, "camera_days": 30, "camera_days_needed": 30, "trained_until": date(2026, 9, 1),
}  # fmt: skip


@pytest.mark.parametrize("change, lacks", [
    ({}, ()),
    ({"paper": "filing"}, ("paper",)),
    ({"holds": "filing", "paper": "licence"}, ()),
    ({"holds": "none", "paper": "", "paper_to": None}, ()),
    ({"paper_to": date(2026, 3, 1)}, ("expired",)),
    ({"paper_to": TODAY}, ()),
    ({"guards": 1, "camera_days": None}, ("guards", "cameras")),
    ({"trained_until": None, "has_plan": False}, ("training", "floor_plan")),
])  # fmt: skip
def test_what_a_file_lacks(change, lacks):
    assert rules.lacks(Standing(**WHOLE | change), TODAY) == lacks


@pytest.mark.parametrize("area, guards", [(None, 2), (50, 2), (200, 2), (201, 3), (400, 3), (401, 4)])
def test_more_guards_for_more_area(area, guards):
    assert rules.guards_needed(area, 2, 200) == guards


@pytest.mark.parametrize(
    "expected, body", [(999, "none"), (1000, "county"), (4999, "county"), (5000, "city")]
)
def test_who_permits_a_large_event(expected, body):
    assert rules.who_decides(expected, 1000, 5000) == body


def test_the_day_to_apply_lies_twenty_days_before():
    assert rules.last_day_to_apply(date(2026, 5, 21), 20) == date(2026, 5, 1)


@pytest.mark.parametrize(
    "count, percent, drawn", [(0, 20, 0), (1, 20, 1), (5, 20, 1), (6, 20, 2), (10, 100, 10)]
)
def test_a_draw_takes_its_rate_rounded_up(count, percent, drawn):
    keys = [f"place-{n}" for n in range(count)]
    assert len(rules.sample("seed", keys, percent)) == drawn


def test_a_draw_is_the_same_for_everybody_who_knows_the_seed():
    keys = [f"place-{n}" for n in range(10)]
    assert rules.sample("seed", keys, 20) == rules.sample("seed", reversed(keys), 20)
    assert rules.sample("seed", keys, 20) != rules.sample("other", keys, 20)
    assert rules.commitment("seed") == "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"
