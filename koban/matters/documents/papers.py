"""The register of papers, one paper with its versions, and two of them side by side."""

import difflib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow import Move, State
from koban.lib.errors import Absent
from koban.matters.documents import deciding, office_files, printing, rules, setting, sheets, versions
from koban.matters.documents.drafting import letter_of
from koban.matters.documents.flow import FLOW
from koban.matters.documents.models import Delivery, Document, Remark, Version
from koban.matters.documents.paper_forms import DeliveryForm, FilterForm, ReasonForm, WordsForm
from koban.matters.documents.sending import RECIPIENT
from koban.matters.documents.versions import Told

PAGE, MOST = 50, 5000


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in the register."""

    document: Document

    @property
    def pk(self) -> UUID:
        return self.document.pk

    @property
    def state(self) -> State:
        return FLOW.state(self.document.state)


@require_safe
def listing(request: Request) -> HttpResponse:
    """Every paper of the office, newest first: numbers, kinds and states; no words and no names."""
    form = FilterForm(request.GET)
    rows = _wanted(form)
    if request.GET.get("export") == "xlsx":
        return _excel(request, rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = [Row(one) for one in page.object_list]
    waiting = Document.objects.waiting().count()
    return render(request, "documents/papers.html", {"page": page, "form": form, "waiting": waiting})


def _wanted(form: FilterForm) -> Any:
    rows = Document.objects.select_related("matter").order_by("-made_at")
    told = form.cleaned_data if form.is_valid() else {}
    if told.get("q"):
        rows = rows.filter(Q(reference__icontains=told["q"]) | Q(title__icontains=told["q"]))
    return rows.filter(**{name: told[name] for name in ("state", "register") if told.get(name)})


def _excel(request: Request, rows: Any) -> HttpResponse:
    heads = [_("Number"), _("Paper"), _("State"), _("Matter"), _("Begun"), _("Issued"), _("Written by")]
    made = sheets.excel(heads, office_files.register_rows(rows[:MOST], here(request)))
    return printing.download(made, "papers.xlsx", kind=sheets.EXCEL)


@require_safe
def detail(request: Request, id: UUID) -> HttpResponse:
    """One paper. Whoever may not read it sees its cover alone."""
    document = found(id)
    told = None
    if versions.may_open(document, request.actor):
        told = versions.look(document, by=request.actor, at=timezone.now())[0]
    deliveries = list(Delivery.objects.filter(document=document).order_by("at"))
    context = {
        "document": document, "state": FLOW.state(document.state), "told": told,
        "parts": _parts(request, document, told),
        "versions": list(Version.objects.filter(document=document).order_by("-number").defer("sealed_told")),
        "remarks": list(Remark.objects.filter(document=document).order_by("at")),
        "deliveries": deliveries, "moves": moves(request, document), "comment": WordsForm(),
        "reason": ReasonForm(), "delivery": _delivery(document, told, deliveries),
    }  # fmt: skip
    return render(request, "documents/paper.html", context)


def _parts(request: Request, document: Document, told: Told | None) -> list[dict[str, Any]]:
    """The text as the page shows it."""
    if told is None:
        return []
    return setting.parts(letter_of(document.letter, here(request).pack), told, document.language)


def moves(request: Request, document: Document) -> list[Move]:
    """The steps that this reader may take now, without those that have a form of their own."""
    offered = FLOW.moves_from(document.state)
    skipped = {"deliver", "acknowledge", "submit" if document.needed == 0 else "hand_out"}
    if document.state == "review" and _unfit(document, request):
        skipped.add("approve")
    return [move for move in offered if move.key not in skipped and may(request.actor.role, move.action)]


def _unfit(document: Document, request: Request) -> bool:
    """Whether this reader wrote or approved this version, so that somebody else has to look at it."""
    standing = deciding.standing(document, document.version)
    return rules.unfit_to_approve(standing, request.actor.account_id) is not None


def _delivery(document: Document, told: Any, deliveries: list[Delivery]) -> DeliveryForm | None:
    if told is None or document.state not in ("issued", "delivered"):
        return None
    gone = {one.to for one in deliveries}
    copies = [(RECIPIENT, _("The recipient")), *((copy, copy) for copy in told.copies)]
    left = [(key, label) for key, label in copies if key[:120] not in gone]
    return DeliveryForm(left) if left else None


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of two versions side by side. change: same, changed, gone or new."""

    left: str
    right: str
    change: str


@require_safe
def compare(request: Request, id: UUID) -> HttpResponse:
    """Two versions side by side."""
    document = found(id)
    numbers = [_number(request.GET.get(name, ""), document) for name in ("a", "b")]
    told = versions.look(document, *numbers, by=request.actor, at=timezone.now())
    if len(told) < 2:
        raise Absent
    left, right = (one.text.splitlines() for one in told)
    shown = {"document": document, "numbers": numbers, "pairs": side_by_side(left, right)}
    return render(request, "documents/compare.html", shown)


def side_by_side(left: list[str], right: list[str]) -> list[Pair]:
    """The lines of two texts beside each other."""
    pairs: list[Pair] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for at in range(max(b - a, d - c)):
            one = left[a + at] if a + at < b else ""
            two = right[c + at] if c + at < d else ""
            change = "same" if kind == "equal" else "gone" if a + at >= b or c + at >= d else "changed"
            pairs.append(Pair(one, two, "new" if change == "gone" and c + at < d else change))
    return pairs


def _number(typed: str, document: Document) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else document.version


def found(id: UUID) -> Document:
    row: Document | None = Document.objects.select_related("matter", "certificate").filter(pk=id).first()
    if row is None:
        raise Absent
    return row
