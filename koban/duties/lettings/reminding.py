"""Reminders before an end: of a letting to both, of a letter to the landlord. Once each, by message, with no name in it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from koban.duties.lettings import rules
from koban.duties.lettings.actions import day_of
from koban.kernel import law
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.registers.rentals import actions as rentals
from koban.registers.rentals.models import Letter, Tenancy
from koban.registers.residents.telling import tell

ENDS, LETTER = "lettings.ends", "lettings.letter"


def remind(station: Station, at: datetime) -> int:
    """Remind of what ends soon in the open scope of `station`. How many endings were told of."""
    today = day_of(at, station)
    days = law.clause(rules.REMIND, station.pack, on=today).value
    return _lettings(station, at, today, days) + _letters(station, at, today, days)


def _around(station: Station, ends_on: date, address: Any = "") -> dict[str, Any]:
    return {
        "office": station.name, "office_en": station.name_en or station.name, "phone": station.phone,
        "on": ends_on.isoformat(), "address": str(address),
    }  # fmt: skip


def _lettings(station: Station, at: datetime, today: date, days: int) -> int:
    due = Tenancy.objects.ending(today, today + timedelta(days=days)).filter(reminded_on=None)
    rows = list(due.select_related("unit__landlord", "unit__address"))
    for row in rows:
        with transaction.atomic():
            told = _around(station, row.ends_on)
            for person in filter(None, (row.person_id, row.unit.landlord and row.unit.landlord.person_id)):
                tell(person, ENDS, context=told, by=SYSTEM, at=at)
            rentals.remind(row, on=today, by=SYSTEM, at=at)
    return len(rows)


def _letters(station: Station, at: datetime, today: date, days: int) -> int:
    """On one day: so many days before the end of the newest letter, so that it is told once."""
    rows = [
        row
        for row in Letter.objects.filter(to_on=today + timedelta(days=days)).select_related("landlord")
        if not row.landlord.letters.filter(to_on__gt=row.to_on).exists()
    ]
    for row in rows:
        with transaction.atomic():
            tell(row.landlord.person_id, LETTER, context=_around(station, row.to_on), by=SYSTEM, at=at)
    return len(rows)
