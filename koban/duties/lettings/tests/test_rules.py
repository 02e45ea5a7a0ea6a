"""The rules of lettings as tables: each row changes one thing from a case that passes."""

from datetime import date, timedelta

import pytest

from koban.duties.lettings import papers, rules
from koban.duties.lettings.rules import Letting, Standing

TODAY = date(2026, 3, 2)
FIT = {
    "from_on": TODAY,
    "ends_on": None,
    "let_from": date(2026, 1, 1),
    "let_to": None,
    "has_letter": True,
    "letter_binds": True,
}


@pytest.mark.parametrize(
    "change, why",
    [
        ({}, None),
        ({"ends_on": TODAY + timedelta(days=365)}, None),
        ({"has_letter": False}, "sign the letter"),  # CN-RENT-1, where the law of the place says so
        ({"has_letter": False, "letter_binds": False}, None),  # elsewhere it is asked for and stops nothing
        ({"from_on": date(2025, 12, 31)}, "not let on that day"),
        ({"let_to": date(2026, 3, 1)}, "not let on that day"),
        ({"from_on": TODAY + timedelta(days=31)}, None),
        ({"from_on": TODAY + timedelta(days=32)}, "at most 31 days"),
        ({"from_on": TODAY - timedelta(days=367), "let_from": date.min}, "more than a year ago"),
        ({"ends_on": TODAY - timedelta(days=1)}, "before the beginning"),
    ],
)
def test_when_a_letting_can_begin(change, why):
    said = rules.unfit_to_start(Letting(**FIT | change), TODAY)
    assert (said is None) if why is None else (why in str(said))


@pytest.mark.parametrize(
    "on, why",
    [
        (TODAY, None),
        (TODAY - timedelta(days=29), None),
        (TODAY + timedelta(days=1), "on the day itself"),
        (date(2026, 1, 31), "before it began"),
    ],
)
def test_when_a_letting_can_end(on, why):
    said = rules.unfit_to_end(date(2026, 2, 1), on, TODAY)
    assert (said is None) if why is None else (why in str(said))


@pytest.mark.parametrize(
    "told_on, in_time", [(date(2026, 3, 4), True), (date(2026, 3, 5), True), (date(2026, 3, 6), False)]
)
def test_a_report_is_in_time_through_the_last_day(told_on, in_time):
    assert rules.was_told_in_time(date(2026, 3, 5), told_on) is in_time


GOOD = {"is_confirmed": True, "has_landlord": True, "letter_to": TODAY, "check_due_on": TODAY, "hazards": 0}


@pytest.mark.parametrize(
    "change, lacks",
    [
        ({}, ()),
        ({"hazards": 1}, ("hazards",)),
        ({"letter_to": None}, ("letter",)),
        ({"letter_to": TODAY - timedelta(days=1)}, ("letter",)),
        ({"check_due_on": TODAY - timedelta(days=1)}, ("check",)),
        ({"is_confirmed": False}, ("confirmation",)),
        ({"has_landlord": False, "letter_to": None}, ("landlord",)),
        ({"hazards": 2, "letter_to": None, "is_confirmed": False}, ("hazards", "letter", "confirmation")),
    ],
)
def test_what_a_unit_lacks(change, lacks):
    assert rules.lacks(Standing(**GOOD | change), TODAY) == lacks
    assert set(lacks) <= set(rules.LACKS)


@pytest.mark.parametrize(
    "ends_on, reminded_on, due",
    [
        (TODAY + timedelta(days=14), None, True),
        (TODAY + timedelta(days=15), None, False),
        (TODAY, None, True),
        (TODAY - timedelta(days=1), None, False),
        (TODAY + timedelta(days=3), TODAY - timedelta(days=2), False),
        (None, None, False),
    ],
)
def test_when_both_are_reminded_of_an_end(ends_on, reminded_on, due):
    assert rules.is_to_remind(ends_on, reminded_on, TODAY, 14) is due


def test_a_self_check_answers_every_point_and_names_what_is_not_in_order():
    items = tuple(papers.checklist())
    whole = dict.fromkeys(items, "yes")
    assert rules.incomplete(items, whole) is None
    assert rules.incomplete(items, whole | {"gas": ""}).clause == "OFFICE-LET-5"
    assert rules.hazards(whole | {"gas": "no", "alarm": "none"}) == ("gas",)


def test_the_letter_says_the_terms_of_the_place_and_its_digest_is_of_the_very_words():
    read = papers.newest().read("en", papers.Terms(start=3, end=3, months=6))
    assert "within 3 working days" in read.points[1]
    other = papers.newest().read("en", papers.Terms(start=4, end=3, months=6))
    assert len(read.sha256) == 64
    assert read.sha256 != other.sha256
    assert papers.newest().read("zh-hans", papers.Terms(start=3, end=3, months=6)).title.endswith("书")
