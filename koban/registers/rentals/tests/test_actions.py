"""What can be done to a letting, in which state, and by whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.ledger.models import Page
from koban.kernel.ledger.verify import verify
from koban.lib.errors import Absent, Denied, Refused
from koban.registers.rentals import actions, own, queries
from koban.registers.rentals.models import Landlord, LetUnit, Tenancy
from koban.registers.residents import actions as residents

DAY = date(2026, 3, 1)


@pytest.fixture
def told(office, noon):
    return {"by": actor_of(make_account("li", role="officer", station=office)), "at": noon}


@pytest.fixture
def people(office, noon):
    return residents.enter([residents.Entry(name) for name in ("钱多多", "李四", "王芳")], by=SYSTEM, at=noon)


@pytest.fixture
def landlord(people, told):
    return actions.enter_landlord(people[0].pk, on=DAY, **told)


@pytest.fixture
def unit(doors, landlord, told):
    return actions.enter_unit(doors[0], landlord, part="whole", on=DAY, **told)


@pytest.fixture
def letting(unit, people, told):
    return actions.start(unit, actions.Start(people[1].pk, DAY, date(2027, 2, 28), called="李四"), **told)


def again(row):
    return type(row).objects.get(pk=row.pk)


# --- Landlords and units --------------------------------------------------------------------------------------------


def test_a_landlord_and_a_unit_are_entered_once(landlord, unit, people, doors, told):
    assert actions.enter_landlord(people[0].pk, on=DAY, **told) == landlord
    assert actions.enter_unit(doors[0], landlord, part="room", on=DAY, **told) == unit
    assert (Landlord.objects.count(), LetUnit.objects.count(), again(unit).part) == (1, 1, "whole")


def test_a_landlord_joins_a_unit_that_an_agent_told_of(doors, landlord, told):
    lonely = actions.enter_unit(doors[1], None, part="whole", on=DAY, **told)
    joined = actions.enter_unit(doors[1], landlord, part="room", on=DAY, **told)
    assert (joined.pk, joined.landlord_id, joined.part) == (lonely.pk, landlord.pk, "room")


def test_two_landlords_of_one_address_have_two_units(doors, unit, people, told):
    other = actions.enter_landlord(people[1].pk, on=DAY, **told)
    assert actions.enter_unit(doors[0], other, part="room", on=DAY, **told).pk != unit.pk


def test_a_unit_is_closed_only_when_nobody_rents_it(unit, letting, told):
    with pytest.raises(Refused, match="Somebody still rents it"):
        actions.close_unit(unit, on=DAY, **told)
    actions.end(letting, on=DAY, **told)
    assert actions.close_unit(unit, on=DAY - timedelta(9), **told).to_on == DAY, "never before it began"
    assert not queries.let_at([unit.address_id], DAY + timedelta(1))


def test_a_unit_is_confirmed_and_checked(unit, told):
    assert actions.confirm_unit(unit, **told).confirmed_at == told["at"]
    assert list(queries.checks_missed(DAY + timedelta(1))) == [unit.address]
    checked = actions.note_check(unit, on=DAY + timedelta(2), hazards=3, **told)
    assert (checked.checked_on, checked.hazards) == (DAY + timedelta(2), 3)
    assert list(queries.checks_missed(DAY + timedelta(1))) == []


@pytest.mark.parametrize("day, holds", [(-1, False), (0, True), (30, True), (31, False)])
def test_a_letter_holds_from_its_first_to_its_last_day(landlord, told, day, holds):
    signed = actions.Signed("2026", "zh", "0" * 64, "paper", DAY, DAY + timedelta(30))
    letter = actions.sign_letter(landlord, signed, **told)
    assert queries.letter_on(landlord, DAY + timedelta(day)) == (letter if holds else None)


# --- Lettings: which step in which state ----------------------------------------------------------------------------

OVER = "has ended already"
STEPS = {
    "end": lambda row, told: actions.end(row, on=DAY, **told),
    "prolong": lambda row, told: actions.prolong(row, ends_on=None, **told),
    "remind": lambda row, told: actions.remind(row, on=DAY, **told),
    "dispute": lambda row, told: actions.dispute(row, **told),
}
STATES = {
    "running": lambda row, told: row,
    "ended": lambda row, told: actions.end(row, on=DAY, **told),
    "void": lambda row, told: actions.settle(row, is_void=True, **told),
}


@pytest.mark.parametrize("state, step, why", [
    ("running", "end", ""), ("running", "prolong", ""), ("running", "remind", ""), ("running", "dispute", ""),
    ("ended", "end", OVER), ("ended", "prolong", OVER), ("ended", "remind", OVER), ("ended", "dispute", ""),
    ("void", "end", OVER), ("void", "prolong", OVER), ("void", "remind", OVER),
])  # fmt: skip
def test_a_step_is_taken_in_its_states_alone(letting, told, state, step, why):
    row = STATES[state](letting, told)
    if why:
        with pytest.raises(Refused, match=why):
            STEPS[step](row, told)
    else:
        STEPS[step](row, told)


@pytest.mark.parametrize("step", [
    lambda row, told: actions.end(row, on=DAY - timedelta(1), **told),
    lambda row, told: actions.prolong(row, ends_on=DAY - timedelta(1), **told),
])  # fmt: skip
def test_nothing_ends_before_it_began(letting, told, step):
    with pytest.raises(Refused, match="before it began"):
        step(letting, told)
    assert again(letting).to_on is None


def test_nobody_rents_the_same_unit_twice_at_once(unit, letting, people, told):
    same = actions.Start(people[1].pk, DAY)
    with pytest.raises(Refused, match="already"):
        actions.start(unit, same, **told)
    actions.start(unit, replace(same, person_id=people[2].pk), **told)
    actions.end(letting, on=DAY, **told)
    actions.start(unit, same, **told)  # again, once the first has ended


def test_another_end_asks_for_another_reminder(letting, told):
    actions.remind(letting, on=DAY, **told)
    prolonged = actions.prolong(letting, ends_on=date(2028, 2, 28), **told)
    assert (prolonged.reminded_on, prolonged.ends_on) == (None, date(2028, 2, 28))
    assert list(Tenancy.objects.ending(date(2028, 2, 1), date(2028, 3, 1))) == [letting]


@pytest.mark.parametrize("is_void, runs", [(True, False), (False, True)])
def test_a_dispute_is_settled_one_way_or_the_other(letting, told, is_void, runs):
    actions.dispute(letting, **told)
    settled = actions.settle(letting, is_void=is_void, **told)
    assert settled.disputed_at is None
    assert Tenancy.objects.running().exists() is runs
    assert bool(bytes(again(letting).called)) is runs, "the name goes with what never was"


# --- Names ----------------------------------------------------------------------------------------------------------


def test_a_landlord_reads_the_names_of_running_lettings_and_a_page_tells_it(
    landlord, letting, people, told, django_db_blocker
):
    rows = list(Tenancy.objects.select_related("unit"))
    with pytest.raises(ValueError, match="another landlord"):
        other = actions.enter_landlord(people[2].pk, on=DAY, **told)
        own.names(other, rows, **told)
    actions.end(letting, on=DAY, **told)
    ended = list(Tenancy.objects.select_related("unit"))
    assert own.names(landlord, ended, **told) == {}


# --- Firms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed, opens", [
    (lambda number, secret: (number, secret), True),
    (lambda number, secret: (number.lower(), secret.lower().replace("-", " ")), True),
    (lambda number, secret: (number, secret[:-1] + "2"), False),
    (lambda number, secret: (number, ""), False),
    (lambda number, secret: ("F00000", secret), False),
])  # fmt: skip
def test_the_key_of_a_firm_opens_as_it_is_read_aloud(office, told, typed, opens):
    agent = actions.enter_agent("安居房产", "agent", on=DAY, **told)
    number, secret = actions.give_key(agent, **told)
    asked = (
        (*typed(number, f"{secret[:-1]}3"), DAY)
        if not opens and secret.endswith("2")
        else (*typed(number, secret), DAY)
    )
    if opens:
        assert queries.agent_by_key(*asked) == agent
    else:
        with pytest.raises(Absent):
            queries.agent_by_key(*asked)


def test_a_key_is_void_when_another_is_given_or_it_is_revoked(office, told):
    agent = actions.enter_agent("安居房产", "agent", on=DAY, **told)
    first = actions.give_key(agent, **told)
    second = actions.give_key(agent, **told)
    with pytest.raises(Absent):
        queries.agent_by_key(*first, DAY)
    assert queries.agent_by_key(*second, DAY) == agent
    actions.revoke_key(agent, **told)
    with pytest.raises(Absent):
        queries.agent_by_key(*second, DAY)


def test_a_firm_is_entered_once(office, told):
    actions.enter_agent("安居房产", "agent", on=DAY, **told)
    with pytest.raises(Refused, match="already"):
        actions.enter_agent("安居房产", "agent", on=DAY, **told)
    actions.enter_agent("安居房产", "manager", on=DAY, **told)


# --- Rights and pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role, allowed", [
    ("auxiliary", True), ("officer", True), ("chief", True), ("resident", True), ("inspector", False), ("volunteer", False),
])  # fmt: skip
def test_who_writes_lettings(people, noon, role, allowed):
    by = Actor(role=role)
    if allowed:
        actions.enter_landlord(people[0].pk, on=DAY, by=by, at=noon)
    else:
        with pytest.raises(Denied):
            actions.enter_landlord(people[0].pk, on=DAY, by=by, at=noon)


def test_every_step_has_its_page_which_names_no_person(office, letting, told):
    for step in ("dispute", "remind", "prolong", "end"):
        STEPS[step](again(letting), told)
    verbs = [page.verb for page in Page.objects.filter(verb__startswith="rentals.").order_by("number")]
    assert verbs == [
        "rentals.landlord", "rentals.unit", "rentals.start", "rentals.dispute", "rentals.remind", "rentals.prolong",
        "rentals.end",
    ]  # fmt: skip
    assert not any("李四" in str(page.facts) for page in Page.objects.all())
    assert verify(office).ok
