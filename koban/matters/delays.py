"""Holding back the notice of looks at a person in a matter, and what the desk sees of it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from koban.kernel import law
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters import looks
from koban.matters.models import Matter
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register
from koban.registers.residents.actions.delays import GROUNDS
from koban.registers.residents.handles import Delay


def ask_delay(
    matter: Matter,
    person_id: UUID,
    *,
    ground: str,
    until_at: datetime,
    by: Actor,
    at: datetime,
    station: Station,
) -> Delay:
    """Ask for it; only in a matter that one holds, for a person of it. Raises Denied, Absent and Refused."""
    looks.right(matter, by=by, at=at)
    person = register.person(looks.belongs(matter, person_id, at=at))
    return residents.ask_delay(
        matter.pk, person, ground=ground, until_at=until_at, by=by, at=at, station=station
    )


def approve_delay(delay: Delay, *, by: Actor, at: datetime) -> Delay:
    """The second person says yes."""
    return residents.approve_delay(delay, by=by, at=at)


def delays_of(matter: Matter) -> QuerySet[Delay]:
    return register.delays_in(matter.pk)


def grounds(station: Station, at: datetime) -> law.Clause:
    """The clause whose list holds every ground."""
    return law.clause(GROUNDS, station.pack, on=at.date())
