"""The inspectors' pages."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from koban.duties.oversight import actions, queries
from koban.duties.oversight.flow import FLOW
from koban.duties.oversight.forms import ReasonForm, TextForm
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.kernel.files import uploads
from koban.lib.errors import Absent
from koban.matters import attached, looks

PAGE = 50


@require_GET
def listing(request: Request) -> HttpResponse:
    page = Paginator(queries.complaints(), PAGE).get_page(request.GET.get("page"))
    rows = [(complaint, FLOW.state(complaint.matter.state)) for complaint in page]
    return render(request, "oversight/list.html", {"rows": rows, "page": page, "now": timezone.now()})


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


@require_POST
def contact(request: Request, year: int, number: int) -> HttpResponse:
    """Open the complainant's name and ways to reach: only of an open complaint that one holds, its page first."""
    complaint = queries.numbered(year, number)
    opened = looks.look(complaint.complainant, looks.SEALED, by=request.actor, at=timezone.now())
    response = _detail(request, year, number, {"contact": opened})
    response["Cache-Control"] = "no-store"
    return response


@uploads.taken_first(attached.FIELD)
@once
def attach(request: Request, year: int, number: int) -> HttpResponse:
    """Files of an inquiry: stored before any lock, then row and page together."""
    complaint = queries.numbered(year, number)
    attached.take_in(request, complaint.matter)
    return redirect("oversight:detail", year, number)


@require_GET
def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """Hand a file of a complaint out; all but the small picture is a look and stands in the ledger first."""
    matter = queries.numbered(year, number).matter
    return attached.hand_out(request, matter, attachment, form)


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
        "holds": looks.holds(request.actor, file.matter.pk),
        "files": attached.listed(file.matter, file.files, "oversight:file"),
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
