"""What everybody may read of inspections, where the law opens it; and the page on which a unit looks at itself."""

from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.inspections import checklists, records, regimes, selfchecks
from koban.duties.inspections.forms import ChecklistForm
from koban.duties.inspections.models import Draw, Finding, Inspection, Venue, Warned
from koban.duties.inspections.views.common import kind_label, today, told
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.flow.fields import Told
from koban.lib.errors import Absent

SALT, MAX_AGE = "koban.inspections.unit", 2 * 3600  # seconds in which the checklist is filled in
TRIES, MINUTES, MOST = 20, 15, 200
WRONG = _("No place has this code. Please compare it with the paper.")


def _show(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    station = here(request)
    around = {"station": station, "office_url": reverse("desk:public_home", args=[station.code])}
    return render(request, template, around | context, status=status)


def _open_venues(request: Request) -> QuerySet[Venue]:
    """Places of the kinds whose records the law opens."""
    found = regimes.regimes(here(request).pack, today(request))
    kinds = [kind for kind, row in found.items() if row.opens]
    rows: QuerySet[Venue] = Venue.objects.open().filter(kind__in=kinds)
    return rows.select_related("unit__address")


@require_safe
def listing(request: Request) -> HttpResponse:
    """Places with open records, the register of warnings, the draws of self-inspections."""
    station, on = here(request), today(request)
    warnings = Warned.objects.standing().select_related("venue__unit__address").order_by("-on")[:MOST]
    clauses = {row.opens for row in regimes.regimes(station.pack, on).values() if row.opens}
    shown = {
        "venues": [(row, kind_label(row.kind, station)) for row in _open_venues(request).order_by("unit__name")[:MOST]],
        "warnings": list(warnings), "draws": list(Draw.objects.order_by("-begun_at")[:8]), "on": on,
        "clauses": sorted(clauses), "now": timezone.now(),
    }  # fmt: skip
    return _show(request, "inspections/public/list.html", shown)


@require_safe
def place(request: Request, venue: UUID) -> HttpResponse:
    """The records of one place, and no more of each than the clause names."""
    station, row = here(request), _open_venues(request).filter(pk=venue).first()
    if row is None:
        raise Absent
    done = list(Inspection.objects.filter(venue=row, done_at__isnull=False).order_by("-done_at")[:20])
    findings: dict[Any, list[Finding]] = {one.pk: [] for one in done}
    for finding in Finding.objects.filter(inspection__in=done).select_related("hazard").order_by("id"):
        findings[finding.inspection_id].append(finding)
    regime = regimes.regime(row.kind, station.pack, today(request))
    shown = {
        "venue": row, "kind": kind_label(row.kind, station), "regime": regime, "on": today(request),
        "records": [_record(one, findings[one.pk], request) for one in done],
        "warnings": list(Warned.objects.filter(venue=row).order_by("-on")[:20]),
    }  # fmt: skip
    return _show(request, "inspections/public/place.html", shown)


def _record(row: Inspection, findings: list[Finding], request: Request) -> dict[str, Any]:
    station, language = here(request), get_language() or "en"
    opened = records.opened(row, station)
    return {
        "day": row.done_at if "day" in opened else None,
        "badges": ", ".join(row.badges) if "badges" in opened else "",
        "lines": records.lines(row, findings, station, language) if "points" in opened else [],
        "outcome": records.outcome(findings, language) if "outcome" in opened else "",
    }  # fmt: skip


# --- Self-inspection ---------------------------------------------------------------------------------------------


class CodeForm(forms.Form):
    code = Told(label=_("Code of the place"), limit=40, widget=forms.TextInput({"autocomplete": "off"}))


def code(request: Request) -> HttpResponseBase:
    """The code opens the checklist of its place, by POST alone. Every try counts."""
    form = CodeForm(request.POST if request.POST.get("code") is not None else None)
    if request.method == "POST" and "pass" in request.POST:
        return check(request)
    if request.method == "POST":
        throttle("inspections.code", source(request), limit=TRIES, minutes=MINUTES)
        if form.is_valid() and (row := _known(form)):
            return _sheet(request, row, None)
    return _show(request, "inspections/public/code.html", {"form": form}, 422 if form.errors else 200)


def _known(form: CodeForm) -> Venue | None:
    try:
        return selfchecks.by_code(form.cleaned_data["code"])
    except Absent:
        form.add_error("code", str(WRONG))
        return None


def _sheet(request: Request, row: Venue, form: ChecklistForm | None) -> HttpResponse:
    sheet = checklists.of_kind(row.kind, here(request), today(request))
    shown = {
        "venue": row, "form": form or ChecklistForm(sheet=sheet), "pass": signing.dumps(str(row.pk), salt=SALT),
        "kind": kind_label(row.kind, here(request)),
    }  # fmt: skip
    response = _show(request, "inspections/public/check.html", shown, 422 if form else 200)
    response["Cache-Control"] = "no-store"
    return response


@once
def check(request: Request) -> HttpResponse:
    """What a unit says of itself."""
    try:
        pk = signing.loads(request.POST.get("pass", ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        raise Absent from None
    row = Venue.objects.open().select_related("unit__address").get(pk=UUID(pk))
    form = ChecklistForm(request.POST, sheet=checklists.of_kind(row.kind, here(request), today(request)))
    if form.is_valid():
        with said_by(form):
            made = selfchecks.tell(row, form.answers(), station=here(request), **told(request))
            return _show(request, "inspections/public/thanks.html", {"venue": row, "check": made})
    return _sheet(request, row, form)
