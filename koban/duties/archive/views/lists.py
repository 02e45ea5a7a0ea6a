"""Lists for disposal and for the next archive."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from koban.duties.archive import queries, retention, rolls, shelf, tasks, transferring
from koban.duties.archive.flow import FLOW
from koban.duties.archive.forms import ReasonForm, ReceiptForm, roll_form
from koban.duties.archive.models import Dossier, Roll
from koban.duties.archive.views.desk import PAGE, kind_label, tar_of, told
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.files.models import Attachment
from koban.kernel.files.serving import ORIGINAL, open_view
from koban.kernel.jobs import progress
from koban.lib.errors import Absent
from koban.matters.documents.models import Certificate
from koban.matters.timeline import timeline


@require_GET
def listing(request: Request) -> HttpResponse:
    page = Paginator(queries.rolls(), PAGE).get_page(request.GET.get("page"))
    rows = [(row, FLOW.state(row.matter.state)) for row in page]
    shown = {"rows": rows, "page": page, "may_propose": may(request.actor.role, "archive.propose")}
    return render(request, "archive/lists.html", shown)


@once
def begin(request: Request, kind: str) -> HttpResponse:
    """Choose from what is due."""
    if kind not in Roll.Kind:
        raise Absent
    due = _due(request, kind)
    form = roll_form(kind)(request.POST if request.method == "POST" else None, due=due)
    if form.is_valid():
        with said_by(form):
            made = rolls.begin(
                kind,
                form.chosen,
                station=here(request),
                body=form.cleaned_data.get("body", ""),
                **told(request),
            )
            return redirect("archive:roll", made.matter.year, made.matter.number)
    shown = {"form": form, "due": due, "kind": Roll.Kind(kind)}
    return render(request, "archive/new_list.html", shown, status=422 if form.is_bound else 200)


def _due(request: Request, kind: str) -> list[tuple[Dossier, str]]:
    today = retention.day(timezone.now(), here(request))
    show = "dispose" if kind == Roll.Kind.DISPOSAL else "hand_over"
    found = queries.on_no_list(queries.dossiers(show, today))
    return [
        (one, f"{one.matter.printed} · {kind_label(one)} · {one.closed_on}") for one in found[: rolls.MOST]
    ]


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return _detail(request, queries.roll(year, number), {})


def _detail(request: Request, roll: Roll, more: dict[str, Any], status: int = 200) -> HttpResponse:
    matter = roll.matter
    moves = [
        (move, _form(move.key)) for move in FLOW.moves_from(matter.state)
        if move.key in ACTS and may(request.actor.role, move.action) and _fits(roll, move.key)
    ]  # fmt: skip
    certificate = Certificate.objects.filter(pk=roll.certificate_id).first() if roll.certificate_id else None
    shown = {
        "roll": roll, "matter": matter, "state": FLOW.state(matter.state), "lines": rolls.lines(roll), "moves": moves,
        "certificate": certificate, "timeline": list(reversed(timeline(matter))), "job": _job(request, roll),
        "is_mine": roll.proposed_by == request.actor.account_id,
    }  # fmt: skip
    return render(request, "archive/roll.html", {**shown, **more}, status=status)


def _fits(roll: Roll, key: str) -> bool:
    return key != "finish" or roll.kind == Roll.Kind.TRANSFER


def _job(request: Request, roll: Roll) -> Any:
    if roll.kind != Roll.Kind.TRANSFER or roll.matter.state != "approved":
        return None
    return progress.newest(tasks.write_transfer.module_path, here(request).pk, timezone.now())


@require_GET
def far(request: Request, year: int, number: int) -> HttpResponse:
    return render(request, "archive/progress.html", {"job": _job(request, queries.roll(year, number))})


def _form(key: str, data: Any = None) -> forms.Form:
    kinds: dict[str, type[forms.Form]] = {"back": ReasonForm, "drop": ReasonForm, "finish": ReceiptForm}
    return kinds.get(key, forms.Form)(data, auto_id=f"{key}_%s")


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of the list."""
    if key not in ACTS:
        raise Absent
    roll, form = queries.roll(year, number), _form(key, request.POST)
    if form.is_valid():
        with said_by(form):
            ACTS[key](request, roll, form)
            return redirect("archive:roll", year, number)
    return _detail(request, roll, {"failed": form}, 422)


def _approve(request: Request, roll: Roll, form: Any) -> None:
    rolls.approve(roll, station=here(request), **told(request))
    if roll.kind == Roll.Kind.TRANSFER:
        tasks.write_transfer.enqueue(str(roll.pk))


def _receipt(request: Request, roll: Roll, form: Any) -> None:
    rolls.receipt(roll, form.cleaned_data["number"], station=here(request), **told(request))
    station = here(request)
    shelf.after_commit(lambda: transferring.clear(roll, station))


ACTS: dict[str, Callable[..., object]] = {
    "propose": lambda r, a, f: rolls.propose(a, station=here(r), **told(r)),
    "back": lambda r, a, f: rolls.send_back(a, f.cleaned_data["reason"], **told(r)),
    "drop": lambda r, a, f: rolls.drop(a, f.cleaned_data["reason"], **told(r)),
    "approve": _approve,
    "finish": _receipt,
}


@require_GET
def packages(request: Request, year: int, number: int) -> HttpResponseBase:
    """What the next archive gets: every opened package of an approved list, in one file."""
    roll = queries.roll(year, number)
    folder = transferring.folder_of(roll, here(request))
    if roll.matter.state != "approved" or not folder.is_dir() or not roll.written:
        raise Absent
    return tar_of(shelf.tar(folder, roll.matter.printed, timezone.now()), roll.matter.printed)


@require_GET
def certificate(request: Request, year: int, number: int) -> HttpResponseBase:
    """The certificate of disposal, as issued."""
    roll = queries.roll(year, number)
    paper = Certificate.objects.filter(pk=roll.certificate_id).first()
    file = Attachment.objects.filter(pk=paper.attachment_id).first() if paper else None
    if file is None:
        raise Absent
    return open_view(file, ORIGINAL)
