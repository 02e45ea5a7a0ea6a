"""Two photographs of one spot, and somebody else who looked: a table of cases."""

from dataclasses import replace
from datetime import date

import pytest

from koban.duties.hazards import rules
from koban.duties.hazards.kinds import kinds
from koban.duties.hazards.rules import Limits, Proof, Shot, Spot
from koban.kernel import law
from koban.lib.sentence import Sentence

LIMITS = Limits(near_m=15, turned_deg=30, precise_m=50)
FIRST = Shot(120.15, 30.25, 350.0, 5.0)
METRE = 1 / 96_000  # a degree of longitude at this latitude is about 96 km


def why(sentence: Sentence | None) -> str:
    return str(sentence) if sentence else ""


@pytest.mark.parametrize("change, told", [
    ({}, ""),
    ({"lon": 120.15 + 14 * METRE}, ""),
    ({"lon": 120.15 + 16 * METRE}, "taken 16 metres from the first"),
    ({"heading": 20.0}, ""),  # thirty degrees round, across north
    ({"heading": 21.0}, "31 degrees away"),
    ({"heading": 170.0}, "180 degrees away"),
    ({"lon": None}, "does not say where"),
    ({"lat": None}, "does not say where"),
    ({"lon": 0.0, "lat": 0.0}, "does not say where"),
    ({"heading": None}, "which way"),
    ({"accuracy_m": 50.0}, ""),
    ({"accuracy_m": 51.0}, "wrong by 51 metres"),
    ({"accuracy_m": 0.0}, ""),  # nobody says how precise: chosen on the map
])  # fmt: skip
def test_when_two_photographs_show_one_spot(change, told):
    assert told in why(rules.unfit_pair(FIRST, replace(FIRST, **change), LIMITS))
    assert bool(told) == bool(rules.unfit_pair(FIRST, replace(FIRST, **change), LIMITS))


def test_a_first_photograph_without_a_position_proves_nothing_either():
    assert "does not say where" in why(rules.unfit_pair(Shot(), FIRST, LIMITS))


@pytest.mark.parametrize(
    "a, b, degrees", [(0, 0, 0), (10, 350, 20), (350, 10, 20), (0, 180, 180), (90, 271, 179), (0, 359, 1)]
)
def test_the_angle_between_two_directions(a, b, degrees):
    assert rules.turned(a, b) == degrees


WHOLE = Proof(FIRST, FIRST, repairer="aux1", verifier="li")


@pytest.mark.parametrize("change, told", [
    ({}, ""),
    ({"before": None}, "no photo of the hazard itself"),
    ({"after": None}, "no photo after the repair"),
    ({"after": replace(FIRST, heading=90.0)}, "degrees away"),
    ({"verifier": "aux1"}, "cannot verify it"),
    ({"repairer": ""}, ""),  # somebody outside the office repaired it
    ({"needs_restored": True}, "free again"),
    ({"needs_restored": True, "restored": True}, ""),
])  # fmt: skip
def test_what_a_hazard_needs_before_it_closes(change, told):
    sentence = rules.unfit_to_close(replace(WHOLE, **change), LIMITS)
    assert told in why(sentence)
    assert bool(told) == bool(sentence)


@pytest.mark.parametrize("closed_on, last_on, told", [
    (date(2026, 3, 1), date(2026, 5, 30), ""),
    (date(2026, 3, 1), date(2026, 3, 9), ""),
    (date(2026, 3, 1), date(2026, 3, 8), "closed long ago"),
    (date(2026, 3, 1), None, ""),
    (None, None, "still open"),
])  # fmt: skip
def test_until_when_one_may_say_that_it_is_not_fixed(closed_on, last_on, told):
    sentence = rules.unfit_to_contradict(closed_on, last_on, date(2026, 3, 9))
    assert told in why(sentence)
    assert bool(told) == bool(sentence)


@pytest.mark.parametrize("kind, public, shown", [
    ("", True, True), ("door", True, True), ("building", True, True), ("unit", True, True),
    ("floor", True, False), ("dwelling", True, False), ("room", True, False), ("door", False, False),
])  # fmt: skip
def test_neighbours_see_what_is_outside_of_homes(kind, public, shown):
    assert rules.may_be_shown(kind, kind_is_public=public) is shown


HERE = Spot("exit", 120.15, 30.25, "a1", "")


@pytest.mark.parametrize("change, repeat", [
    ({}, True),
    ({"kind": "gas"}, False),
    ({"lon": 120.15 + 60 * METRE}, True),  # the same address
    ({"address": "a2"}, True),  # thirty metres are the same place
    ({"address": "a2", "lon": 120.15 + 29 * METRE}, True),
    ({"address": "a2", "lon": 120.15 + 31 * METRE}, False),
    ({"address": "a2", "lon": None, "lat": None}, False),
    ({"asset": "l7"}, False),
])  # fmt: skip
def test_what_counts_as_the_same_place(change, repeat):
    assert rules.is_repeat(replace(HERE, **change), HERE, 30) is repeat


def test_an_asset_is_the_same_place_wherever_its_point_was_put():
    lamp = replace(HERE, asset="l7")
    assert rules.is_repeat(replace(lamp, lon=121.0), lamp, 30)


@pytest.mark.parametrize("key", kinds())
def test_every_kind_names_a_clause_that_the_law_has(key):
    clause = kinds()[key].clause
    assert not clause or law.clause(clause, "cn", on=date(2026, 3, 9)).id == clause
