"""What is believed of a phone: its clock, its position. Plain values, no Django, no clock of our own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

CLOCK, NO_TIME, BEFORE, NO_PLACE = "clock", "no_time", "before_shift", "no_place"
FLAGS = (CLOCK, NO_TIME, BEFORE, NO_PLACE)
NEAR_ZERO = 0.01  # degrees: nobody stands in the Gulf of Guinea; a phone without a fix says so


@dataclass(frozen=True, slots=True)
class Moment:
    """at: the instant that is believed. flags: what stood out."""

    at: datetime
    flags: tuple[str, ...] = ()


def believed(told: str, *, sent: str, received: datetime, since: datetime, tolerance: timedelta) -> Moment:
    """The instant of something that a phone tells of.

    told, sent: what its clock said then and when it sent, as ISO text. received: our clock at that moment.
    since: when the phone was given out. tolerance: how far its clock may be off before that is said.
    The distance between the two readings of its clock is believed, the clock itself is not: it may be wrong by years.
    """
    happened, sending = instant(told), instant(sent)
    if happened is None or sending is None:
        return Moment(received, (NO_TIME,))
    skew = received - sending
    flags = [CLOCK] if abs(skew) > tolerance else []
    at = min(happened + skew, received)
    if at < since - tolerance:
        return Moment(received, (*flags, BEFORE))
    return Moment(at, tuple(flags))


def instant(text: object) -> datetime | None:
    """An ISO instant with its zone, in UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was, in degrees; None where nothing is believed."""

    lon: float | None = None
    lat: float | None = None
    flags: tuple[str, ...] = ()


def spot(lon: object, lat: object) -> Spot:
    """The position that a phone told, flagged and left out where it is none: 0,0, out of range, no number."""
    if lon is None and lat is None:
        return Spot()
    x, y = number(lon), number(lat)
    if x is None or y is None or abs(x) > 180 or abs(y) > 90:
        return Spot(flags=(NO_PLACE,))
    if abs(x) < NEAR_ZERO and abs(y) < NEAR_ZERO:
        return Spot(flags=(NO_PLACE,))
    return Spot(x, y)


def number(told: object) -> float | None:
    """A finite number, None for anything else."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if abs(told) < 1e12 else None


def contiguous(parts: Sequence[tuple[int, int]]) -> int:
    """How far a file is there without a gap. parts: (offset, length) of each piece, in any order."""
    reached = 0
    for offset, length in sorted(parts):
        if offset > reached:
            break
        reached = max(reached, offset + length)
    return reached
