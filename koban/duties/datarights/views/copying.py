"""The copy for somebody who asked at the desk, to print: opened in their own request, by whoever holds it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from koban.duties.datarights import queries
from koban.duties.datarights.models import Request as Asked
from koban.kernel.access.roles import called
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters import looks
from koban.registers.residents import queries as register
from koban.registers.residents import usage, words

KINDS = (Asked.Kind.COPY, Asked.Kind.ACCESS)
MOST_LOOKS = 1000


@require_POST
def sheet(request: Request, year: int, number: int) -> HttpResponse:
    """Everything that is kept of the person, on paper. The looks are committed before anything is opened."""
    asked, now = queries.numbered(year, number), timezone.now()
    if asked.kind not in KINDS:
        raise Absent
    who, told = asked.person_id, _told(request, now)
    values = looks.look_person(asked.matter, [who], tuple(words.DATA), **told)[who]
    contacts = looks.look_contacts(asked.matter, [who], **told).get(who, [])
    shown = {
        "asked": asked, "matter": asked.matter, "station": here(request), "now": now,
        "values": [(words.FIELDS[name], words.shown(name, values[name])) for name in words.DATA],
        "contacts": [(words.RELATIONS.get(how, how), name, phone) for how, name, phone in contacts],
        **_kept(asked, now),
    }  # fmt: skip
    response = render(request, "datarights/copy.html", shown)
    response["Cache-Control"] = "no-store"
    return response


def _told(request: Request, now: Any) -> dict[str, Any]:
    return {"by": request.actor, "at": now}


def _kept(asked: Asked, now: Any) -> dict[str, Any]:
    """Homes, consents and looks."""
    person: Any = asked.person
    rows = usage.looks_of(person, now=now)[:MOST_LOOKS]
    seen = [
        (row, called(row.label, row.role), [words.FIELDS.get(name, name) for name in row.fields])
        for row in rows
    ]
    return {"homes": register.residences_of(person), "consents": register.consents_of(person), "looks": seen}
