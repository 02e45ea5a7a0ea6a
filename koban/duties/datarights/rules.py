"""What binds whoever decides on a request about personal data: values in, verdicts out."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from koban.lib.sentence import Sentence, gettext_noop

RIGHTS, ANSWER, CORRECT, DELETE, RESTRICT = "CN-PI-2", "OFFICE-DATA-1", "CN-PI-2A", "CN-PI-2B", "CN-PI-2C"
LONGEST_RESTRICTION = "OFFICE-DATA-2"

OWN_LOOK = gettext_noop("This objects to a look of your own. Somebody else decides on it.")
NO_GROUND = gettext_noop("Choose the ground on which it is deleted.")
NOTHING = gettext_noop("Choose at least one field.")
NO_END = gettext_noop("A restriction has an end. Choose a day after today.")
TOO_LONG = gettext_noop("A restriction ends on %(last)s at the latest; it can be asked for again.")


def unfit_to_decide(looked: UUID | None, deciding: UUID | None) -> Sentence | None:
    """Nobody decides on an objection to their own look. Both: posts, None where there is none."""
    if looked is not None and looked == deciding:
        return Sentence(OWN_LOOK)
    return None


def unfit_correction(changes: Mapping[str, str]) -> Sentence | None:
    """A correction names what becomes of at least one field."""
    return None if changes else Sentence(NOTHING)


def unfit_deletion(fields: list[str], ground: str, grounds: frozenset[str]) -> Sentence | None:
    """A deletion names its fields and a ground of the clause's list."""
    if not fields:
        return Sentence(NOTHING)
    return None if ground in grounds else Sentence(NO_GROUND, clause=DELETE)


def unfit_restriction(today: date, until: date, last: date) -> Sentence | None:
    """A restriction ends, at the latest on `last`."""
    if until <= today:
        return Sentence(NO_END)
    if until > last:
        return Sentence(TOO_LONG, {"last": last.isoformat()}, clause=LONGEST_RESTRICTION)
    return None
