"""One matter at the desk: its page, its files, and its steps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.lettings import deciding, queries, reports
from koban.duties.lettings.flow import FLOW
from koban.duties.lettings.forms import PlaceFields, WordsForm
from koban.duties.lettings.models import TYPES
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.files.models import Attachment
from koban.lib.errors import Absent
from koban.matters import actions as matters
from koban.matters import attached
from koban.matters.looks import holds
from koban.matters.models import Matter

ANSWER = _("Answer, which the tenant reads")
REASON = _("Why")
LABELS = {
    "set_right": ANSWER,
    "stands": ANSWER,
    "follow_up": _("What was done"),
    "ask": _("What is missing, all of it"),
}
# A step that a press is enough for.
PRESSED = ("register",)


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return _detail(request, queries.numbered(year, number), {})


def _detail(
    request: Request, matter: Matter, failed: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    sheet, now = queries.sheet(matter), timezone.now()
    steps = _steps(request, matter, failed)
    shown = {
        "sheet": sheet, "matter": matter, "station": here(request), "telling": sheet.telling,
        "now": now, "type": TYPES.get(matter.type),
        "state": FLOW.state(matter.state), "steps": steps, "terms": _terms(matter),
        "has_more": any(not pressed for _move, pressed, _form in steps),
        "place": _place_form(matter, failed),
        "holds": holds(request.actor, matter.pk), "files": _files(matter),
    }  # fmt: skip
    return render(request, "lettings/detail.html", shown, status=status)


def _terms(matter: Matter) -> list[Any]:
    rows = list(matter.deadlines.filter(met_at=None).order_by("due_at"))
    return [(row, queries.clause_or_none(row.clause, matter.station, row.starts_at.date())) for row in rows]


def _steps(request: Request, matter: Matter, failed: dict[str, forms.Form]) -> list[Any]:
    """Steps of this state that this type has and this role may take, with their forms."""
    role = request.actor.role
    moves = [
        m for m in FLOW.moves_from(matter.state) if deciding.is_fit(matter, m.key) and may(role, m.action)
    ]
    return [(m, m.key in PRESSED, failed.get(m.key) or _form(m.key)) for m in moves]


def _form(key: str, data: Any = None) -> forms.Form:
    if key in PRESSED:
        return forms.Form(data)
    return WordsForm(data, label=LABELS.get(key, REASON), auto_id=f"{key}_%s")


def _place_form(matter: Matter, failed: dict[str, forms.Form]) -> forms.Form | None:
    """An agent's report whose address nobody has found yet."""
    is_open = matter.type == "report" and matter.is_open and matter.address_id is None
    return (failed.get("place") or PlaceFields(initial={"place": matter.place})) if is_open else None


def _files(matter: Matter) -> list[dict[str, Any]]:
    return attached.listed(matter, Attachment.objects.of_matter(matter.pk), "lettings:file")


@require_GET
def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """Hand a file out; all but the small picture is a look and stands in the ledger first."""
    return attached.hand_out(request, queries.numbered(year, number), attachment, form, forms=attached.SHOWN)


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


ACTS: dict[str, Callable[..., object]] = {
    "register": lambda r, m, d: deciding.confirm(m, **told(r)),
    "refuse": lambda r, m, d: deciding.refuse(m, d["text"], station=here(r), **told(r)),
    "ask": lambda r, m, d: deciding.ask(m, d["text"], **told(r)),
    "set_right": lambda r, m, d: deciding.settle(m, d["text"], is_void=True, **told(r)),
    "stands": lambda r, m, d: deciding.settle(m, d["text"], is_void=False, **told(r)),
    "follow_up": lambda r, m, d: deciding.follow_up(m, d["text"], **told(r)),
    "reopen": lambda r, m, d: deciding.reopen(m, d["text"], **told(r)),
    "place": lambda r, m, d: reports.place(m, d["found"], station=here(r), **told(r)),
    "hold": lambda r, m, d: matters.hold(m, r.actor.post_id, **told(r)),
}


def _made(key: str, data: Any) -> forms.Form:
    if key == "place":
        return PlaceFields(data)
    return forms.Form(data) if key == "hold" else _form(key, data)


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of the office."""
    if key not in ACTS:
        raise Absent
    matter, form = queries.numbered(year, number), _made(key, request.POST)
    if form.is_valid():
        with said_by(form):
            ACTS[key](request, matter, form.cleaned_data)
            messages.success(request, _("Done."))
            return redirect("lettings:detail", year, number)
    return _detail(request, matter, {key: form}, 422)
