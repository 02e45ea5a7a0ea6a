"""The office's pages: the list, one hazard with its steps and photographs, its orders, the month."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.hazards import actions, ordering, queries
from koban.duties.hazards.flow import FLOW
from koban.duties.hazards.forms import AnswerForm, ListForm, NewForm, VerifyForm, WordsForm
from koban.duties.hazards.kinds import kind, kinds
from koban.duties.hazards.models import Hazard
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.kernel.law.terms import months_after
from koban.lib.errors import Absent
from koban.matters import actions as matters
from koban.matters import attached
from koban.matters.deadlines import clause_of
from koban.matters.documents import printing
from koban.matters.looks import holds

PAGE, MOST_LISTED = 50, 1000
SEVERITY = dict(Hazard.Severity.choices)
TONES = {"small": "grey", "serious": "amber", "grave": "red"}


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def all_of(request: Request) -> dict[str, Any]:
    return {**told(request), "station": here(request)}


@require_GET
def listing(request: Request) -> HttpResponse:
    form, now = ListForm(request.GET), timezone.now()
    page = Paginator(queries.listed(form.wanted(), now)[:MOST_LISTED], PAGE).get_page(request.GET.get("page"))
    hazards = queries.hazards_of(page)
    for row in list[Any](page):
        row.hazard, row.state_said = hazards[row.pk], FLOW.state(row.state)
        row.kind_said, row.tone = spoken(kind(row.type).words), TONES[row.hazard.severity]
    return render(request, "hazards/list.html", {"form": form, "page": page, "now": now})


@once
def new(request: Request) -> HttpResponse:
    form, station = NewForm(request.POST or None), here(request)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            language = "zh-hans" if (translation.get_language() or "zh").startswith("zh") else "en"
            hazard = actions.open_hazard(form.found(language), form.cleaned_data["where"], **all_of(request))
            return redirect("hazards:photo", hazard.matter.year, hazard.matter.number, "before")
    shown = {"form": form, "station": station}
    return render(request, "hazards/new.html", shown, status=422 if form.errors else 200)


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return show(request, queries.numbered(year, number), {})


def show(request: Request, hazard: Hazard, failed: dict[str, forms.Form], status: int = 200) -> HttpResponse:
    station, now = here(request), timezone.now()
    sheet = queries.sheet(hazard, station, now)
    matter: Any = hazard.matter
    clause = clause_of(hazard.clause, matter.station, matter.opened_at)
    shown = {
        "sheet": sheet, "hazard": hazard, "matter": matter, "state": FLOW.state(matter.state), "now": now,
        "tone": TONES[hazard.severity], "kind_said": spoken(sheet.sort.words),
        "clause": clause,
        "steps": _steps(request, hazard, sheet, failed), "holds": holds(request.actor, matter.pk),
        "repeats": [(row, FLOW.state(row.state)) for row in sheet.repeats],
        "takes_after": matter.state in ("found", "ordered", "reopened", "transferred", "repaired"),
        "clause_said": spoken(clause.title) if clause else "",
        "near": queries.limits(matter.station, queries.day_of(now, matter.station)),
    }  # fmt: skip
    return render(request, "hazards/detail.html", shown, status=status)


def _words(label: Any, key: str, needed: bool = True) -> Callable[..., forms.Form]:
    return lambda data, cleared=False: WordsForm(data, label=label, needed=needed, auto_id=f"{key}_%s")


MAKERS: dict[str, Callable[..., forms.Form]] = {
    "order": _words(_("What has to be done"), "order"),
    "repair": lambda data, cleared=False: forms.Form(data),
    "verify": lambda data, cleared=False: VerifyForm(data, cleared=cleared),
    "reject": _words(_("What is not in order"), "reject"),
    "still_free": lambda data, cleared=False: forms.Form(data),
    "transfer": _words(_("Why it is transferred"), "transfer"),
    "answer": lambda data, cleared=False: AnswerForm(data, auto_id="answer_%s"),
    "contradict": _words(_("What is still not in order"), "contradict"),
    "reopen": _words(_("Why"), "reopen"),
    "dismiss": _words(_("Why it is no hazard"), "dismiss"),
    "hold": lambda data, cleared=False: forms.Form(data),
}
LABELS = {
    "order": _("Order it put right"), "repair": _("It is repaired, no photo yet"), "verify": _("Verify and close"),
    "reject": _("Not in order: send back"), "still_free": _("Still free: close"), "transfer": _("Transfer to the fire service"),
    "answer": _("Answer of the fire service"), "contradict": _("Closed, but not fixed"), "reopen": _("Open again"),
    "dismiss": _("No hazard"), "hold": _("Take in hand"),
}  # fmt: skip
WORK = ("order", "repair", "transfer", "dismiss")
BY_STATE = {
    "found": WORK, "ordered": ("repair", "order", "transfer", "dismiss"), "reopened": WORK,
    "transferred": ("answer", "repair"), "repaired": ("verify", "reject"), "watched": ("still_free", "contradict"),
    "closed": ("contradict",), "handed": ("reopen",), "dismissed": ("reopen",),
}  # fmt: skip
MAIN = frozenset({"order", "verify", "answer"})
RIGHTS = {
    "order": "hazards.order", "transfer": "hazards.order", "answer": "hazards.order", "dismiss": "hazards.order",
    "repair": "hazards.repair", "contradict": "hazards.contradict",
}  # fmt: skip


def _steps(
    request: Request, hazard: Hazard, sheet: Any, failed: dict[str, forms.Form]
) -> list[dict[str, Any]]:
    """Steps of this state that the role may take; the first of the main ones stands open."""
    keys = [
        key
        for key in BY_STATE[hazard.matter.state]
        if may(request.actor.role, RIGHTS.get(key, "hazards.verify"))
    ]
    made = [(key, failed.get(key) or MAKERS[key](None, cleared=sheet.sort.restored)) for key in keys]
    return [
        {
            "key": key,
            "label": LABELS[key],
            "form": form,
            "main": key in MAIN and n == 0,
            "pressed": not form.fields,
        }
        for n, (key, form) in enumerate(made)
    ]


ACTS: dict[str, Callable[..., object]] = {
    "order": lambda r, h, f: ordering.order(h, f.cleaned_data["text"], base=printing.base_of(r), **all_of(r)),
    "repair": lambda r, h, f: actions.repair(h, **all_of(r)),
    "verify": lambda r, h, f: actions.verify(h, restored=f.cleaned_data.get("restored", False), **all_of(r)),
    "reject": lambda r, h, f: actions.reject(h, f.cleaned_data["text"], **all_of(r)),
    "still_free": lambda r, h, f: actions.still_free(h, **told(r)),
    "transfer": lambda r, h, f: ordering.transfer(h, f.cleaned_data["text"], base=printing.base_of(r), **all_of(r)),
    "answer": lambda r, h, f: ordering.answered(
        h, f.cleaned_data["status"], f.cleaned_data["text"], number=f.cleaned_data["number"], **all_of(r)
    ),
    "contradict": lambda r, h, f: actions.contradict(h, f.cleaned_data["text"], **all_of(r)),
    "reopen": lambda r, h, f: actions.reopen(h, f.cleaned_data["text"], **all_of(r)),
    "dismiss": lambda r, h, f: actions.dismiss(h, f.cleaned_data["text"], **told(r)),
    "hold": lambda r, h, f: matters.hold(h.matter, r.actor.post_id, **told(r)),
}  # fmt: skip


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of a hazard."""
    if key not in MAKERS:
        raise Absent
    hazard = queries.numbered(year, number)
    form = MAKERS[key](request.POST, cleared=kind(hazard.matter.type).restored)
    if form.is_valid():
        with said_by(form):
            ACTS[key](request, hazard, form)
            messages.success(request, _("Done."))
            return redirect("hazards:detail", year, number)
    return show(request, hazard, {key: form}, 422)


def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """A photograph or a paper of the hazard; opening it whole is a look and stands in the ledger first."""
    matter = queries.numbered(year, number).matter
    return attached.hand_out(request, matter, attachment, form)


@require_GET
def month(request: Request) -> HttpResponse:
    station = here(request)
    today = queries.day_of(timezone.now(), station)
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        first = today.replace(day=1)
    totals = queries.month_of(first, station)
    shown = {
        "first": first, "totals": totals, "earlier": months_after(first, -1), "later": months_after(first, 1),
        "kinds": [(spoken(kinds()[key].words), n) for key, n in sorted(totals["by_kind"].items()) if key in kinds()],
        "severities": [(SEVERITY[key], n) for key, n in sorted(totals["by_severity"].items())],
        "states": [(FLOW.state(key).label, n) for key, n in sorted(totals["closed"].items())],
    }  # fmt: skip
    return render(request, "hazards/month.html", shown)
