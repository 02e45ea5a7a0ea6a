"""A dispute between two neighbours of the lake office, and the words of a plain agreement."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from koban.duties.mediation import actions, sitting, standing, taking
from koban.duties.mediation.models import Agreement, Mediation, Side
from koban.duties.mediation.sitting import Content, Owed, Sitting
from koban.duties.mediation.taking import Facts, SideTold
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
FACTS = Facts("beating", relation="neighbours", over_trifles=True)
CONTENT = Content(
    "Lake office", "badge 7", "nobody else", "4 March 2026, evening", "stairwell of 3 Lake Road", "the two neighbours",
    "shoes before the door", "words, then a push", "minor, no injury", "a scratched door",
    "300 are paid and the shoes stay inside", True, True,
)  # fmt: skip
PAYS = (
    Owed("b", "pay", "first half", date(2026, 3, 20), "transfer", 15_000),
    Owed("b", "pay", "second half", date(2026, 4, 20), "transfer", 15_000),
)
SITTING = Sitting("Both said what happened.", "none", officers=1, is_recorded=True)


@pytest.fixture
def li(people: SimpleNamespace) -> Actor:
    return actor_of(people.li)


@pytest.fixture
def aux(people: SimpleNamespace) -> Actor:
    return actor_of(people.aux1)


@pytest.fixture
def taken(office: Station, li: Actor) -> Callable[..., Mediation]:
    def take(facts: Facts = FACTS, kind: str = "noise", at: datetime = NOON, **told: Any) -> Mediation:
        sides = {"a": SideTold("Sun", "00013900139"), "b": SideTold("Zhu", acted=True)} | told
        return taking.take(kind, "Shoes in the stairwell", by=li, at=at, station=office, facts=facts, **sides)

    return take


def side(mediation: Mediation, letter: str) -> Side:
    return next(row for row in standing.sides_of(mediation) if row.letter == letter)


@pytest.fixture
def begun(office: Station, li: Actor, taken: Callable[..., Mediation]) -> Callable[..., Mediation]:
    """Taken, evidence in hand, both said yes, begun."""

    def begin(facts: Facts = FACTS, at: datetime = NOON, **told: Any) -> Mediation:
        mediation = taken(facts, at=at, **told)
        taking.write_evidence(mediation, "statement", "Both were asked", by=li, at=at)
        actions.decide(mediation, by=li, at=at, station=office)
        for letter in ("a", "b"):
            actions.answer(side(mediation, letter), "yes", by=li, at=at, station=office)
        actions.begin(mediation, by=li, at=at, station=office)
        return fresh(mediation)

    return begin


@pytest.fixture
def agreed(office: Station, li: Actor, begun: Callable[..., Mediation]) -> Callable[..., Agreement]:
    def agree(at: datetime = NOON, owed: tuple[Owed, ...] = PAYS) -> Agreement:
        mediation = begun(at=at)
        sitting.hold(mediation, SITTING, by=li, at=at, station=office)
        return sitting.agree(mediation, CONTENT, owed, by=li, at=at, station=office)

    return agree


def fresh(mediation: Mediation) -> Mediation:
    found: Mediation = Mediation.objects.select_related("matter").get(pk=mediation.pk)
    return found
