"""Which times at the desk can be booked. Pure: hours, days off and what is taken come in, times go out."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from koban.lib.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Hours:
    """weekday: 0 is Monday. slot_minutes: how long one visit has. places: visits at the same time."""

    weekday: int
    opens: time
    closes: time
    slot_minutes: int
    places: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked. starts_at: aware instant. left: free places."""

    starts_at: datetime
    left: int


def starts_of(day: date, hours: Sequence[Hours], zone: tzinfo) -> Iterator[tuple[datetime, int]]:
    """Every time of a day that is worked, with its places. A visit ends before the desk closes."""
    for span in hours:
        if span.weekday != day.weekday():
            continue
        step = timedelta(minutes=span.slot_minutes)
        begin, end = datetime.combine(day, span.opens, zone), datetime.combine(day, span.closes, zone)
        while begin + step <= end:
            yield begin, span.places
            begin += step


def free(
    day: date,
    hours: Sequence[Hours],
    taken: Collection[datetime],
    now: datetime,
    *,
    zone: tzinfo,
    calendar: Calendar,
) -> list[Slot]:
    """The free times of `day` after `now`, in order. taken: start of every visit that stands, once for each.

    A day off of the calendar has none, also where the plain week would have worked.
    """
    if not calendar.is_working(day):
        return []
    counted = Counter(start for start in taken)
    found = [
        Slot(start, places - counted[start]) for start, places in starts_of(day, hours, zone) if start > now
    ]
    return sorted((slot for slot in found if slot.left > 0), key=lambda slot: slot.starts_at)


def first_free_place(places: int, taken: Collection[int]) -> int:
    """The lowest place from 1 to `places` that nobody has; 0 where all are taken."""
    return next((place for place in range(1, places + 1) if place not in taken), 0)
