"""Booking a time at the desk, taking a number, calling the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import queries, slots
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import DeskHours, Visit
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import numbers
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import receipts

AHEAD, KEPT = "OFFICE-BOOK-1", "OFFICE-BOOK-2"
BOOKED, COME = "A", "B"
TAKEN = _("Somebody has just taken this time. Choose another one.")
NO_TIME = _("The desk is not open at this time. Choose one of the times that are shown.")
TOO_FAR = _("So far ahead no time can be booked yet.")
NOBODY = _("Nobody waits.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """secret: with it the visit can be given up; shown once."""

    visit: Visit
    secret: str


@transaction.atomic
def reserve(
    starts_at: datetime,
    purpose: str,
    *,
    by: Actor,
    at: datetime,
    station: Station,
    matter_id: UUID | None = None,
) -> Ticket:
    """Book a time at the desk. Raises Refused for a time that is taken, over, too far ahead or outside the hours."""
    require(by, "queue.book")
    zone = ZoneInfo(station.tz)
    local = starts_at.astimezone(zone)
    today = at.astimezone(zone).date()
    if (local.date() - today).days > Law.of(station, at).value(AHEAD):
        raise Refused(TOO_FAR, clause=AHEAD)
    places = _places(local, at, station)
    # The day's counter is locked from here on: of two who book at once the second sees what the first took.
    ticket = _new(BOOKED, local.date(), purpose, at, matter_id)
    ticket.visit.starts_at, ticket.visit.state = starts_at, Visit.State.BOOKED
    taken = Visit.objects.filter(starts_at=starts_at).exclude(state=Visit.State.GIVEN_UP)
    ticket.visit.place = slots.first_free_place(places, list(taken.values_list("place", flat=True)))
    if not ticket.visit.place:
        raise Refused(TAKEN)
    return _kept(ticket, "queue.book", by=by, at=at)


def _places(local: datetime, at: datetime, station: Station) -> int:
    """How many visits the desk takes at this time. Raises Refused where it takes none."""
    calendar = law.load(station.pack).calendar
    hours = queries.hours()
    offered = dict(slots.starts_of(local.date(), hours, local.tzinfo or ZoneInfo(station.tz)))
    if local <= at or not calendar.is_working(local.date()) or local not in offered:
        raise Refused(NO_TIME)
    return offered[local]


@transaction.atomic
def take_number(purpose: str, *, by: Actor, at: datetime, station: Station) -> Ticket:
    """A number of today's queue for whoever has just come."""
    require(by, "queue.book")
    ticket = _new(COME, at.astimezone(ZoneInfo(station.tz)).date(), purpose, at, None)
    ticket.visit.state = Visit.State.WAITING
    return _kept(ticket, "queue.number", by=by, at=at)


def _new(letter: str, on: date, purpose: str, at: datetime, matter_id: UUID | None) -> Ticket:
    secret = receipts.new_secret()
    visit = Visit(on=on, letter=letter, purpose=purpose, made_at=at, matter_id=matter_id)
    visit.ordinal = numbers.take(f"queue-{letter}-{on:%m%d}", on.year)
    visit.secret = receipts.fingerprint(secret)
    return Ticket(visit, secret)


def _kept(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> Ticket:
    try:
        with transaction.atomic():
            ticket.visit.save(force_insert=True)
    except IntegrityError:
        raise Refused(TAKEN) from None
    _page(verb, [ticket.visit], by=by, at=at)
    return ticket


@transaction.atomic
def give_up(visit: Visit, *, by: Actor, at: datetime) -> Visit:
    """The time is free for somebody else. Said again, it changes nothing."""
    require(by, "queue.book")
    visit = _locked(visit)
    if visit.state not in (Visit.State.BOOKED, Visit.State.WAITING):
        return visit
    return _moved(visit, Visit.State.GIVEN_UP, "queue.give_up", by=by, at=at)


@transaction.atomic
def call_next(desk: str, *, by: Actor, at: datetime, station: Station) -> Visit:
    """Call the next number: booked times that have come before those who just came. Raises Refused if nobody waits.

    Booked visits that are too late (OFFICE-BOOK-2) are written as missed on the way.
    """
    require(by, "queue.call")
    today = at.astimezone(ZoneInfo(station.tz)).date()
    standing = list(
        Visit.objects.standing().on(today).select_for_update(of=("self",)).order_by("made_at", "id")
    )
    waiting = [visit for visit in standing if visit.state in (Visit.State.BOOKED, Visit.State.WAITING)]
    kept = timedelta(minutes=Law.of(station, at).value(KEPT))
    late = [visit for visit in waiting if visit.starts_at and visit.starts_at + kept < at]
    for visit in late:
        _moved(visit, Visit.State.MISSED, "queue.missed", by=by, at=at)
    chosen = queries.next_up([visit for visit in waiting if visit not in late], at)
    if chosen is None:
        raise Refused(NOBODY)
    chosen.called_at, chosen.desk = at, desk[:12]
    return _moved(chosen, Visit.State.CALLED, "queue.call", by=by, at=at)


@transaction.atomic
def end(visit: Visit, state: str, *, by: Actor, at: datetime) -> Visit:
    """Whoever was called has been served ("done"), or did not come ("missed")."""
    require(by, "queue.call")
    visit = _locked(visit)
    if visit.state != Visit.State.CALLED or state not in (Visit.State.DONE, Visit.State.MISSED):
        raise Refused(_("This number is not called just now."))
    return _moved(visit, state, f"queue.{state}", by=by, at=at)


@dataclass(frozen=True, slots=True)
class Span:
    """The desk's hours on one day of the week."""

    weekday: int
    opens: time
    closes: time
    slot_minutes: int
    places: int


@transaction.atomic
def set_hours(spans: Sequence[Span], *, by: Actor, at: datetime) -> list[DeskHours]:
    """Replace the desk's hours. What is booked already stands."""
    require(by, "queue.plan")
    old = list(DeskHours.objects.select_for_update(of=("self",)))
    if any(span.closes <= span.opens for span in spans):
        raise Refused(_("The desk closes after it opens."))
    if len({(span.weekday, span.opens) for span in spans}) < len(spans):
        raise Refused(_("Two lines begin at the same time of the same day."))
    DeskHours.objects.filter(pk__in=[row.pk for row in old]).delete()
    fresh = DeskHours.objects.bulk_create(
        DeskHours(
            weekday=s.weekday, opens=s.opens, closes=s.closes, slot_minutes=s.slot_minutes, places=s.places
        )
        for s in spans
    )
    book.write("queue.hours", by=by, at=at, facts={"lines": len(fresh)}, rows=fresh, gone=old)
    return fresh


def _locked(visit: Visit) -> Visit:
    now: Visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    return now


def _moved(visit: Visit, state: str, verb: str, *, by: Actor, at: datetime) -> Visit:
    visit.state = state
    visit.save(update_fields=["state", "called_at", "desk"])
    _page(verb, [visit], by=by, at=at)
    return visit


def _page(verb: str, rows: list[Any], *, by: Actor, at: datetime) -> None:
    visit = rows[0]
    facts = {"number": visit.ticket, "on": visit.on.isoformat()}
    book.write(verb, by=by, at=at, matter_id=visit.matter_id, subject=visit, facts=facts, rows=rows)
