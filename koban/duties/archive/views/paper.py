"""Boxes, volumes, labels, loans and stock; on a telephone as well."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from koban.duties.archive import labels, paper, queries, retention
from koban.duties.archive.forms import BoxForm, LendForm, PutForm, StockForm
from koban.duties.archive.models import Box, Loan, Stocktaking, Volume
from koban.duties.archive.views.desk import PAGE, told
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters.documents.printing import download


@require_GET
def boxes(request: Request) -> HttpResponse:
    return _boxes(request, BoxForm())


def _boxes(request: Request, form: BoxForm, status: int = 200) -> HttpResponse:
    page = Paginator(queries.boxes(), PAGE).get_page(request.GET.get("page"))
    today = retention.day(timezone.now(), here(request))
    shown = {"page": page, "form": form if may(request.actor.role, "archive.paper") else None, "today": today,
             "loans": queries.loans(), "overdue": Loan.objects.overdue(today).count()}  # fmt: skip
    return render(request, "archive/boxes.html", shown, status=status)


@once
def put_up(request: Request) -> HttpResponse:
    form = BoxForm(request.POST)
    if form.is_valid():
        with said_by(form):
            made = paper.put_up(form.cleaned_data["code"], form.cleaned_data["shelf"], **told(request))
            return redirect("archive:box", made.code)
    return _boxes(request, form, 422)


def _the_box(code: str) -> Box:
    found = Box.objects.filter(code=code).first()
    if found is None:
        raise Absent
    one: Box = found
    return one


@require_GET
def box(request: Request, code: str) -> HttpResponse:
    return _box(request, _the_box(code), {})


def _box(request: Request, one: Box, more: dict[str, Any], status: int = 200) -> HttpResponse:
    shown = {
        "box": one, "volumes": queries.in_box(one), "may_paper": may(request.actor.role, "archive.paper"),
        "stock": Stocktaking.objects.filter(box=one).order_by("-at").first(), "put_form": PutForm(auto_id="put_%s"),
        "stock_form": StockForm(auto_id="stock_%s"), "lend_form": LendForm(auto_id="lend_%s"),
    }  # fmt: skip
    return render(request, "archive/box.html", {**shown, **more}, status=status)


@once
def put(request: Request, code: str) -> HttpResponse:
    """Put a volume into this box, by its number as printed or its code as scanned."""
    one, form = _the_box(code), PutForm(request.POST, auto_id="put_%s")
    if form.is_valid():
        with said_by(form):
            volume = queries.volume(form.cleaned_data["volume"], here(request))
            paper.put(volume, one, **told(request))
            return redirect("archive:box", code)
    return _box(request, one, {"put_form": form}, 422)


@once
def take_stock(request: Request, code: str) -> HttpResponse:
    """What was scanned, typed or photographed, against what should stand here."""
    one, form = _the_box(code), StockForm(request.POST, request.FILES, auto_id="stock_%s")
    if form.is_valid():
        with said_by(form):
            paper.take_stock(one, form.codes(), station=here(request), **told(request))
            return redirect("archive:box", code)
    return _box(request, one, {"stock_form": form}, 422)


@once
def lend(request: Request, code: str) -> HttpResponse:
    one, form = _the_box(code), LendForm(request.POST, auto_id="lend_%s")
    if form.is_valid():
        with said_by(form):
            volume = queries.volume(form.cleaned_data["volume"], here(request))
            paper.lend(volume, form.cleaned_data["to"], station=here(request), **told(request))
            return redirect("archive:box", code)
    return _box(request, one, {"lend_form": form}, 422)


@once
def give_back(request: Request, loan: UUID) -> HttpResponse:
    found = Loan.objects.select_related("volume__matter", "volume__box").filter(pk=loan).first()
    if found is None:
        raise Absent
    paper.give_back(found, station=here(request), **told(request))
    return redirect("archive:boxes")


@once
def volume(request: Request, year: int, number: int) -> HttpResponse:
    """Register the next volume of a file."""
    paper.register(queries.dossier(year, number).matter, **told(request))
    return redirect("archive:detail", year, number)


@require_GET
def sheet(request: Request, code: str) -> HttpResponse:
    """Labels of a box and its volumes, to print."""
    one = _the_box(code)
    things: list[Box | Volume] = [one, *queries.in_box(one)]
    return download(labels.sheet(things, station=here(request), at=timezone.now()), f"labels-{code}.pdf")


@require_GET
def sheet_of_file(request: Request, year: int, number: int) -> HttpResponse:
    """Labels of the volumes of one file, to print."""
    file = queries.file(queries.dossier(year, number))
    return download(
        labels.sheet(file.volumes, station=here(request), at=timezone.now()), f"labels-{year}-{number}.pdf"
    )
