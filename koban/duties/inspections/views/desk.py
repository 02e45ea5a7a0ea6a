"""The list of inspections, one of them, its steps, and the checklist on the spot."""

import base64
import binascii
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.inspections import checklists, planning, queries, recording, regimes, rules, submitting
from koban.duties.inspections.flow import FLOW
from koban.duties.inspections.forms import DayForm, FailedForm, ListForm, RecordForm, WishForm, WordsForm
from koban.duties.inspections.models import Finding, Inspection
from koban.duties.inspections.views.common import kind_label, today, told
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.files import intake, uploads
from koban.kernel.files.models import Attachment
from koban.lib.errors import Absent, Refused
from koban.matters import actions as matters
from koban.matters import attached, deadlines
from koban.matters.looks import holds
from koban.matters.models import Matter
from koban.matters.places import Place

PAGE, MOST_LISTED, MOST_PHOTOS = 50, 1000, 40
WHY = dict(Inspection.Why.choices)
TONES = {"grave": "red", "serious": "amber", "minor": "grey"}


@require_GET
def listing(request: Request) -> HttpResponse:
    station = here(request)
    form = ListForm(request.GET, station=station, today=today(request))
    page = Paginator(queries.listed(form.wanted())[:MOST_LISTED], PAGE).get_page(request.GET.get("page"))
    found = queries.inspections_of(page)
    for row in list[Any](page):
        row.inspection, row.state_said = found[row.pk], FLOW.state(row.state)
        row.kind_said, row.why_said = kind_label(row.type, station), WHY.get(row.inspection.why)
    return render(request, "inspections/list.html", {"form": form, "page": page, "now": timezone.now()})


@once
def new(request: Request) -> HttpResponse:
    """A home, a site, a place without a file; or a complaint about one."""
    station, on = here(request), today(request)
    form = WishForm(request.POST or None, station=station, on=on)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            wish = planning.Wish(data["kind"], data["why"], Place.at(data["place"]), None, data["words"])
            matter = planning.ask(wish, station=station, **told(request))
            return redirect("inspections:detail", matter.year, matter.number)
    return render(request, "inspections/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return _detail(request, queries.numbered(year, number), {})


def _detail(
    request: Request, matter: Matter, failed: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    station, sheet = here(request), queries.sheet(matter)
    row = sheet.inspection
    shown = {
        "matter": matter, "sheet": sheet, "inspection": row, "station": station, "now": timezone.now(),
        "state": FLOW.state(matter.state), "kind": kind_label(row.kind, station), "why": WHY.get(row.why),
        "steps": _steps(request, matter, failed, sheet.findings), "points": _points(row, sheet.findings, today(request), request),
        "terms": [term for term in deadlines.terms(matter, station) if term.met_at is None and matter.is_open],
        "may_record": matter.state == "planned" and may(request.actor.role, "inspections.record"),
        "holds": holds(request.actor, matter.pk), "files": _files(matter),
        "grounds": regimes.newest(row.kind, station.pack),
    }  # fmt: skip
    return render(request, "inspections/detail.html", shown, status=status)


def _points(row: Inspection, findings: list[Finding], on: date, request: Request) -> list[dict[str, Any]]:
    """What was answered, point by point, with the finding it became."""
    if row.done_at is None:
        return []
    by_item, language = {one.item: one for one in findings}, get_language() or "en"
    sheet = checklists.of_inspection(row, here(request), queries.day_of(row.done_at, here(request)))
    said = {rules.YES: _("in order"), rules.NO: _("not in order"), rules.NONE: _("does not apply")}
    return [
        {
            "label": item.words.said(language), "clause": sheet.clauses[item.key], "finding": by_item.get(item.key),
            "said": said.get(row.answers.get(item.key, {}).get("said", "")), "tone": TONES[item.severity],
            "value": row.answers.get(item.key, {}).get("value"), "measure": item.measure,
        }
        for item in sheet.items
    ]  # fmt: skip


def _files(matter: Matter) -> list[dict[str, Any]]:
    rows = Attachment.objects.of_matter(matter.pk)

    def link(row: Attachment, form: str) -> str:
        return reverse("inspections:file", args=[matter.year, matter.number, row.pk, form])

    return [
        {
            "url": link(row, "view"), "name": row.get_kind_display(), "sha256": row.sha256,
            "thumb": link(row, "thumb") if row.kind == "photo" else "",
        }
        for row in rows
    ]  # fmt: skip


MAKERS: dict[str, Callable[[Any], forms.Form]] = {
    "day": lambda data: DayForm(data, auto_id="day_%s"),
    "failed": lambda data: FailedForm(data, auto_id="failed_%s"),
    "cancel": lambda data: WordsForm(data, auto_id="cancel_%s"),
    "reopen": lambda data: WordsForm(data, auto_id="reopen_%s"),
    "again": lambda data: DayForm(data, auto_id="again_%s"),
    "finish": forms.Form,
    "hold": forms.Form,
}
LABELS = {
    "day": _("Set the day"), "failed": _("Could not inspect"), "cancel": _("Cancel"), "reopen": _("Open again"),
    "again": _("Plan the re-inspection"), "finish": _("Everything is corrected"),
}  # fmt: skip
BY_STATE = {
    "asked": ("day", "cancel"), "planned": ("failed", "day", "cancel"), "following": ("again", "finish"),
    "cancelled": ("reopen",), "finished": (),
}  # fmt: skip
RIGHTS = {"failed": "inspections.failed", "finish": "inspections.record"}


def _steps(
    request: Request, matter: Matter, failed: dict[str, forms.Form], findings: list[Finding]
) -> list[Any]:
    """Steps of this state that the role may take: key, label, whether a press is enough, form."""
    keys = [k for k in BY_STATE[matter.state] if may(request.actor.role, RIGHTS.get(k, "inspections.plan"))]
    if any(finding.is_open for finding in findings):
        keys = [key for key in keys if key != "finish"]
    return [(key, LABELS[key], key == "finish", failed.get(key) or MAKERS[key](None)) for key in keys]


def _again(request: Request, matter: Matter, form: Any) -> object:
    row = queries.inspection(matter)
    place = Place(matter.place, matter.address, matter.lon, matter.lat)
    wish = planning.Wish(row.kind, Inspection.Why.AGAIN, place, row.venue, again=row)
    return planning.plan(wish, form.cleaned_data["on"], station=here(request), **told(request))


ACTS: dict[str, Callable[..., object]] = {
    "day": lambda r, m, f: planning.set_day(m, f.cleaned_data["on"], station=here(r), **told(r)),
    "failed": lambda r, m, f: planning.failed(m, f.cleaned_data["why"], station=here(r), **told(r)),
    "cancel": lambda r, m, f: planning.cancel(m, f.cleaned_data["text"], **told(r)),
    "reopen": lambda r, m, f: planning.reopen(m, f.cleaned_data["text"], **told(r)),
    "again": _again,
    "finish": lambda r, m, f: recording.finish(m, station=here(r), **told(r)),
    "hold": lambda r, m, f: matters.hold(m, r.actor.post_id, **told(r)),
}


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of an inspection."""
    if key not in MAKERS:
        raise Absent
    matter, form = queries.numbered(year, number), MAKERS[key](request.POST)
    if form.is_valid():
        with said_by(form):
            ACTS[key](request, matter, form)
            messages.success(request, _("Done."))
            return redirect("inspections:detail", year, number)
    return _detail(request, matter, {key: form}, 422)


# --- On the spot -------------------------------------------------------------------------------------------------


def record(request: Request, year: int, number: int) -> HttpResponseBase:
    """The checklist. Pictures are taken in before the transaction begins."""
    names = [name for name in request.FILES if name.startswith("photo_")][:MOST_PHOTOS]
    view: Callable[..., HttpResponseBase] = _record
    for name in names:
        view = uploads.taken_first(name, kinds=["photo"], most=1)(view)
    request.__dict__["signature_taken"] = _signature(request)
    return view(request, year, number)


def _signature(request: Request) -> intake.Taken | None:
    """The drawing of a signature, sent as a PNG in a field. Raises Refused for what is none."""
    sent = request.POST.get("signature", "")
    if not sent:
        return None
    head, _comma, body = sent.partition(",")
    try:
        if head != "data:image/png;base64":
            raise ValueError
        content = base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error):
        raise Refused(_("The signature could not be read. Sign once more.")) from None
    return intake.take(SimpleUploadedFile("signature.png", content, "image/png"), kinds=["photo"])


@once
def _record(request: Request, year: int, number: int) -> HttpResponse:
    matter, station = queries.numbered(year, number), here(request)
    row = queries.inspection(matter)
    regime = regimes.newest(row.kind, station.pack)
    sheet = checklists.of_inspection(row, station, today(request))
    form = RecordForm(
        request.POST or None, request.FILES or None, sheet=sheet, is_home=bool(regime and regime.is_home)
    )
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            recording.record(matter, _told(request, matter, form), station=station, **told(request))
            messages.success(request, _("Recorded."))
            return redirect("inspections:detail", year, number)
    shown = {
        "matter": matter, "inspection": row, "form": form, "kind": kind_label(row.kind, station), "station": station,
        "regime": regime,
    }  # fmt: skip
    return render(request, "inspections/record.html", shown, status=422 if form.errors else 200)


def _told(request: Request, matter: Matter, form: RecordForm) -> recording.Record:
    data, photos = form.cleaned_data, {}
    for item in form.sheet.items:
        if f"photo_{item.key}" in request.FILES:
            taken = uploads.taken(request, f"photo_{item.key}")[0]
            photos[item.key] = intake.attach(taken, matter_id=matter.pk, **told(request)).pk
    drawn = request.__dict__["signature_taken"]
    signature = intake.attach(drawn, matter_id=matter.pk, **told(request)).pk if drawn else None
    crew = rules.Crew(data["officers"], data["auxiliaries"] or 0)
    return recording.Record(
        form.answers(), crew, data["theirs"], data["showed_card"], [request.actor.label, *form.badges()],
        data.get("ground", ""), data["text"], photos, signature,
    )  # fmt: skip


@require_GET
def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """Hand a file out; all but the small picture is a look and stands in the ledger first."""
    matter = queries.numbered(year, number)
    row = queries.inspection(matter)
    found = Attachment.objects.filter(pk=attachment).first()
    photos = {finding.photo_id for finding in queries.findings_of(row)}
    if found is None or not submitting.may_open(found, row, photos):
        raise Absent
    return attached.opened(request, found, form, under=matter.pk, forms=attached.SHOWN)
