"""Two handles of one person become one, and can become two again. Nothing is lost either way."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Refused
from koban.registers.residents.actions.people import locked, own_number
from koban.registers.residents.models import (
    Consent,
    ContactPerson,
    Merge,
    OwnKey,
    Person,
    PersonFile,
    Residence,
    Seal,
)

MOVING: tuple[Any, ...] = (Residence, Consent, ContactPerson, OwnKey, Seal)
TWO = _("Choose two different people.")
GONE = _("One of the two was merged already. Look at both again.")
SAY_WHY = _("Say why: this step is kept with its reason.")
UNDONE = _("This was undone already.")
TOO_LATE = _("The person was merged again since. Undo that first.")


@transaction.atomic
def merge(kept: Person, gone: Person, *, reason: str, by: Actor, at: datetime) -> Merge:
    """Make `gone` one with `kept`: what hangs on it moves, and what moved is written down.

    The file of `gone` stays as it is, out of reach of every look; its looks stay with it and are told to the person.
    """
    require(by, "residents.merge")
    kept, gone = _both(kept, gone)
    if not reason.strip():
        raise Refused(SAY_WHY)
    rows = [row for model in MOVING for row in _moved(model, kept, gone)]
    file = PersonFile.objects.get(person=gone)
    was_owner, file.owns_number, gone.merged_into = file.owns_number, False, kept
    file.save(update_fields=["owns_number"])
    gone.save(update_fields=["merged_into"])
    told = {model.__name__: [str(row.pk) for row in rows if type(row) is model] for model in MOVING}
    done = Merge.objects.create(
        kept=kept, gone=gone, moved=told | {"owned_number": was_owner}, reason=reason.strip(), at=at
    )
    facts = {"kept": str(kept.pk), "gone": str(gone.pk), "rows": len(rows)}
    book.write(
        "residents.merge", by=by, at=at, subject=kept, facts=facts, rows=[kept, gone, file, done, *rows]
    )
    return done


@transaction.atomic
def unmerge(merged: Merge, *, reason: str, by: Actor, at: datetime) -> Person:
    """Make two of one again: what had moved goes back. Returns the one who was gone."""
    require(by, "residents.merge")
    if not reason.strip():
        raise Refused(SAY_WHY)
    done: Merge = Merge.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    gone = locked(done.gone)
    if done.undone_at:
        raise Refused(UNDONE)
    if gone.merged_into_id != done.kept_id:
        raise Refused(TOO_LATE)
    rows = [row for model in MOVING for row in _returned(model, gone, done.moved.get(model.__name__, []))]
    file = PersonFile.objects.get(person=gone)
    gone.merged_into, file.owns_number = None, done.moved["owned_number"]
    done.undone_at, done.undone_reason = at, reason.strip()
    gone.save(update_fields=["merged_into"])
    own_number(file)
    done.save(update_fields=["undone_at", "undone_reason"])
    facts = {"gone": str(gone.pk), "rows": len(rows)}
    book.write("residents.unmerge", by=by, at=at, subject=gone, facts=facts, rows=[gone, file, done, *rows])
    return gone


def _both(kept: Person, gone: Person) -> tuple[Person, Person]:
    if kept.pk == gone.pk:
        raise Refused(TWO)
    # Always in one order, so that two merges of the same pair do not wait for each other.
    held = {each.pk: locked(each) for each in sorted((kept, gone), key=lambda each: str(each.pk))}
    if any(each.merged_into_id for each in held.values()):
        raise Refused(GONE)
    return held[kept.pk], held[gone.pk]


def _moved(model: Any, kept: Person, gone: Person) -> list[StationRow]:
    rows = list(model.objects.filter(person=gone))
    if model is Residence:
        rows = [row for row in rows if not _doubled(row, kept)]
    for row in rows:
        row.person = kept
        row.save(update_fields=["person"])
    return rows


def _doubled(row: Residence, kept: Person) -> bool:
    """The same running home of both stays where it is: the kept one has it already."""
    same = Residence.objects.running().filter(person=kept, address_id=row.address_id)
    return row.to_on is None and row.state != "refused" and bool(same.exists())


def _returned(model: Any, gone: Person, ids: list[str]) -> list[StationRow]:
    rows = list(model.objects.filter(pk__in=ids))
    for row in rows:
        row.person = gone
        row.save(update_fields=["person"])
    return rows
