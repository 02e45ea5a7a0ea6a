"""From what was told to handles of the residents' register, and back into one where the register has them already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from koban.duties.permits import told
from koban.kernel.ledger import Actor
from koban.matters.looks import sealed_party
from koban.matters.models import Matter, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register

KIND = "permits"
SAME_DOCUMENT = "the same document"  # kept with the merge, for whoever undoes it


@dataclass(frozen=True, slots=True)
class Taken:
    """secret: half of the receipt, shown once."""

    matter: Matter
    secret: str


def handle_of(someone: told.Someone, *, source: str, by: Actor, at: datetime) -> Any:
    """The handle: of the register, or a new one that nobody has confirmed yet."""
    if someone.person_id:
        return register.person(someone.person_id)
    assert someone.entry is not None  # noqa: S101  # one of the two is there
    return residents.declare(someone.entry, source=source, by=by, at=at)


def one_with(person: Any, *, by: Actor, at: datetime) -> Any:
    """Confirm a declared person; where the register has the same document already, the two become one.

    Only the same number joins by itself. A name or a birth date that is alike is for somebody to look at.
    """
    if person.confirmed_at:
        return person
    today = timezone.localtime(at).date()
    doubles = (each for each in register.duplicates_of(person, today) if register.SAME_NUMBER in each.reasons)
    known = next((each.person for each in doubles if each.person.confirmed_at), None)
    if known is None:
        return residents.confirm(person, by=by, at=at)
    residents.merge(known, person, reason=SAME_DOCUMENT, by=by, at=at)
    return known


def party_of(matter: Matter, role: str, reply: told.Reply) -> Party:
    """An unsaved party: who told it and how they are answered, sealed."""
    party = Party(
        matter=matter, role=role, language=reply.language, reply_by=reply.by,
        is_anonymous=not (reply.name or reply.phone),
    )  # fmt: skip
    return sealed_party(party, name=reply.name, phone=reply.phone)
