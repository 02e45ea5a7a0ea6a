"""The rules of registration and of the permit, as tables."""

from datetime import date

import pytest

from koban.duties.permits import rules
from koban.duties.permits.rules import Claim, Stay, Years

MONTHS, WINDOW = 12, 1


def clause_of(sentence):
    return sentence.clause if sentence else None


@pytest.mark.parametrize(
    "stay, clause",
    [
        (Stay(), None),  # says not how long: registered
        (Stay(days=3), None),
        (Stay(days=2), "CN-RES-1A"),
        (Stay(days=90, house="hotel"), "CN-RES-1C"),
        (Stay(days=90, house="shelter"), "ZJ-RES-1G"),
        (Stay(days=30, with_kin=True), "ZJ-RES-1F"),
        (Stay(days=31, with_kin=True), None),
        (Stay(with_kin=True), None),  # open-ended
    ],
)
def test_which_stays_are_registered_in_zhejiang(stay, clause):
    houses = {"hotel", "hospital", "school", "shelter"}
    assert clause_of(rules.needs_registration(stay, shortest=3, kin_days=30, houses=houses)) == clause


def test_elsewhere_a_month_with_relatives_is_registered_too():
    stay = Stay(days=20, with_kin=True)
    assert rules.needs_registration(stay, shortest=3, kin_days=None, houses={"hotel"}) is None


@pytest.mark.parametrize(
    "from_on, to_on, wrong",
    [
        (date(2026, 3, 2), None, False),
        (date(2026, 3, 2), date(2026, 3, 2), False),
        (date(2026, 3, 2), date(2026, 3, 1), True),
        (date(2027, 3, 3), None, False),
        (date(2027, 3, 4), None, True),  # more than a year ahead
        (date(1990, 1, 1), None, False),
    ],
)
def test_the_days_of_a_stay(from_on, to_on, wrong):
    assert bool(rules.wrong_days(from_on, to_on, date(2026, 3, 2))) is wrong


FITS = {"ground": "job", "lives_since_on": date(2025, 8, 31), "registered_on": date(2025, 9, 10)}
ON = date(2026, 3, 10)


@pytest.mark.parametrize(
    "change, from_registration, clause",
    [
        ({}, False, None),
        ({"ground": "home"}, False, None),
        ({"ground": "study"}, False, None),
        ({"ground": "visit"}, False, "CN-RES-3"),
        ({"ground": ""}, False, "CN-RES-3"),
        ({"is_from_here": True}, False, "CN-RES-3"),
        ({"lives_since_on": None}, False, "CN-RES-3"),
        ({"lives_since_on": date(2025, 9, 10)}, False, None),  # full today
        ({"lives_since_on": date(2025, 9, 11)}, False, "CN-RES-3"),  # tomorrow
        ({"registered_on": None}, False, None),  # a late registration does not matter here
        ({}, True, None),  # Zhejiang: registered on 10 September, full today
        ({"registered_on": date(2025, 9, 11)}, True, "ZJ-RES-1"),
        ({"registered_on": None}, True, "ZJ-RES-1"),
    ],
)
def test_half_a_year_and_one_of_three_grounds(change, from_registration, clause):
    claim = Claim(**FITS | change)
    found = rules.not_entitled(
        claim, ON, months=6, grounds={"job", "home", "study"}, from_registration=from_registration
    )
    assert clause_of(found) == clause


@pytest.mark.parametrize(
    "since, full",
    [
        (date(2025, 8, 31), date(2026, 2, 28)),  # February has no 31st
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2025, 9, 10), date(2026, 3, 10)),
    ],
)
def test_the_day_on_which_the_half_year_is_full(since, full):
    assert rules.entitled_on(Claim("job", since, None), months=6, from_registration=False) == full


def test_the_refusal_says_the_day_on_which_to_come_again():
    claim = Claim("job", date(2026, 1, 5), None)
    found = rules.not_entitled(claim, ON, months=6, grounds={"job"}, from_registration=False)
    assert "2026-07-05" in str(found)


@pytest.mark.parametrize(
    "kin, age, cannot_come, clause",
    [
        ("guardian", 15, False, None),
        ("relative", 3, False, None),
        ("guardian", 16, False, "CN-RES-6A"),
        ("relative", 80, False, "CN-RES-6A"),
        ("relative", 80, True, None),
        ("guardian", 30, True, None),
        ("friend", 15, False, "CN-RES-6"),
        ("agency", 80, True, "CN-RES-6"),
    ],
)
def test_who_may_act_for_whom(kin, age, cannot_come, clause):
    found = rules.unfit_proxy(kin, age, cannot_come=cannot_come, own_age=16, allowed={"guardian", "relative"})
    assert clause_of(found) == clause


@pytest.mark.parametrize(
    "birth, age",
    [("2010-11-24", 16), ("2010-11-25", 15), ("2010", 15), ("2009", 16), ("", None), ("2008-02-29", 18)],
)
def test_age_in_full_years(birth, age):
    assert rules.age_on(birth, date(2026, 11, 24)) == age


ALWAYS = ("identity", "picture", "address")


@pytest.mark.parametrize(
    "ground, by_proxy, keys",
    [
        ("home", False, ALWAYS),
        ("job", False, (*ALWAYS, "job")),
        ("study", False, (*ALWAYS, "study")),
        ("job", True, (*ALWAYS, "job", "proxy_identity")),
        ("home", True, (*ALWAYS, "proxy_identity")),
    ],
)
def test_the_papers_of_each_ground(ground, by_proxy, keys):
    assert rules.needed_papers(ground, ALWAYS, by_proxy=by_proxy) == keys


@pytest.mark.parametrize(
    "states, may_accept",
    [
        ({"identity": "fit", "address": "fit"}, True),
        ({"identity": "fit", "address": "needed"}, False),
        ({"identity": "fit", "address": "unfit"}, False),
        ({"identity": "fit", "address": "brought"}, False),  # nobody looked at it yet
    ],
)
def test_what_may_be_accepted(states, may_accept):
    assert (rules.incomplete(states) is None) is may_accept


@pytest.mark.parametrize(
    "states, notices, new_wrong, may_tell",
    [
        ({"identity": "fit", "address": "needed"}, 0, (), True),
        ({"identity": "fit", "address": "unfit"}, 0, (), True),
        ({"identity": "fit", "address": "fit"}, 0, (), False),  # nothing is missing
        ({"identity": "brought", "address": "needed"}, 0, (), False),  # a complete notice knows every paper
        ({"identity": "fit", "address": "needed"}, 1, (), False),  # told already
        ({"identity": "fit", "address": "unfit"}, 1, (), False),  # wrong then and told then
        ({"identity": "fit", "address": "unfit"}, 1, ("address",), True),  # brought anew, and wrong
        ({"identity": "fit", "address": "unfit"}, 2, ("address",), True),
    ],
)
def test_missing_papers_are_told_once_and_completely(states, notices, new_wrong, may_tell):
    found = rules.unfit_to_tell(states, notices, most=1, new_wrong=new_wrong)
    assert (found is None) is may_tell
    assert found is None or found.clause == "CN-RES-5B"


@pytest.mark.parametrize("days, clause", [(15, None), (30, None), (31, "CN-RES-5A"), (60, "CN-RES-5A")])
def test_no_local_rule_gives_more_than_thirty_days(days, clause):
    assert clause_of(rules.unlawful_term(days, 30)) == clause


ISSUED = Years(date(2025, 3, 2))


@pytest.mark.parametrize(
    "on, early, late",
    [
        (date(2026, 2, 1), True, False),
        (date(2026, 2, 2), False, False),  # the month begins
        (date(2026, 3, 1), False, False),
        (date(2026, 3, 2), False, False),  # the last day
        (date(2026, 3, 3), False, True),
    ],
)
def test_a_year_is_endorsed_in_its_last_month(on, early, late):
    assert bool(rules.too_early(ISSUED, on, months=MONTHS, window=WINDOW)) is early
    assert rules.is_late(ISSUED, on, months=MONTHS) is late


@pytest.mark.parametrize(
    "years, on, after, due",
    [
        (ISSUED, date(2026, 2, 10), Years(date(2025, 3, 2), 1), date(2027, 3, 2)),
        (Years(date(2025, 3, 2), 1), date(2027, 3, 2), Years(date(2025, 3, 2), 2), date(2028, 3, 2)),
        # late: restored, and the years begin that day
        (ISSUED, date(2026, 5, 20), Years(date(2026, 5, 20)), date(2027, 5, 20)),
        (Years(date(2024, 2, 29), 3), date(2028, 2, 29), Years(date(2024, 2, 29), 4), date(2029, 2, 28)),
    ],
)
def test_years_after_an_endorsement(years, on, after, due):
    found = rules.endorsed(years, on, months=MONTHS)
    assert (found, found.due_on(MONTHS)) == (after, due)


@pytest.mark.parametrize(
    "holds, asked, clause", [(True, True, None), (False, True, "ZJ-RES-2"), (False, False, None)]
)
def test_the_ground_is_asked_for_anew_where_a_local_rule_says_so(holds, asked, clause):
    assert clause_of(rules.ground_gone(holds, is_asked=asked)) == clause


def test_the_holder_is_reminded_when_the_month_opens_and_a_week_before_it_ends():
    assert rules.reminders(ISSUED, months=MONTHS, window=WINDOW, last=7) == (
        date(2026, 2, 2),
        date(2026, 2, 23),
    )


D = date


@pytest.mark.parametrize(
    "stays, since",
    [
        ([], None),
        ([(D(2026, 1, 5), D(2026, 1, 3), None)], D(2026, 1, 5)),
        ([(D(2025, 1, 5), D(2025, 1, 3), D(2025, 6, 1))], None),  # has left
        # moved within ten days: goes on
        (
            [(D(2025, 1, 5), D(2025, 1, 3), D(2025, 6, 1)), (D(2025, 6, 12), D(2025, 6, 11), None)],
            D(2025, 1, 5),
        ),
        # one day more: begins anew, with the day of registering
        (
            [(D(2025, 1, 5), D(2025, 1, 3), D(2025, 6, 1)), (D(2025, 6, 20), D(2025, 6, 12), None)],
            D(2025, 6, 20),
        ),
        # two homes at once
        (
            [(D(2025, 1, 5), D(2025, 1, 3), None), (D(2025, 6, 20), D(2025, 6, 12), D(2025, 7, 1))],
            D(2025, 1, 5),
        ),
    ],
)
def test_since_when_somebody_is_registered_without_a_break(stays, since):
    assert rules.unbroken_since(stays, gap_days=10) == since
