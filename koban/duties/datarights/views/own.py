"""The resident's pages: ask, follow, take a copy."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from koban.duties.datarights import actions, queries, rules
from koban.duties.datarights.actions import Asked
from koban.duties.datarights.flow import FLOW
from koban.duties.datarights.forms import AskForm, CorrectForm, ObjectForm, ReasonForm, TextForm
from koban.kernel import law
from koban.kernel.access.edge import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import own
from koban.registers.residents import queries as register
from koban.registers.residents import usage, words
from koban.registers.residents.handles import Person

TAKEN = _("Your request is with the office.")
SENT = _("Your message is with the office.")
CHANGED = _("It is noted.")
FORMS: dict[str, type[forms.Form]] = {"correct": CorrectForm, "object": ObjectForm}


@require_GET
@own.with_person
def listing(request: Request, person: Person, station: Station) -> HttpResponse:
    rows = [(row, FLOW.state(row.matter.state)) for row in queries.of_person(person.pk)[:100]]
    return own.show(request, "datarights/own/list.html", {"rows": rows})


@require_GET
@own.with_person
def new(request: Request, person: Person, station: Station, kind: str = "") -> HttpResponse:
    look = _look_id(request.GET.get("look", ""))
    return _form_page(request, person, station, FORMS.get(kind, AskForm)(), kind, look)


@own.written
def ask(request: Request, person: Person, station: Station, kind: str = "") -> HttpResponse:
    look, form = _look_id(request.POST.get("look", "")), FORMS.get(kind, AskForm)(request.POST)
    if form.is_valid():
        with said_by(form):
            row = actions.ask(
                person, _asked(form, kind, look), by=request.actor, at=timezone.now(), station=station
            )
            messages.success(request, str(TAKEN))
            return redirect("datarights:own_detail", station.code, row.matter.year, row.matter.number)
    return _form_page(request, person, station, form, kind, look, 422)


def ask_page(request: Request, kind: str = "") -> HttpResponseBase:
    return ask(request, kind=kind) if request.method == "POST" else new(request, kind=kind)


def _asked(form: forms.Form, kind: str, look: UUID | None) -> Asked:
    told: dict[str, Any] = form.cleaned_data
    changes = form.changes() if isinstance(form, CorrectForm) else {}
    return Asked(
        kind if kind in FORMS else told["kind"], told["words"], changes, look, get_language() or "zh-hans"
    )


def _form_page(
    request: Request, person: Person, station: Station, form: forms.Form, kind: str, look: UUID | None, status: int = 200
) -> HttpResponse:  # fmt: skip
    seen = usage.looks_of(person, now=timezone.now()).filter(pk=look).first() if kind == "object" else None
    if kind == "object" and seen is None:
        raise Absent
    fields = [words.FIELDS.get(name, name) for name in seen.fields] if seen else []
    clause = law.clause(rules.ANSWER, station.pack, on=timezone.localdate())
    shown = {"form": form, "kind": kind, "look": seen, "fields": fields, "clause": clause}
    return own.show(request, "datarights/own/new.html", shown, status=status)


def _look_id(told: str) -> UUID | None:
    try:
        return UUID(told) if told else None
    except ValueError:
        raise Absent from None


@require_GET
@own.with_person
def detail(request: Request, person: Person, station: Station, year: int, number: int) -> HttpResponse:
    return _detail(request, person, station, year, number)


def _detail(
    request: Request, person: Person, station: Station, year: int, number: int, status: int = 200, **more: Any
) -> HttpResponse:
    file = queries.file(queries.own(person.pk, year, number))
    terms = [
        (row, law.clause(row.clause, station.pack, on=timezone.localdate(row.starts_at)))
        for row in file.deadlines
    ]
    shown = {
        "file": file, "state": FLOW.state(file.matter.state), "terms": terms, "write": TextForm(), "again": ReasonForm(),
        "moves": {move.key for move in FLOW.moves_from(file.matter.state)}, "now": timezone.now(),
    }  # fmt: skip
    return own.show(request, "datarights/own/detail.html", shown | more, status=status)


@own.written
def write(request: Request, person: Person, station: Station, year: int, number: int) -> HttpResponse:
    row, form = queries.own(person.pk, year, number), TextForm(request.POST)
    if not form.is_valid():
        return _detail(request, person, station, year, number, 422, write=form)
    actions.write_in(row, form.cleaned_data["text"], by=request.actor, at=timezone.now())
    return _back(request, station, year, number, SENT)


@own.written
def withdraw(request: Request, person: Person, station: Station, year: int, number: int) -> HttpResponse:
    actions.withdraw(queries.own(person.pk, year, number), by=request.actor, at=timezone.now())
    return _back(request, station, year, number, CHANGED)


@own.written
def again(request: Request, person: Person, station: Station, year: int, number: int) -> HttpResponse:
    row, form = queries.own(person.pk, year, number), ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, person, station, year, number, 422, again=form)
    actions.again(row, form.cleaned_data["reason"], by=request.actor, at=timezone.now(), station=station)
    return _back(request, station, year, number, TAKEN)


@require_POST
@own.with_person
def copy(request: Request, person: Person, station: Station) -> HttpResponse:
    """A copy of everything, to be read by machines: asked and granted at once, the look first in the ledger."""
    throttle("public.own_copy", source(request), limit=10, minutes=60)
    now = timezone.now()
    values, contacts = own.data_of(person, by=request.actor, action="copy")
    actions.copied(person, by=request.actor, at=now, station=station)
    homes = [
        {
            "address": str(h.address),
            "kind": h.kind,
            "from": h.from_on,
            "to": h.to_on,
            "state": h.state,
            "source": h.source,
        }
        for h in register.residences_of(person)
    ]
    told = {
        "office": station.code, "at": now, "person": values, "homes": homes,
        "contacts": [{"relation": row.relation, "name": name, "phone": phone} for row, name, phone in contacts],
        "consents": [
            {"purpose": c.purpose, "partner": c.partner, "from": c.from_at, "until": c.until_on, "withdrawn": c.withdrawn_at}
            for c in register.consents_of(person)
        ],
        "looks": [
            _told_look(look)
            for look in usage.looks_of(person, now=now)[:1000]
        ],
    }  # fmt: skip
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="koban-{station.code}-{now:%Y-%m-%d}.json"'
    response["Cache-Control"] = "no-store"
    return response


def _back(request: Request, station: Station, year: int, number: int, told: Any) -> HttpResponse:
    messages.success(request, str(told))
    return redirect("datarights:own_detail", station.code, year, number)


def _told_look(look: Any) -> dict[str, Any]:
    return {
        "at": look.at, "who": look.label, "role": look.role, "action": look.action, "fields": look.fields,
        "page": look.page_number,
    }  # fmt: skip
