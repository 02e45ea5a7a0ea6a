"""What the law and the house ask of a letting: values in, verdicts out. No Django, no clock, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from koban.lib.sentence import Sentence, gettext_noop

# --- Who tells, and how soon ---------------------------------------------------------------------------------

# The clause of the place, and the house's own where no law sets a term.
TERMS = {
    ("landlord", "start"): ("ZJ-RENT-1", "OFFICE-LET-1"),
    ("landlord", "end"): ("ZJ-RENT-2", "OFFICE-LET-1"),
    ("manager", "start"): ("ZJ-RENT-3", "OFFICE-LET-1"),
    ("agent", "start"): ("ZJ-RENT-4", "OFFICE-LET-1"),
    ("office", "start"): ("OFFICE-LET-1",),
}
FILING, REMIND, LETTER, CHECK = "OFFICE-LET-2", "OFFICE-LET-3", "OFFICE-LET-4", "OFFICE-LET-5"
HAZARD, OBJECTION = "OFFICE-LET-6", "OFFICE-LET-7"
LETTER_LAW, RECORD_LAW, CORRECT_LAW = "CN-RENT-1", "CN-RENT-2", "CN-PI-2"


def was_told_in_time(last_on: date, told_on: date) -> bool:
    """Whether a report came by the last day of its term, that day included."""
    return told_on <= last_on


# --- Start and end of a letting ------------------------------------------------------------------------------

SOONEST_DAYS, LONGEST_AGO_DAYS = 31, 366

_NO_LETTER = gettext_noop("Read and sign the letter of responsibility first.")
_NOT_LET = gettext_noop("This unit is not let on that day.")
_AHEAD = gettext_noop("A letting can be told of at most %(days)s days before it begins.")
_LONG_AGO = gettext_noop("That is more than a year ago. Please come to the office with the contract.")
_TURNED = gettext_noop("The agreed end lies before the beginning.")
_FUTURE_END = gettext_noop("Tell of the end on the day itself, or afterwards.")
_BEFORE = gettext_noop("It cannot end before it began.")


@dataclass(frozen=True, slots=True)
class Letting:
    """What somebody tells of a letting. letter_binds: whether the letter is law here (CN-RENT-1), not guidance."""

    from_on: date
    ends_on: date | None
    let_from: date
    let_to: date | None
    has_letter: bool
    letter_binds: bool = False


def unfit_to_start(told: Letting, today: date) -> Sentence | None:
    """Why a letting cannot begin so, None where it can. The letter stops it only where the law of the place says so."""
    if told.letter_binds and not told.has_letter:
        return Sentence(_NO_LETTER, clause=LETTER_LAW)
    if told.from_on < told.let_from or (told.let_to is not None and told.from_on > told.let_to):
        return Sentence(_NOT_LET)
    if (told.from_on - today).days > SOONEST_DAYS:
        return Sentence(_AHEAD, {"days": SOONEST_DAYS})
    if (today - told.from_on).days > LONGEST_AGO_DAYS:
        return Sentence(_LONG_AGO)
    return Sentence(_TURNED) if told.ends_on is not None and told.ends_on < told.from_on else None


def unfit_to_end(from_on: date, on: date, today: date) -> Sentence | None:
    if on > today:
        return Sentence(_FUTURE_END)
    return Sentence(_BEFORE) if on < from_on else None


# --- What a unit lacks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A let unit in days. letter_to: end of the landlord's letter, None without one. check_due_on: by the clause."""

    is_confirmed: bool
    has_landlord: bool
    letter_to: date | None
    check_due_on: date
    hazards: int = 0


def lacks(unit: Standing, today: date) -> tuple[str, ...]:
    """What is not in order, the gravest first: keys of `LACKS`. Nothing of it says anything about a person."""
    found = {
        "hazards": unit.hazards > 0,
        "landlord": not unit.has_landlord,
        "letter": unit.has_landlord and (unit.letter_to is None or unit.letter_to < today),
        "check": unit.check_due_on < today,
        "confirmation": not unit.is_confirmed,
    }
    return tuple(key for key, is_so in found.items() if is_so)


LACKS = ("hazards", "landlord", "letter", "check", "confirmation")


# --- Self-check ----------------------------------------------------------------------------------------------

YES, NO, NONE = "yes", "no", "none"
_OPEN_ITEM = gettext_noop("Answer every point; choose “does not apply” where the unit has no such thing.")


def incomplete(items: Sequence[str], answers: Mapping[str, str]) -> Sentence | None:
    """Why a self-check is not complete, None where it is."""
    is_whole = all(answers.get(item) in (YES, NO, NONE) for item in items)
    return None if is_whole else Sentence(_OPEN_ITEM, clause=CHECK)


def hazards(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The points that are not in order, as they stand in the list."""
    return tuple(item for item, answer in answers.items() if answer == NO)


# --- Which steps a matter of a type has ------------------------------------------------------------------------

STEPS = {
    "filing": ("register", "ask", "refuse", "reopen"),
    "tenant": (
        "register",
        "refuse",
        "reopen",
    ),  # open only in a house without a duty that registers residents
    "report": ("register", "ask", "refuse", "reopen"),
    "wrong": ("set_right", "stands", "reopen"),
    "check": ("follow_up", "reopen"),
    "enquiry": ("follow_up", "reopen"),
}


def has_step(type_: str, step: str) -> bool:
    return step in STEPS.get(type_, ())


# --- Reminders -----------------------------------------------------------------------------------------------


def is_to_remind(ends_on: date | None, reminded_on: date | None, today: date, days: int) -> bool:
    """Whether both are reminded of an agreed end today: within `days` before it, once."""
    return ends_on is not None and reminded_on is None and 0 <= (ends_on - today).days <= days
