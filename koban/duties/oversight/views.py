"""The inspectors' pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from koban.duties.oversight import actions, queries
from koban.duties.oversight.flow import FLOW
from koban.duties.oversight.forms import ReasonForm, TextForm
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent


@require_GET
def listing(request: Request) -> HttpResponse:
    rows = [(complaint, FLOW.state(complaint.matter.state)) for complaint in queries.complaints()[:200]]
    return render(request, "oversight/list.html", {"rows": rows, "now": timezone.now()})


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return _detail(request, year, number, {})


@require_POST
def open_words(request: Request, year: int, number: int) -> HttpResponse:
    """Unseal what was said; its page is committed first."""
    complaint = queries.numbered(year, number)
    opened = actions.open_words(complaint, by=request.actor, at=timezone.now())
    response = _detail(request, year, number, {"opened": opened})
    response["Cache-Control"] = "no-store"
    return response


def _detail(
    request: Request, year: int, number: int, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    file = queries.file(queries.numbered(year, number))
    moves = [(move, FORMS.get(move.key, forms.Form)()) for move in FLOW.moves_from(file.matter.state)]
    shown = {
        "file": file,
        "matter": file.matter,
        "state": FLOW.state(file.matter.state),
        "moves": moves,
        "write": TextForm(),
    }
    return render(request, "oversight/detail.html", {**shown, **more}, status=status)


FORMS: dict[str, type[forms.Form]] = {
    "answer": TextForm,
    "decline": ReasonForm,
    "reopen": ReasonForm,
    "message": TextForm,
}


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of an inspector."""
    if key not in ACTS:
        raise Absent
    complaint = queries.numbered(year, number)
    form = FORMS.get(key, forms.Form)(request.POST)
    if form.is_valid():
        with said_by(form):
            ACTS[key](request, complaint, form.cleaned_data)
            return redirect("oversight:detail", year, number)
    return _detail(request, year, number, {"failed": form}, 422)


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


ACTS: dict[str, Callable[..., object]] = {
    "accept": lambda r, c, d: actions.accept(c, station=here(r), **_told(r)),
    "decline": lambda r, c, d: actions.decline(c, reason=d["reason"], **_told(r)),
    "answer": lambda r, c, d: actions.answer(c, d["text"], **_told(r)),
    "message": lambda r, c, d: actions.write_out(c, d["text"], **_told(r)),
    "close": lambda r, c, d: actions.close(c, **_told(r)),
    "reopen": lambda r, c, d: actions.reopen(c, reason=d["reason"], **_told(r)),
}
