"""The pages of an import: load up, map, try, run, read the messages, undo."""

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request
from koban.kernel.flow import spoken
from koban.lib.errors import Absent
from koban.lib.tables import harmless
from koban.registers.importing import actions, tasks
from koban.registers.importing.forms import LoadForm, MapForm
from koban.registers.importing.importer import IMPORTERS, Importer
from koban.registers.importing.models import Import, ImportRow
from koban.registers.importing.saying import sentence_of

PAGE = 50
TONES = {"new": "grey", "trying": "blue", "tried": "amber", "running": "blue", "done": "green", "failed": "red",
         "undoing": "blue", "undone": "grey"}  # fmt: skip
STEPS = {"try": Import.State.TRYING, "run": Import.State.RUNNING, "undo": Import.State.UNDOING}


def _mine(request: Request) -> list[Importer]:
    return [one for one in IMPORTERS.values() if may(request.actor.role, one.action)]


@require_safe
def listing(request: Request) -> HttpResponse:
    return _listing(request, LoadForm(importers=_mine(request)))


def _listing(request: Request, form: LoadForm, status: int = 200) -> HttpResponse:
    page = Paginator(Import.objects.order_by("-at", "-id"), PAGE).get_page(request.GET.get("page"))
    for one in page:
        _dressed(one)
    return render(request, "importing/list.html", {"page": page, "form": form}, status=status)


def _dressed(one: Import) -> Import:
    """With what the templates show of it."""
    one.tone = TONES[one.state]  # type: ignore[attr-defined]
    one.kind_label = IMPORTERS[one.kind].label if one.kind in IMPORTERS else one.kind  # type: ignore[attr-defined]
    return one


@require_POST
@once
def load(request: Request) -> HttpResponse:
    form = LoadForm(request.POST, request.FILES, importers=_mine(request))
    if form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["file"]
        with said_by(form):
            one = actions.begin(
                told["kind"], file.name, file, encoding=told["encoding"], by=request.actor, at=timezone.now()
            )
            return redirect("importing:detail", one.pk)
    return _listing(request, form, 422)


@require_safe
def detail(request: Request, one: UUID) -> HttpResponse:
    found = get_object_or_404(Import, pk=one)
    return _detail(request, found, MapForm(importer=_importer(found), one=found))


def _importer(one: Import) -> Importer:
    if one.kind not in IMPORTERS:
        raise Absent
    return IMPORTERS[one.kind]


def _detail(request: Request, one: Import, form: MapForm, status: int = 200) -> HttpResponse:
    rows = ImportRow.objects.filter(of=one).exclude(said=[]).order_by("number")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.sentences = sentences(row)  # type: ignore[attr-defined]
    shown = {
        "one": _dressed(one),
        "form": form,
        "page": page,
        "job": Job.of(one),
        "can_map": one.state in MAPPED,
    }
    return render(request, "importing/detail.html", shown, status=status)


MAPPED = (Import.State.NEW, Import.State.TRIED, Import.State.FAILED)


def sentences(row: ImportRow) -> list[str]:
    """What is said of a row, in the reader's language, each with its column."""
    told = [(entry["column"], sentence_of(entry)) for entry in row.said]
    return [f"{column}: {sentence}" if column else sentence for column, sentence in told]


@dataclass(frozen=True, slots=True)
class Job:
    """An import as the progress component shows it."""

    label: str
    done: int
    total: int
    sentence: str
    finished: bool
    failed: bool

    @classmethod
    def of(cls, one: Import) -> "Job":
        told = _("%(taken)s taken, %(known)s there already, %(refused)s refused") % {
            "taken": one.taken, "known": one.known, "refused": one.refused,
        }  # fmt: skip
        failed = one.state == Import.State.FAILED
        why = str(spoken(one.stopped)) if failed else told
        return cls(one.get_state_display(), one.read, one.size, why, not one.is_busy and not failed, failed)


@require_safe
def progress(request: Request, one: UUID) -> HttpResponse:
    found = get_object_or_404(Import, pk=one)
    response = render(request, "importing/progress.html", {"job": Job.of(found), "one": found})
    if not found.is_busy:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@once
def map_columns(request: Request, one: UUID) -> HttpResponse:
    """Keep the mapping and try it."""
    found = get_object_or_404(Import, pk=one)
    form = MapForm(request.POST, importer=_importer(found), one=found)
    if form.is_valid():
        told: Any = {"by": request.actor, "at": timezone.now()}
        with said_by(form):
            mapped = actions.map_columns(found, form.columns(), datum=form.datum(), **told)
            _begin(mapped, Import.State.TRYING, request)
            return redirect("importing:detail", found.pk)
    return _detail(request, found, form, 422)


@require_POST
@once
def step(request: Request, one: UUID, key: str) -> HttpResponse:
    """Try, run or undo: in the background."""
    if key not in STEPS:
        raise Absent
    _begin(get_object_or_404(Import, pk=one), STEPS[key], request)
    return redirect("importing:detail", one)


def _begin(one: Import, state: str, request: Request) -> None:
    going = actions.set_going(one, state, by=request.actor, at=timezone.now())
    tasks.work.enqueue(str(going.pk), tasks.told(request.actor))


@require_safe
def messages(request: Request, one: UUID) -> HttpResponse:
    """Every message as a table that no spreadsheet computes."""
    found = get_object_or_404(Import, pk=one)
    target = StringIO("\ufeff")
    target.seek(0, 2)
    writer = csv.writer(target)
    writer.writerow([_("Row"), _("Message"), _("Outcome")])
    for row in (
        ImportRow.objects.filter(of=found).exclude(said=[]).order_by("number").iterator(chunk_size=2000)
    ):
        writer.writerows([row.number, harmless(said), row.get_outcome_display()] for said in sentences(row))
    response = HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="messages.csv"'
    return response
