"""Where the office calls, when, and when it does not: values about doors in, verdicts out. No person is in any of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from koban.lib.sentence import Sentence, gettext_noop

NOTICE, CARD, STILL_RIGHT, FORGET = "OFFICE-VISIT-1", "OFFICE-VISIT-2", "OFFICE-VISIT-3", "OFFICE-VISIT-4"
REST, KNOCKS, MONTH, REPLY = "OFFICE-VISIT-5", "OFFICE-VISIT-6", "OFFICE-VISIT-7", "OFFICE-REPLY-1"
VOLUNTARY = "JP-JUNKAI-1"

# --- Where ---------------------------------------------------------------------------------------------------

ASKED, AFTER, LETTING, ROUND = "asked", "after", "letting", "round"
ORDER = (ASKED, AFTER, LETTING, ROUND)


@dataclass(frozen=True, slots=True)
class Door:
    """An address as the plan sees it.

    rests_from, rests_until: it was visited, or wants no visit; which of the two is kept nowhere.
    happened_on: the last day on which work of the office ended there. letting: a let unit whose self-check is due.
    """

    key: str
    label: str
    rests_from: date | None = None
    rests_until: date | None = None
    happened_on: date | None = None
    letting: bool = False
    is_planned: bool = False


def why(door: Door, today: date, after_days: int) -> str:
    """Why the office would call there now: one of ORDER, "" where it would not.

    A rest is kept, unless something happened there since it began; a plan that stands is not made twice.
    """
    if door.is_planned:
        return ""
    recent = door.happened_on is not None and (today - door.happened_on).days <= after_days
    if is_resting(door, today):
        since = door.rests_from or today
        return AFTER if recent and door.happened_on is not None and door.happened_on > since else ""
    if recent:
        return AFTER
    return LETTING if door.letting else ROUND


def is_resting(door: Door, today: date) -> bool:
    return door.rests_until is not None and door.rests_until >= today


def plan(doors: Iterable[Door], today: date, after_days: int, most: int) -> list[tuple[Door, str]]:
    """Doors to call at, the needs first, then in the order of the street, so that one can walk it."""
    found = [(door, why(door, today, after_days)) for door in doors]
    wanted = [(door, reason) for door, reason in found if reason]
    return sorted(wanted, key=lambda pair: (ORDER.index(pair[1]), pair[0].label))[:most]


# --- When ----------------------------------------------------------------------------------------------------

SLOTS = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 21)}
FEWEST = 2  # knocks before a time of day is said to be better than another


@dataclass(frozen=True, slots=True)
class Knock:
    """At a door: when, by the local clock, and whether somebody opened."""

    at: datetime
    answered: bool


def slot_of(at: datetime) -> str:
    """The time of day of a local instant: one of SLOTS, "" outside of them."""
    return next((name for name, (start, end) in SLOTS.items() if start <= at.hour < end), "")


def best_slot(knocks: Sequence[Knock]) -> str:
    """When somebody most often opened at this address; "" where too little is known or nothing stands out."""
    if len(knocks) < FEWEST:
        return ""
    shares = {name: _share([k for k in knocks if slot_of(k.at) == name]) for name in SLOTS}
    best = max(shares.values())
    found = [name for name, share in shares.items() if share == best]
    return found[0] if len(found) == 1 else ""


def _share(knocks: Sequence[Knock]) -> float:
    """With one of each beforehand: a single knock decides little."""
    return (sum(k.answered for k in knocks) + 1) / (len(knocks) + 2)


_TOO_SOON = gettext_noop(
    "Announce it first: a visit that nobody asked for is told at least %(hours)s hours beforehand."
)
_NIGHT = gettext_noop("The office calls between %(start)s and %(end)s o'clock.")
_PAST = gettext_noop("Choose a time that lies ahead.")


def unfit_to_go(
    announced_at: datetime | None, at: datetime, *, is_asked: bool, hours: int
) -> Sentence | None:
    """Why nobody may knock now. A visit that was asked for needs no notice."""
    if is_asked:
        return None
    if announced_at is None or at - announced_at < timedelta(hours=hours):
        return Sentence(_TOO_SOON, {"hours": hours}, NOTICE)
    return None


def unfit_time(starts_at: datetime, now: datetime) -> Sentence | None:
    """Why a visit cannot be planned for a local time."""
    first, last = SLOTS["morning"][0], SLOTS["evening"][1]
    if starts_at <= now:
        return Sentence(_PAST)
    return None if slot_of(starts_at) else Sentence(_NIGHT, {"start": first, "end": last})


_AGAIN = gettext_noop("Somebody knocked here today already. Try on another day.")
_ENOUGH = gettext_noop("Nobody opened %(most)s times. Leave a slip and let it be.")


def unfit_to_knock(knocks: int, last_on: date | None, today: date, most: int) -> Sentence | None:
    """Why nobody knocks again: once a day, and so many times at most."""
    if knocks >= most:
        return Sentence(_ENOUGH, {"most": most}, KNOCKS)
    return Sentence(_AGAIN, clause=KNOCKS) if last_on == today else None


# --- The card ------------------------------------------------------------------------------------------------


def is_to_ask(ends_on: date, asked_on: date | None, today: date, days: int) -> bool:
    """Whether the owner of a card is asked today if it is still right: once, within `days` before its end."""
    return asked_on is None and today <= ends_on and (ends_on - today).days <= days


_NOTHING = gettext_noop("An empty card helps nobody. Write a telephone number, or somebody to reach.")
_NO_PURPOSE = gettext_noop("Choose for what the card may be used.")


def empty_card(phones: Sequence[str], purposes: Sequence[str]) -> Sentence | None:
    """Why a card is not kept. Whoever gives none needs no reason, and nothing is kept of it."""
    if not any(phones):
        return Sentence(_NOTHING)
    return None if purposes else Sentence(_NO_PURPOSE)
