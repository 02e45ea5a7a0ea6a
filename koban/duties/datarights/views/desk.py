"""The office's pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from koban.duties.datarights import actions, queries, rules
from koban.duties.datarights.flow import FLOW
from koban.duties.datarights.forms import EraseForm, GrantForm, ReasonForm, RestrictForm, TextForm
from koban.duties.datarights.models import Request as Asked
from koban.duties.datarights.views import copying
from koban.kernel import law
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters import duty, looks
from koban.matters.models import Matter
from koban.registers.residents import usage, words

PAGE = 50


@require_GET
def listing(request: Request) -> HttpResponse:
    page = Paginator(queries.requests(), PAGE).get_page(request.GET.get("page"))
    rows = [(row, FLOW.state(row.matter.state)) for row in page]
    return render(request, "datarights/list.html", {"rows": rows, "page": page, "now": timezone.now()})


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return _detail(request, queries.numbered(year, number), {})


@require_POST
def open_words(request: Request, year: int, number: int) -> HttpResponse:
    """What the resident wrote; its page is committed first."""
    asked = queries.numbered(year, number)
    said, wished = actions.open_words(asked, by=request.actor, at=timezone.now())
    changes = [(words.FIELDS[name], words.shown(name, value)) for name, value in wished.items()]
    response = _detail(request, asked, {"said": said, "changes": changes, "is_open": True})
    response["Cache-Control"] = "no-store"
    return response


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of the office."""
    if key not in ACTS:
        raise Absent
    asked = queries.numbered(year, number)
    form = _form(request, asked, key, request.POST)
    if form.is_valid():
        with said_by(form):
            ACTS[key](request, asked, form)
            return redirect("datarights:detail", year, number)
    return _detail(request, asked, {"failed": form}, 422)


def _detail(request: Request, asked: Asked, more: dict[str, Any], status: int = 200) -> HttpResponse:
    file = queries.file(asked)
    moves = [
        (move, _form(request, asked, move.key))
        for move in FLOW.moves_from(file.matter.state)
        if move.key in ACTS and may(request.actor.role, move.action)
    ]
    shown = {
        "file": file, "asked": asked, "matter": file.matter, "state": FLOW.state(file.matter.state), "moves": moves,
        "copies": asked.kind in copying.KINDS,
        "write": TextForm(auto_id="write_%s"), "holds": looks.holds(request.actor, file.matter.pk),
        "right": law.clause(rules.RIGHTS, here(request).pack, on=timezone.localdate(file.matter.opened_at)),
    }  # fmt: skip
    return render(request, "datarights/detail.html", {**shown, **_objected(asked), **more}, status=status)


def _objected(asked: Asked) -> dict[str, Any]:
    """The look that is objected to, and the matter in which it was."""
    look = usage.the_look(asked.look_id) if asked.look_id else None
    if look is None:
        return {}
    source = Matter.objects.filter(pk=look.matter_id).first()
    return {
        "look": look, "looked_in": source, "looked_in_url": duty.address(source) if source else "",
        "seen": [words.FIELDS.get(name, name) for name in look.fields],
    }  # fmt: skip


GRANTS: dict[str, type[GrantForm]] = {"restrict": RestrictForm}


def _form(request: Request, asked: Asked, key: str, data: Any = None) -> forms.Form:
    kwargs: dict[str, Any] = {"auto_id": f"{key}_%s"}
    if key == "grant" and asked.kind == Asked.Kind.DELETE:
        clause = law.clause(rules.DELETE, here(request).pack, on=timezone.localdate())
        return EraseForm(data, clause=clause, language=get_language() or "en", **kwargs)
    if key == "grant":
        return GRANTS.get(asked.kind, GrantForm)(data, **kwargs)
    return {"refuse": ReasonForm, "message": TextForm}.get(key, forms.Form)(data, **kwargs)


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _grant(request: Request, asked: Asked, form: Any) -> object:
    return actions.grant(
        asked, form.cleaned_data["text"], station=here(request), **form.told(), **_told(request)
    )


ACTS: dict[str, Callable[..., object]] = {
    "take": lambda r, a, f: actions.take(a, **_told(r)),
    "grant": _grant,
    "refuse": lambda r, a, f: actions.refuse(a, f.cleaned_data["reason"], **_told(r)),
    "message": lambda r, a, f: actions.write_out(a, f.cleaned_data["text"], **_told(r)),
}
