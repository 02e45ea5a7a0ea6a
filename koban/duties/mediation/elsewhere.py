"""What goes another way than mediation by the police: people's mediation and the court, protection from violence at home.

Values in, verdicts out. No Django, no clock, no database.
"""

from dataclasses import dataclass
from datetime import date

from koban.lib.sentence import Sentence, gettext_noop

COURT, COURT_TAKES, NO_PEOPLE = "CN-PMED-2", "CN-PMED-2A", "CN-PMED-1"
PROTECT, WARNING, SERVED, ORDER, VISIT = "CN-DV-1", "CN-DV-4", "CN-DV-5", "CN-DV-6", "OFFICE-MED-7"


def unfit_for_court(
    *, by_committee: bool, about: str, both_ask: bool, asked_on: date, last_on: date
) -> Sentence | None:
    """Why an agreement cannot be brought to the court for confirmation, None if it can (CN-PMED-2, -2A).

    about: key of CN-PMED-2A, or any other word. last_on: last day of the term from the day it took effect.
    """
    if not by_committee:
        return Sentence(_NOT_COMMITTEE, clause=COURT)
    if about in ("scope", "status", "adoption", "marriage"):
        return Sentence(_NOT_TAKEN, clause=COURT_TAKES)
    if not both_ask:
        return Sentence(_BOTH, clause=COURT)
    return Sentence(_COURT_LATE, {"day": last_on.isoformat()}, COURT) if asked_on > last_on else None


def unfit_for_people(consents: tuple[str, ...]) -> Sentence | None:
    """Why a committee does not mediate, None if it may: one clear no is enough (CN-PMED-1)."""
    return Sentence(_CLEAR_NO, clause=NO_PEOPLE) if "no" in consents else None


# --- Violence at home --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WarningPaper:
    """A written warning as it stands (CN-DV-4, -5)."""

    identity: bool
    facts: bool
    ban: bool
    violent_has_it: bool = False
    victim_has_it: bool = False
    committee_told: bool = False


def unfit_warning(warning: WarningPaper, *, punished: bool) -> Sentence | None:
    """Why the warning cannot be given, None if it can. punished: the act is punished, so no warning stands for it."""
    if punished:
        return Sentence(_PUNISHED, clause=PROTECT)
    whole = warning.identity and warning.facts and warning.ban
    return None if whole else Sentence(_WARNING, clause=WARNING)


def missing_service(warning: WarningPaper) -> tuple[str, ...]:
    """Who has not got it yet: keys of CN-DV-5."""
    has = {
        "violent": warning.violent_has_it,
        "victim": warning.victim_has_it,
        "committee": warning.committee_told,
    }
    return tuple(key for key, done in has.items() if not done)


def may_ask_for_order(who: str, *, victim_can: bool) -> bool:
    """Whether somebody may ask the court for a protection order (CN-DV-6). victim_can: the victim can ask alone."""
    return who == "victim" or (not victim_can and who in ("kin", "police", "women", "committee", "shelter"))


_NOT_COMMITTEE = gettext_noop("Only an agreement of a people's mediation body is confirmed by the court.")
_NOT_TAKEN = gettext_noop(
    "The court does not take this: personal status, adoption, marriage, or not its area."
)
_BOTH = gettext_noop("Both sides have to ask the court together.")
_COURT_LATE = gettext_noop("Both had to ask the court by %(day)s.")
_CLEAR_NO = gettext_noop("One side clearly refuses; the committee does not mediate.")
_PUNISHED = gettext_noop("The act is punished; a written warning is for what is not.")
_WARNING = gettext_noop("A written warning says who, what was done, and that it is forbidden.")
