"""What is entered and looked through at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from koban.duties.lettings import actions, papers, queries
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.models import Matter
from koban.registers.premises.models import Address
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import Agent
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as people

MOST = 2000


@dataclass(frozen=True, slots=True)
class Landlord:
    """Who came with a document."""

    name: str
    id_kind: str
    id_number: str
    phone: str = ""


@transaction.atomic
def file_at_desk(
    told: Landlord, address: Address, part: str, *, signed: bool, by: Actor, at: datetime, station: Station
) -> Matter:
    """A landlord tells of a unit at the desk. signed: the letter was signed on paper, in Chinese, today."""
    require(by, "lettings.take")
    entry = residents.Entry(told.name, id_kind=told.id_kind, id_number=told.id_number, phone=told.phone)
    person = people.by_identity(told.id_kind, told.id_number)
    person = person or residents.declare(entry, by=by, at=at, source="office")
    matter = actions.file_unit(person.pk, address, part, by=by, at=at, station=station)
    landlord = lets.landlord_of(person.pk)
    if signed and landlord is not None:
        version = papers.newest().version
        actions.sign_letter(landlord, "zh-hans", version=version, way="paper", by=by, at=at, station=station)
    return matter


@transaction.atomic
def enter_agent(name: str, kind: str, *, by: Actor, at: datetime, station: Station) -> Agent:
    require(by, "lettings.agents")
    return rentals.enter_agent(name, kind, on=actions.day_of(at, station), by=by, at=at)


def units(wanted: Mapping[str, Any], today: date, station: Station) -> list[Any]:
    """Let units, those that lack most first. What a unit lacks follows from days, so it is asked row by row."""
    rows = lets.units(today)
    if words := wanted.get("q"):
        rows = rows.filter(Q(address__label__icontains=words) | Q(address__label_en__icontains=words))
    found: list[Any] = list(rows.order_by("address__label", "id")[:MOST])
    for row in found:
        row.lacks = queries.lacking(row, today, station)
    if lack := wanted.get("lacks"):
        found = [row for row in found if lack in row.lacks]
    return sorted(found, key=lambda row: -len(row.lacks))
