"""What visits forget and ask about by themselves: times of day at a door, and cards that near their end."""

from datetime import datetime, timedelta

from django.db import transaction

from koban.duties.visits import cards, rules
from koban.duties.visits.models import Card, DoorTime
from koban.duties.visits.queries import day_of, value
from koban.kernel.ledger import SYSTEM, book
from koban.kernel.stations.models import Station
from koban.registers.residents.telling import tell

ASK = "visits.still_right"
AT_ONCE = 500


def forget(station: Station, at: datetime) -> int:
    """Remove what a door told, once its term is over. How many rows."""
    before = at - timedelta(days=value(rules.FORGET, station, day_of(at, station)))
    total = 0
    while rows := list(DoorTime.objects.filter(at__lt=before).order_by("at")[:AT_ONCE]):
        with transaction.atomic():
            book.write("visits.forget", by=SYSTEM, at=at, facts={"rows": len(rows)}, gone=rows)
            DoorTime.objects.filter(pk__in=[row.pk for row in rows]).delete()
        total += len(rows)
    return total


def ask(station: Station, at: datetime) -> int:
    """Ask the owners of cards that end soon whether they are still right. How many."""
    today = day_of(at, station)
    days = value(rules.STILL_RIGHT, station, today)
    due = Card.objects.running(today).filter(asked_on=None, ends_on__lte=today + timedelta(days=days))
    rows = list(due)
    for row in rows:
        with transaction.atomic():
            told = {
                "office": station.name, "office_en": station.name_en or station.name, "on": row.ends_on.isoformat(),
                "phone": station.phone,
            }  # fmt: skip
            tell(row.person_id, ASK, context=told, by=SYSTEM, at=at)
            cards.ask(row, by=SYSTEM, at=at, station=station)
    return len(rows)


def end(station: Station, at: datetime) -> int:
    """End the cards whose term is over: no answer is an answer too. How many."""
    rows = list(Card.objects.filter(ended_at=None, ends_on__lt=day_of(at, station)))
    for row in rows:
        cards.end(row, by=SYSTEM, at=at)
    return len(rows)
