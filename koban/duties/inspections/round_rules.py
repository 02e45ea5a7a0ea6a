"""A day's round as the engine sees it: clock times as seconds after midnight, opening hours as windows, what goes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from koban.lib.routing import Stop, Window
from koban.lib.sentence import Sentence, gettext_noop

DAY = 24 * 3600
WORTH = {
    "complaint": 6, "again": 6, "failed": 5, "risk": 5, "event": 5, "asked": 4, "campaign": 3, "sample": 2, "interval": 2,
}  # fmt: skip
"""What a place is looked at for, against the others where there is not time for all. Nothing here is of a person."""
LEAST_WORTH = 1

NOT_THE_STOPS = gettext_noop("The round has changed meanwhile. Look at it again.")
NO_MAP = gettext_noop(
    "There is no map of the streets here: the times are those of the line, with the usual bends."
)
NO_OFFICE = gettext_noop("Nobody knows where the office is: an operator enters its position.")
NOBODY = gettext_noop("Choose who walks the round.")
TURNED = gettext_noop("The round ends before it begins.")
NO_PLACE = gettext_noop("Nobody knows where this is.")


@dataclass(frozen=True, slots=True)
class Call:
    """One inspection of the day. key: of its matter. closes at or before it opens: open over midnight."""

    key: str
    minutes: int
    why: str
    opens_at: time | None = None
    closes_at: time | None = None


def seconds(clock: time) -> int:
    return (clock.hour * 60 + clock.minute) * 60 + clock.second


def clock(at: int) -> time:
    """The time of day of a second after midnight; the next day's begins anew."""
    return time(at % DAY // 3600, at % 3600 // 60)


def windows(call: Call) -> tuple[Window, ...]:
    """When the work may begin so that it ends before closing time; of a place that is hardly open, while it is open."""
    stay = call.minutes * 60
    opens = seconds(call.opens_at) if call.opens_at else 0
    closes = seconds(call.closes_at) if call.closes_at else DAY
    if call.opens_at is None and call.closes_at is None:
        return ()
    if closes <= opens:
        morning = () if closes <= stay else (Window(0, closes - stay),)
        return (*morning, Window(opens, max(opens, DAY + closes - stay)))
    return (Window(opens, closes - stay if closes - stay >= opens else closes),)


def stop(call: Call, place: int) -> Stop:
    """place: its row in the table of travel times."""
    worth = WORTH.get(call.why, LEAST_WORTH)
    return Stop(call.key, place, call.minutes * 60, windows(call), worth)


def unfit_order(asked: Sequence[str], known: Sequence[str]) -> Sentence | None:
    """Why an order cannot be walked: it names a stop twice, or one that the round does not know."""
    if len(set(asked)) < len(asked) or set(asked) - set(known):
        return Sentence(NOT_THE_STOPS)
    return None


def moved(order: Sequence[str], key: str, way: str) -> list[str]:
    """The order with one stop a place "up" or "down", taken "out", or put "in" at the end."""
    there = [each for each in order if each != key]
    if way == "out":
        return there
    if way == "in" or key not in order:
        return [*there, key]
    at = order.index(key) + (-1 if way == "up" else 1)
    at = min(max(at, 0), len(there))
    return [*there[:at], key, *there[at:]]
