"""Deleting values of a person: they leave with their salt, so that no digest tells anything afterwards."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.rows import make_salt
from koban.registers.residents import filing
from koban.registers.residents.actions.people import locked
from koban.registers.residents.models import ContactPerson, NameToken, OwnKey, Person, PersonFile

INDEXES = {
    "name": ("name_index", "alike_year", "alike_day"), "birth_on": ("birth_index", "alike_year", "alike_day"),
    "id_number": ("id_index",), "phone": ("phone_index",),
}  # fmt: skip


@transaction.atomic
def erase(
    person: Person,
    fields: Sequence[str],
    *,
    ground: str,
    clause: str,
    matter_id: UUID | None,
    by: Actor,
    at: datetime,
) -> Person:
    """Delete fields of a file. With the name the whole file goes: keys end, contacts go, and the handle is closed.

    ground: a key of the clause's list. Homes stay as a count of the place: they say nothing of the person any more.
    """
    require(by, "residents.correct")
    if unknown := set(fields) - set(filing.FIELDS):
        raise ValueError(f"not a field of a person's file: {sorted(unknown)}")
    person, whole = locked(person), "name" in fields
    file = PersonFile.objects.get(person=person)
    _empty(file, filing.FIELDS if whole else fields)
    rows, gone = ([file, *_closed(person, at)], _contacts(person)) if whole else ([file], [])
    facts = {"fields": sorted(filing.FIELDS if whole else fields), "ground": ground, "clause": clause}
    book.write(
        "residents.erase",
        by=by,
        at=at,
        matter_id=matter_id,
        subject=person,
        facts=facts,
        rows=rows,
        gone=gone,
    )
    return person


def _empty(file: PersonFile, fields: Sequence[str]) -> None:
    for field in fields:
        setattr(file, field, b"")
        for index in INDEXES.get(field, ()):
            setattr(file, index, b"")
    file.owns_number = file.owns_number and bool(file.id_index)
    file.salt = make_salt()
    file.save()


def _closed(person: Person, at: datetime) -> list[Person | OwnKey]:
    NameToken.objects.filter(person=person).delete()
    person.closed_at = at
    person.save(update_fields=["closed_at"])
    keys = list(OwnKey.objects.filter(person=person, revoked_at=None))
    for key in keys:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
    return [person, *keys]


def _contacts(person: Person) -> list[ContactPerson]:
    rows = list(ContactPerson.objects.filter(person=person))
    for row in rows:
        ContactPerson.objects.filter(pk=row.pk).delete()
    return rows
