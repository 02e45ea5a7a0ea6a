"""What neighbours see and say: the hazards of a house, "not fixed", and what is broken on an asset. Nobody is named."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.hazards import actions, queries, receiving
from koban.duties.hazards.flow import FLOW
from koban.duties.hazards.forms import HouseForm, NotFixedForm, WordsForm
from koban.duties.hazards.kinds import kind
from koban.duties.hazards.models import Hazard
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.lib.errors import Absent
from koban.matters import receipts
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Asset

PAGE, WRITES, MINUTES = 30, 10, 15
WRONG = _("There is no closed hazard with this number, or it is not public and the secret is missing.")


def show(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    station = here(request)
    around = {"station": station, "office_url": reverse("desk:public_home", args=[station.code])}
    return render(request, template, around | context, status=status)


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now(), "station": here(request)}


def _line(row: Any) -> dict[str, Any]:
    matter = row.matter
    return {
        "hazard": row, "matter": matter, "kind": spoken(kind(matter.type).words), "state": FLOW.state(matter.state),
        "place": str(matter.address) if matter.address_id else _("in the street"), "symbol": kind(matter.type).icon,
    }  # fmt: skip


@require_safe
def listing(request: Request) -> HttpResponse:
    """Open and lately closed hazards: of the district, of a house that is named, or of the house whose plate was read."""
    form, station = HouseForm(request.GET), here(request)
    rows = queries.shown(station, timezone.now())
    house = premises.by_plate(request.GET["plate"]) if request.GET.get("plate") else None
    if house is not None:
        rows = rows.filter(queries.of_house(house))
    elif form.is_valid() and form.cleaned_data["q"]:
        words = form.cleaned_data["q"]
        rows = rows.filter(
            Q(matter__address__label__icontains=words) | Q(matter__address__label_en__icontains=words)
        )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "lines": [_line(row) for row in page], "house": house}
    return show(request, "hazards/door/list.html", shown)


def _public(station: Any, year: int, number: int) -> Hazard:
    rows = queries.shown(station, timezone.now()).filter(matter__year=year, matter__number=number)
    found: Hazard | None = rows.first()
    if found is None:
        raise Absent
    return found


@once
def one(request: Request, year: int, number: int) -> HttpResponse:
    """One public hazard; a neighbour says that it is not fixed, and it is open again."""
    hazard = _public(here(request), year, number)
    form = WordsForm(request.POST or None, label=_("What is still not in order"), needed=False)
    if request.method == "POST":
        throttle("hazards.contradict", source(request), limit=WRITES, minutes=MINUTES)
        if form.is_valid():
            with said_by(form):
                actions.contradict(hazard, form.cleaned_data["text"], **_told(request))
                messages.success(request, _("Thank you. It is open again, and somebody looks at it."))
                return redirect("hazards:public-one", here(request).code, year, number)
    line = _line(hazard)
    ended = hazard.matter.state in ("closed", "watched")
    shown = {**line, "form": form, "ended": ended}
    return show(request, "hazards/door/one.html", shown, 422 if form.errors else 200)


@once
def not_fixed(request: Request) -> HttpResponse:
    """The same by the number of a receipt; what is not public asks for its secret too."""
    form = NotFixedForm(request.POST or None)
    if request.method == "POST":
        throttle("hazards.contradict", source(request), limit=WRITES, minutes=MINUTES)
        if form.is_valid():
            with said_by(form):
                hazard = _by_receipt(request, form.cleaned_data["number"], form.cleaned_data["secret"])
                if hazard is not None:
                    actions.contradict(hazard, form.cleaned_data["text"], **_told(request))
                    return show(request, "hazards/door/reopened.html", {"matter": hazard.matter})
                form.add_error(None, WRONG)
    return show(request, "hazards/door/not_fixed.html", {"form": form}, 422 if form.errors else 200)


def _by_receipt(request: Request, number: str, secret: str) -> Hazard | None:
    """By number alone where it is public; else number and secret. None for anything else, without saying which."""
    year, _dash, count = number.strip().partition("-")
    if year.isdecimal() and count.isdecimal() and len(year) == 4 and len(count) < 9:
        rows = queries.shown(here(request), timezone.now())
        public: Hazard | None = rows.filter(matter__year=int(year), matter__number=int(count)).first()
        if public is not None:
            return public
    try:
        matter = receipts.find(number, secret)
    except Absent:
        return None
    return (
        Hazard.objects.filter(matter=matter).select_related("matter").first()
        if matter.kind == queries.KIND
        else None
    )


@once
def defect(request: Request, asset: UUID) -> HttpResponse:
    """What the code on an asset opens: say what is broken, get a receipt."""
    found = get_object_or_404(Asset.objects.filter(to_on=None).select_related("address"), pk=asset)
    form = WordsForm(request.POST or None, label=_("What is broken?"))
    shown = {"one": found, "kind": spoken(found.kind_label), "form": form}
    if request.method == "POST":
        throttle("hazards.defect", source(request), limit=WRITES, minutes=MINUTES)
        if form.is_valid():
            with said_by(form):
                language = "zh-hans" if (translation.get_language() or "zh").startswith("zh") else "en"
                hazard, secret = receiving.report_defect(
                    found, form.cleaned_data["text"], language=language, **_told(request)
                )
                return show(
                    request, "hazards/door/receipt.html", {**shown, "matter": hazard.matter, "secret": secret}
                )
    return show(request, "hazards/door/defect.html", shown, 422 if form.errors else 200)
