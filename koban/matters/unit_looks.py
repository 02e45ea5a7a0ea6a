"""Who answers for a unit: opened in an open matter in the reader's hands that is about the place where the unit is.

The page is committed before anything opens; who is in the register of residents has a row as well, and can see it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from koban.kernel.access.who import Request
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib.errors import Absent, Denied
from koban.matters import duty, looks
from koban.matters.models import Matter
from koban.matters.views import ours
from koban.registers.premises.models import Address, Unit

# What a duty must open of people, and the sealed column of a unit that it then opens.
COLUMNS = {"name": "responsible", "phone": "responsible_phone"}
LABELS = {"name": _("name"), "phone": _("telephone")}


def units_of(matter: Matter) -> list[Unit]:
    """Units with somebody who answers for them, at the door that the matter is about (one query)."""
    if matter.address is None:
        return []
    return list(_at(matter.address).order_by("name"))


def _at(address: Address) -> Any:
    at_door = Unit.objects.current().filter(address__street=address.street_id, address__door=address.door)
    return at_door.exclude(responsible=b"")


def look_responsible(matter: Matter, unit: UUID, *, by: Actor, at: datetime) -> dict[str, str]:
    """Open who answers for a unit: field → value, as far as work of this kind opens people. Not inside a transaction.

    Raises Denied for a matter that gives no right, and Absent for a unit that is not at its place or whose person is
    closed off.
    """
    right = looks.right(matter, by=by, at=at)
    fields = [field for field in COLUMNS if field in right.fields]
    if not fields:
        raise Denied(looks.NOT_FOR_THIS, matter_id=matter.pk)
    found = _at(matter.address).filter(pk=unit).first() if matter.address else None
    if found is None:
        raise Absent
    if found.person_id and not looks.told_to(found.person_id, fields, right, by=by, at=at):
        raise Absent
    facts = {"fields": fields, "party": "responsible"}
    book.look("matters.look", by=by, at=at, matter_id=matter.pk, subject=found, facts=facts)
    return {field: vault.unseal(found, COLUMNS[field]) for field in fields}


@require_POST
def open_responsible(request: Request, matter: UUID, unit: UUID) -> HttpResponse:
    """The part alone where the page asked for it, else a page of its own."""
    found = ours(matter)
    opened = look_responsible(found, unit, by=request.actor, at=timezone.now())
    part = "matters/parts/responsible.html"
    shown = {
        "matter": found, "part": part, "back": duty.address(found),
        "values": [(LABELS[field], value) for field, value in opened.items()],
    }  # fmt: skip
    response = render(request, part if request.headers.get("HX-Request") else "matters/looked.html", shown)
    response["Cache-Control"] = "no-store"
    return response
