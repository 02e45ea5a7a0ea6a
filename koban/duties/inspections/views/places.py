"""What is due, the places with their files, the regimes in words."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.inspections import (
    checklists,
    filing,
    planning,
    planning_queries,
    queries,
    regimes,
    submitting,
)
from koban.duties.inspections.forms import CampaignForm, DayForm, FileForm, FloorPlanForm, PlacesForm
from koban.duties.inspections.models import Campaign, Inspection, Venue
from koban.duties.inspections.views.common import kind_label, lacking, today, told
from koban.kernel import law
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.files import serving, uploads
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import book
from koban.lib.errors import Absent
from koban.registers.premises.models import Unit

PAGE, PLAN = 50, "floor_plan"
WHY = dict(Inspection.Why.choices)
HOLDS = {"licence": _("licence"), "filing": _("filing"), "none": _("neither licence nor filing")}
LACKS = {
    "paper": _("no licence or filing"), "expired": _("licence has run out"), "guards": _("too few guards"),
    "cameras": _("pictures kept too short"), "training": _("staff training is due"), "floor_plan": _("no floor plan"),
}  # fmt: skip


@require_GET
def due(request: Request) -> HttpResponse:
    """Places that should be looked at, most pressing first; each is planned with one press."""
    station, on = here(request), today(request)
    page = Paginator(planning_queries.due(on, station), PAGE).get_page(request.GET.get("page"))
    for row in list[Any](page):
        row.__dict__.update(
            why_said=WHY.get(_why(row)), kind_said=kind_label(row.due.place.kind, station),
            tone="red" if row.due.on < on else "",
        )  # fmt: skip
    shown = {
        "page": page, "today": on, "station": station, "stops": len(planning_queries.stops(on, station)),
        "may_plan": may(request.actor.role, "inspections.plan"),
    }  # fmt: skip
    return render(request, "inspections/due.html", shown)


def _why(row: planning_queries.Row) -> str:
    """Why, as it was asked for where somebody asked."""
    return row.inspection.why if row.inspection and row.due.why == "complaint" else row.due.why


@once
def plan(request: Request) -> HttpResponse:
    """Give a venue, or an inspection that waits, a day."""
    form, station = DayForm(request.POST), here(request)
    if not form.is_valid():
        messages.error(request, _("Choose the day."))
        return redirect("inspections:due")
    on = form.cleaned_data["on"]
    if matter := request.POST.get("matter"):
        row = Inspection.objects.select_related("matter").get(matter_id=UUID(matter))
        planning.set_day(row.matter, on, station=station, **told(request))
    else:
        venue = queries.venue(UUID(request.POST.get("venue", "")))
        wish = planning.Wish.of(venue, _known(request.POST.get("why", "")))
        planning.plan(wish, on, station=station, **told(request))
    messages.success(request, _("Planned."))
    return redirect("inspections:due")


def _known(why: str) -> str:
    return why if why in WHY else Inspection.Why.INTERVAL


@require_GET
def places(request: Request) -> HttpResponse:
    station, on = here(request), today(request)
    form = PlacesForm(request.GET, station=station, today=on)
    page = Paginator(queries.venues(form.wanted()), PAGE).get_page(request.GET.get("page"))
    for row in list[Any](page):
        row.kind_said = kind_label(row.kind, station)
        row.lacks_said = [LACKS[key] for key in lacking(row, station, on)]
        row.tone = "red" if row.due_on < on else ""
    unfiled = queries.units_without_file(station, on)[:PAGE]
    found = [(unit, kind_label(planning.unit_kind(unit, station, on), station)) for unit in unfiled]
    shown = {"form": form, "page": page, "station": station, "unfiled": found}
    return render(request, "inspections/places.html", shown)


@once
def open_file(request: Request) -> HttpResponse:
    """Begin the file of a unit of the register."""
    unit = Unit.objects.select_related("address").get(pk=UUID(request.POST.get("unit", "")))
    station = here(request)
    kind = planning.unit_kind(unit, station, today(request))
    venue = filing.open_file(unit, kind, station=station, **told(request))
    return redirect("inspections:place", venue.pk)


@uploads.taken_first(PLAN, kinds=["photo", "document"], most=1)
@once
def place(request: Request, venue: UUID) -> HttpResponse:
    """The file of one place. POST changes it."""
    row, station, on = queries.venue(venue), here(request), today(request)
    form = FileForm(request.POST or None, instance=queries.venue(venue), station=station, on=on)
    if request.method == "POST":
        if request.FILES.get(PLAN):
            filing.keep_plan(row, uploads.taken(request, PLAN)[0], **told(request))
            return redirect("inspections:place", venue)
        if form.is_valid():
            with said_by(form):
                filing.change_file(row, form.told(), station=station, **told(request))
                messages.success(request, _("Saved."))
                return redirect("inspections:place", venue)
    return _place(request, row, form)


def _place(request: Request, row: Venue, form: FileForm) -> HttpResponse:
    station, on = here(request), today(request)
    regime = regimes.regime(row.kind, station.pack, on)
    shown = {
        "venue": row, "unit": row.unit, "station": station, "form": form, "plan_form": FloorPlanForm(), "today": on,
        "kind": kind_label(row.kind, station), "regime": regime, "holds": HOLDS[regime.holds] if regime else "",
        "lacks": [LACKS[key] for key in lacking(row, station, on)], "history": queries.history_of(row),
        "findings": [(one, _label(one, station)) for one in queries.open_findings(row)],
        "warns": bool(regime and regime.warns), "warnings": list(row.warnings.order_by("-on")[:20]),
        "may_warn": may(request.actor.role, "inspections.warn"), "checks_itself": bool(regime and regime.checks_itself),
        "plan_file": _plan(row), "may_plan": may(request.actor.role, "inspections.plan"),
    }  # fmt: skip
    return render(request, "inspections/place.html", shown, status=422 if form.errors else 200)


def _label(finding: Any, station: Any) -> str:
    found = regimes.checklist(finding.inspection.checklist, station.pack)
    item = found.item(finding.item) if found else None
    return item.words.said(get_language() or "en") if item else finding.item


def _plan(row: Venue) -> Attachment | None:
    return Attachment.objects.filter(matter_id=row.pk, pk=row.plan_id).first() if row.plan_id else None


@require_GET
def floor_plan(request: Request, venue: UUID) -> HttpResponseBase:
    found = _plan(queries.venue(venue))
    if found is None:
        raise Absent
    book.look("files.look", matter_id=None, subject=found, facts={"sha256": found.sha256}, **told(request))
    return serving.open_view(found)


@require_GET
def regimes_page(request: Request) -> HttpResponse:
    """What holds for each kind of place, from when, and what is checked: the pack in words."""
    station, on, language = here(request), today(request), get_language() or "en"
    rows = []
    for kind in regimes.kinds(station.pack):
        row = regimes.regime(kind, station.pack, on)
        if row is None:
            continue
        earlier = [one for one in regimes.history(kind, station.pack) if one is not row]
        every = law.clause(row.every, station.pack, on=on)
        items = [(item.words.said(language), item) for item in checklists.of_kind(kind, station, on).items]
        before = [(one, HOLDS[one.holds]) for one in earlier]
        rows.append((row, row.words.said(language), HOLDS[row.holds], every, items, before))
    shown = {
        "rows": rows,
        "station": station,
        "on": on,
        "may_publish": may(request.actor.role, "forms.change"),
    }
    return render(request, "inspections/regimes.html", shown)


@once
def publish(request: Request) -> HttpResponse:
    """Send the checklists out as forms for telephones."""
    made = submitting.publish_all(station=here(request), **told(request))
    messages.success(request, _("%(count)s checklists are out as forms.") % {"count": len(made)})
    return redirect("inspections:regimes")


@once
def campaigns(request: Request) -> HttpResponse:
    station, on = here(request), today(request)
    form = CampaignForm(request.POST or None, station=station, on=on)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            planning.begin_campaign(
                data["title"], data["kinds"], data["from_on"], data["to_on"], **told(request)
            )
            return redirect("inspections:campaigns")
    found = Campaign.objects.order_by("-to_on", "-id")[:PAGE]
    rows = [(row, [kind_label(kind, station) for kind in row.kinds]) for row in found]
    shown = {"form": form, "rows": rows, "now": timezone.now(), "station": station}
    return render(request, "inspections/campaigns.html", shown, status=422 if form.errors else 200)
