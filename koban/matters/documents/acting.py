"""Steps of a paper at the desk, and papers in batches."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters.documents import batching, deciding, drafting, printing, sending
from koban.matters.documents.letters import Letter, letters
from koban.matters.documents.models import Batch, Delivery, Document
from koban.matters.documents.paper_forms import BatchForm, BlanksForm, DeliveryForm, ReasonForm, WordsForm
from koban.matters.documents.papers import found
from koban.matters.duty import all_duties
from koban.matters.models import Matter

Step = Callable[[Request, Document, datetime], Any]


def _read(request: Request) -> int:
    typed = request.POST.get("read", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


PLAIN: dict[str, Step] = {
    "submit": lambda r, d, at: drafting.submit(d, by=r.actor, at=at, station=here(r)),
    "approve": lambda r, d, at: deciding.approve(d, by=r.actor, at=at, read=_read(r)),
    "sign": lambda r, d, at: deciding.issue(d, by=r.actor, at=at, station=here(r), base=printing.base_of(r)),
    "hand_out": lambda r, d, at: deciding.issue(
        d, by=r.actor, at=at, station=here(r), base=printing.base_of(r)
    ),
    "file": lambda r, d, at: sending.file(d, by=r.actor, at=at),
}
REASONED: dict[str, Callable[..., Any]] = {
    "back": deciding.send_back,
    "drop": deciding.drop,
    "recall": deciding.recall,
}


@require_POST
@once
def act(request: Request, id: UUID, step: str) -> HttpResponseBase:
    """One step of the flow."""
    document, at = found(id), timezone.now()
    if step in PLAIN:
        PLAIN[step](request, document, at)
        return redirect("documents:detail", id)
    if step not in REASONED:
        raise Absent
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    REASONED[step](document, reason, by=request.actor, at=at)
    return redirect("documents:detail", id)


@require_POST
@once
def comment(request: Request, id: UUID) -> HttpResponseBase:
    document, form = found(id), WordsForm(request.POST)
    if form.is_valid():
        drafting.comment(document, form.cleaned_data["words"], by=request.actor, at=timezone.now())
    return redirect("documents:detail", id)


@require_POST
@once
def deliver(request: Request, id: UUID) -> HttpResponseBase:
    """Note that a copy left the office."""
    to, way = request.POST.get("to", "")[:120], request.POST.get("way", "")
    form = DeliveryForm([(to, to)], request.POST)
    if to and form.is_valid():
        sending.deliver(found(id), to, way, by=request.actor, at=timezone.now())
    return redirect("documents:detail", id)


@require_POST
@once
def acknowledge(request: Request, id: UUID) -> HttpResponseBase:
    row: Delivery | None = Delivery.objects.select_related("document").filter(pk=id).first()
    if row is None:
        raise Absent
    sending.acknowledge(row, by=request.actor, at=timezone.now())
    return redirect("documents:detail", row.document.pk)


@once
def batch_new(request: Request, letter: str) -> HttpResponseBase:
    """One paper for each of many matters: which ones, and what all of them say alike."""
    template, at = drafting.letter_of(letter, here(request).pack), timezone.now()
    which = BatchForm(_types(), request.POST or None)
    what = BlanksForm(_own(template), request.LANGUAGE_CODE, request.POST or None)
    if request.method == "POST" and which.is_valid() and what.is_valid():
        with said_by(which):
            made = batching.start(
                template, _matters(request, which.cleaned_data), what.values(), by=request.actor, at=at,
                language=request.LANGUAGE_CODE, base=printing.base_of(request),
            )  # fmt: skip
            return redirect("documents:batch", made.pk)
    title = template.in_language(template.title, request.LANGUAGE_CODE)
    told = {"which": which, "what": what, "title": title}
    return render(
        request, "documents/batch_new.html", told, status=422 if which.errors or what.errors else 200
    )


@once
def batch(request: Request, id: UUID) -> HttpResponseBase:
    """How far a batch is; a decider agrees to it here."""
    row: Batch | None = Batch.objects.filter(pk=id).first()
    if row is None:
        raise Absent
    if request.method == "POST":
        batching.agree(row, by=request.actor, at=timezone.now())
        return redirect("documents:batch", id)
    papers = Document.objects.filter(batch=row).select_related("matter").order_by("made_at")[:20]
    template = letters(here(request).pack).get(row.letter)
    title = template.in_language(template.title, request.LANGUAGE_CODE) if template else row.letter
    return render(
        request, "documents/batch.html", {"batch": row, "job": _job(row), "papers": papers, "title": title}
    )


@require_safe
def batch_progress(request: Request, id: UUID) -> HttpResponse:
    row: Batch | None = Batch.objects.filter(pk=id).first()
    if row is None:
        raise Absent
    return render(request, "koban/parts/progress.html", {"job": _job(row), "url": request.path})


def _job(row: Batch) -> dict[str, Any]:
    far = batching.progress(row)
    sentence = (
        _("%(failed)s could not be issued; the reasons are below.") % {"failed": far.failed}
        if far.failed
        else ""
    )
    label = _("Issued") if row.begun_at else _("Waits for approval")
    done = {"label": label, "done": far.done, "total": far.total, "finished": far.finished, "failed": False}
    return done | {"sentence": sentence}


def _own(letter: Letter) -> Letter:
    """The template with the fields that no fact fills: what a batch says alike."""
    blanks = tuple(blank for blank in letter.blanks if not blank.source)
    return Letter(
        letter.key, letter.pack, letter.register, letter.form, letter.approvals, letter.title, letter.reference,
        letter.text, blanks, False, letter.clause,
    )  # fmt: skip


def _types() -> list[tuple[str, Any]]:
    known = Matter.objects.order_by("kind", "type").values_list("kind", "type").distinct()
    return [
        (f"{kind}:{type_}", all_duties()[kind].type_label(type_))
        for kind, type_ in known
        if kind in all_duties()
    ]


def _matters(request: Request, told: dict[str, Any]) -> list[Matter]:
    zone = ZoneInfo(here(request).tz)
    start = datetime.combine(told["opened_from"], datetime.min.time(), zone)
    end = datetime.combine(told["opened_to"], datetime.max.time(), zone)
    rows = Matter.objects.filter(opened_at__gte=start, opened_at__lte=end, merged_into=None)
    if told["type"]:
        kind, _colon, type_ = told["type"].partition(":")
        rows = rows.filter(kind=kind, type=type_)
    if told["only_open"]:
        rows = rows.filter(is_open=True)
    return list(rows.order_by("opened_at")[: batching.MOST + 1])
