"""Free times, the numbers of today, who is next."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from koban.duties.permits import slots
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import DeskHours, Visit
from koban.duties.permits.slots import Hours, Slot
from koban.kernel import law
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import receipts

AHEAD = "OFFICE-BOOK-1"
NO_SECRET = b"no such secret!!"


def hours() -> list[Hours]:
    rows = DeskHours.objects.order_by("weekday", "opens")
    return [Hours(row.weekday, row.opens, row.closes, row.slot_minutes, row.places) for row in rows]


@dataclass(frozen=True, slots=True)
class FreeDay:
    on: date
    slots: list[Slot]


def free_days(station: Station, now: datetime, most: int = 5) -> list[FreeDay]:
    """The next days with free times, at most `most` of them (two queries)."""
    zone, spans = ZoneInfo(station.tz), hours()
    today = now.astimezone(zone).date()
    ahead = [today + timedelta(days=n) for n in range(Law.of(station, now).value(AHEAD) + 1)]
    standing = Visit.objects.filter(on__gte=today, on__lte=ahead[-1]).exclude(state=Visit.State.GIVEN_UP)
    taken = [at.astimezone(zone) for at in standing.values_list("starts_at", flat=True) if at]
    calendar, found = law.load(station.pack).calendar, []
    for day in ahead:
        if free := slots.free(day, spans, taken, now, zone=zone, calendar=calendar):
            found.append(FreeDay(day, free))
        if len(found) == most:
            break
    return found


def next_up(waiting: Sequence[Visit], at: datetime) -> Visit | None:
    """Whose turn it is: the earliest booked time that has come, else whoever came first."""
    booked = [visit for visit in waiting if visit.starts_at and visit.starts_at <= at]
    come = [visit for visit in waiting if not visit.starts_at]
    if booked:
        return min(booked, key=lambda visit: (visit.starts_at, visit.ordinal))
    return min(come, key=lambda visit: visit.ordinal, default=None)


@dataclass(frozen=True, slots=True)
class Today:
    """The numbers of a day. called: those at a desk now, the last called first."""

    called: list[Visit]
    waiting: list[Visit]
    booked: list[Visit]
    over: int


def today(on: date) -> Today:
    """One query."""
    rows = list(Visit.objects.on(on).order_by("starts_at", "letter", "ordinal"))
    by_state = {state: [row for row in rows if row.state == state] for state in Visit.State.values}
    called = sorted(by_state[Visit.State.CALLED], key=lambda row: row.called_at or row.made_at, reverse=True)
    over = sum(len(by_state[state]) for state in (Visit.State.DONE, Visit.State.MISSED))
    return Today(called, by_state[Visit.State.WAITING], by_state[Visit.State.BOOKED], over)


def find_visit(on: date, ticket: str, secret: str) -> Visit:
    """The visit of a ticket. Raises Absent for a wrong number and a wrong secret alike."""
    letter, number = ticket[:1].upper(), ticket[1:]
    known = number.isascii() and number.isdigit() and len(number) < 5
    found: Visit | None = (
        Visit.objects.filter(on=on, letter=letter, ordinal=int(number)).first() if known else None
    )
    kept = bytes(found.secret) if found else NO_SECRET
    if not hmac.compare_digest(kept, receipts.fingerprint(secret or "-")) or found is None:
        raise Absent
    return found
