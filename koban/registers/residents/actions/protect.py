"""Closing a file off, always with an end; consents and contacts, which are the person's own word."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib.errors import Refused
from koban.registers.residents.actions.people import locked
from koban.registers.residents.models import Consent, ContactPerson, Person, Seal

PASSED = _("The last day has passed already. Choose a later one.")
LIFTED = _("This was lifted already.")


@transaction.atomic
def seal(
    person: Person,
    *,
    kind: str,
    ground: str,
    clause: str,
    from_on: date,
    until_on: date,
    by: Actor,
    at: datetime,
) -> Seal:
    """Close the file to every look until a day: the person then answers like somebody who is not there.

    kind: of Seal.Kind. ground: a key of the clause's list.
    """
    require(by, "residents.seal")
    if until_on < from_on:
        raise Refused(PASSED)
    person = locked(person)
    made: Seal = Seal.objects.create(
        person=person,
        kind=kind,
        ground=ground,
        clause=clause,
        issued_by=by.label,
        from_on=from_on,
        until_on=until_on,
    )
    # The page names nobody: who reads the ledger must not learn that there is somebody to look for.
    book.write("residents.seal", by=by, at=at, subject=made, facts={"clause": clause}, rows=[made])
    return made


def restrict(person: Person, *, clause: str, from_on: date, until_on: date, by: Actor, at: datetime) -> Seal:
    """Close the file because the person asked for it."""
    return seal(
        person,
        kind="restricted",
        ground="asked",
        clause=clause,
        from_on=from_on,
        until_on=until_on,
        by=by,
        at=at,
    )


@transaction.atomic
def lift(closed: Seal, *, by: Actor, at: datetime) -> Seal:
    """Open the file again before the end."""
    require(by, "residents.seal")
    if closed.lifted_at:
        raise Refused(LIFTED)
    closed.lifted_at = at
    closed.save(update_fields=["lifted_at"])
    book.write("residents.lift", by=by, at=at, subject=closed, rows=[closed])
    return closed


@transaction.atomic
def consent(
    person: Person, *, purpose: str, until_on: date, partner: str = "", by: Actor, at: datetime
) -> Consent:
    """The person agrees to a purpose, with a partner, until a day at most. purpose: a code."""
    require(by, "residents.consent")
    given = Consent.objects.create(
        person=locked(person), purpose=purpose, partner=partner, from_at=at, until_on=until_on
    )
    book.write("residents.consent", by=by, at=at, subject=given, facts={"purpose": purpose}, rows=[given])
    return given


@transaction.atomic
def withdraw(given: Consent, *, by: Actor, at: datetime) -> Consent:
    """The person no longer agrees. Said again, it changes nothing."""
    require(by, "residents.consent")
    if given.withdrawn_at is None:
        given.withdrawn_at = at
        given.save(update_fields=["withdrawn_at"])
        book.write("residents.withdraw", by=by, at=at, subject=given, rows=[given])
    return given


@transaction.atomic
def end_contacts(person: Person, *, purpose: str, by: Actor, at: datetime) -> int:
    """Nobody is to be reached for this purpose any more. How many contacts ended."""
    require(by, "residents.consent")
    rows = list(ContactPerson.objects.filter(person=locked(person), purpose=purpose, ended_at=None))
    for row in rows:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    if rows:
        book.write("residents.end_contacts", by=by, at=at, subject=person, rows=rows)
    return len(rows)


@transaction.atomic
def add_contact(
    person: Person, *, relation: str, name: str, phone: str, purpose: str, by: Actor, at: datetime
) -> ContactPerson:
    """Whom to reach for the person, and for what alone."""
    require(by, "residents.consent")
    made = ContactPerson(person=locked(person), relation=relation, purpose=purpose)
    made.name, made.phone = vault.seal(made, "name", name), vault.seal(made, "phone", phone)
    made.save(force_insert=True)
    book.write("residents.add_contact", by=by, at=at, subject=made, facts={"relation": relation}, rows=[made])
    return made
