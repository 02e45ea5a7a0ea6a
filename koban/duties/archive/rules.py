"""How long a file is kept, what may become of it, and who may say so. Values in, a day or a reason out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koban.lib.sentence import Sentence, gettext_noop

PERMANENT, LONG, SHORT = "permanent", "long", "short"
CLOSING, YEAR_END, GRANTED = "closing", "year_end", "granted"
KEPT, DISPOSED, TRANSFERRED = "kept", "disposed", "transferred"

GOOD_FOR_EVER, THIRTY, TEN = "OFFICE-ARC-1", "OFFICE-ARC-2", "OFFICE-ARC-3"
FROM_YEAR_END, FROM_GRANTED = "OFFICE-ARC-4", "OFFICE-ARC-5"
HOLD, LOAN, TWO, EARLY, LONGER = (
    "OFFICE-ARC-6",
    "OFFICE-ARC-7",
    "OFFICE-ARC-8",
    "OFFICE-ARC-9",
    "OFFICE-ARC-10",
)
HAND_OVER, OPEN, APPRAISE = "CN-ARC-4", "CN-ARC-4A", "CN-ARC-6"

GONE = gettext_noop("%(file)s is no longer here: nothing can be done with it.")
NOT_FILED = gettext_noop("%(file)s has no package that proves itself. Package it first.")
HELD = gettext_noop("%(file)s is held: “%(why)s”. End the hold first.")
NOT_YET = gettext_noop("%(file)s is kept until %(day)s.")
FOR_EVER = gettext_noop("%(file)s is kept for good.")
NEXT_ARCHIVE = gettext_noop("%(file)s goes to the next archive and is not disposed of.")
NO_TRANSFER = gettext_noop("%(file)s is not of a class that the next archive takes.")
NOT_YET_THERE = gettext_noop("%(file)s is handed over from %(day)s on.")
SAME_PERSON = gettext_noop("You proposed this list. Another person approves it.")
SAY_WHY = gettext_noop("Say why: it is kept with the file.")
NO_END = gettext_noop("A hold has an end. Choose a day after today.")
TOO_LONG = gettext_noop("At the latest %(day)s; it can be set again.")
NOT_LONGER = gettext_noop("Choose a day after %(day)s, the end of the present term.")
EMPTY = gettext_noop("A list holds at least one file.")


def class_of(kind: str, for_good: Collection[str], thirty: Collection[str]) -> str:
    """The class of retention of a kind of file. What no list names is kept for the shortest class."""
    if kind in for_good:
        return PERMANENT
    return LONG if kind in thirty else SHORT


def start_rule(kind: str, year_end: Collection[str], granted: Collection[str]) -> str:
    """From when the term of a kind runs: its closing, the end of that year, or the end of what was granted."""
    if kind in year_end:
        return YEAR_END
    return GRANTED if kind in granted else CLOSING


def starts_on(rule: str, closed_on: date, granted_until: date | None = None) -> date:
    """The day from which the term runs, that day not counted."""
    if rule == YEAR_END:
        return date(closed_on.year, 12, 31)
    if rule == GRANTED and granted_until is not None:
        return max(closed_on, granted_until)
    return closed_on


@dataclass(frozen=True, slots=True)
class Standing:
    """A file on a day. file: its number. ends_on: last day of its term, None for good. hold: reason of a running hold, "".

    hand_over_on: from which day the next archive takes it, None where none does. keeps_class: class of retention.
    """

    file: str
    state: str
    keeps_class: str
    ends_on: date | None
    hand_over_on: date | None = None
    hold: str = ""
    is_packaged: bool = True


def _not_here(standing: Standing) -> Sentence | None:
    if standing.state != KEPT:
        return Sentence(GONE, {"file": standing.file})
    if not standing.is_packaged:
        return Sentence(NOT_FILED, {"file": standing.file})
    if standing.hold:
        return Sentence(HELD, {"file": standing.file, "why": standing.hold}, HOLD)
    return None


def unfit_to_dispose(standing: Standing, today: date) -> Sentence | None:
    """Why a file may not be disposed of today, None if it may. The last day of its term is still a day of keeping."""
    if why := _not_here(standing):
        return why
    if standing.ends_on is None:
        return Sentence(FOR_EVER, {"file": standing.file}, GOOD_FOR_EVER)
    if standing.hand_over_on is not None:
        return Sentence(NEXT_ARCHIVE, {"file": standing.file}, HAND_OVER)
    if today <= standing.ends_on:
        return Sentence(NOT_YET, {"file": standing.file, "day": standing.ends_on.isoformat()})
    return None


def unfit_to_hand_over(standing: Standing, today: date) -> Sentence | None:
    """Why a file may not be handed to the next archive today, None if it may."""
    if why := _not_here(standing):
        return why
    if standing.hand_over_on is None:
        return Sentence(NO_TRANSFER, {"file": standing.file}, HAND_OVER)
    if today <= standing.hand_over_on:
        return Sentence(
            NOT_YET_THERE, {"file": standing.file, "day": standing.hand_over_on.isoformat()}, HAND_OVER
        )
    return None


def next_step(standing: Standing, today: date) -> str:
    """What waits to be done with a file: "dispose", "hand_over", or "" for nothing yet."""
    if unfit_to_hand_over(standing, today) is None:
        return "hand_over"
    return "dispose" if unfit_to_dispose(standing, today) is None else ""


def unfit_second(proposed: UUID | None, approving: UUID | None) -> Sentence | None:
    """Two people dispose: accounts of who proposed and of who approves."""
    if approving is None or approving == proposed:
        return Sentence(SAME_PERSON, clause=TWO)
    return None


def unfit_hold(reason: str, until: date, today: date, last: date) -> Sentence | None:
    """Why a hold cannot be set. last: the latest day on which it may end."""
    if not reason.strip():
        return Sentence(SAY_WHY)
    if until <= today:
        return Sentence(NO_END, clause=HOLD)
    return Sentence(TOO_LONG, {"day": last.isoformat()}, HOLD) if until > last else None


def unfit_longer(reason: str, until: date, ends_on: date | None, last: date) -> Sentence | None:
    """Why a term cannot be put off to `until`. ends_on: of the present term; None for what is kept for good."""
    if not reason.strip():
        return Sentence(SAY_WHY)
    if ends_on is None:
        return Sentence(FOR_EVER, {"file": "–"}, GOOD_FOR_EVER)
    if until <= ends_on:
        return Sentence(NOT_LONGER, {"day": ends_on.isoformat()}, APPRAISE)
    return Sentence(TOO_LONG, {"day": last.isoformat()}, LONGER) if until > last else None


@dataclass(frozen=True, slots=True)
class Stock:
    """What a stock-taking found: codes, each in one of three."""

    missing: list[str]
    extra: list[str]
    misplaced: list[str]


def stock(expected: Collection[str], elsewhere: Collection[str], seen: Collection[str]) -> Stock:
    """Compare what was seen in a box with what should stand there, and with what is known to stand elsewhere."""
    found = set(seen)
    return Stock(
        sorted(set(expected) - found),
        sorted(found - set(expected) - set(elsewhere)),
        sorted(found & set(elsewhere) - set(expected)),
    )
