"""The pages of the register of places: addresses and what is inside them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.kernel.jobs import progress
from koban.kernel.stations.models import Beat
from koban.lib import geo
from koban.lib.places import divisions
from koban.registers.premises import actions, beats, exporting, hanging, queries, searching, tasks
from koban.registers.premises.forms import (
    EndForm,
    FilterForm,
    MergeForm,
    NameForm,
    PartsForm,
    PointForm,
    SplitForm,
    address_of,
    split_of,
)
from koban.registers.premises.models import Address, Succession

PAGE, FOUND, INSIDE = 50, 50, 200
TABS = (
    ("list", _("Addresses")), ("streets", _("Streets")), ("units", _("Units")),
    ("assets", _("Safety assets")), ("beats", _("Beats")),
)  # fmt: skip


def tabs(active: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(f"premises:{key}"), "active": key == active} for key, label in TABS
    ]


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def today(request: Request) -> date:
    return timezone.now().astimezone(ZoneInfo(here(request).tz)).date()


@require_safe
def listing(request: Request) -> HttpResponse:
    form = FilterForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    doors = Address.objects.current().doors().select_related("beat").order_by("label")
    rows: Any = searching.addresses(words, FOUND) if words else doors
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {
        "form": form,
        "page": page,
        "tabs": tabs("list"),
        "may_change": may(request.actor.role, "premises.change"),
        "may_export": may(request.actor.role, "premises.export"),
    }
    return render(request, "premises/list.html", shown)


@require_safe
def export(request: Request) -> StreamingHttpResponse:
    """The whole register as one sheet."""
    rows = exporting.export(**told(request))
    language = get_language() or "en"
    response = StreamingHttpResponse(exporting.lines(rows, language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="places-{today(request)}.csv"'
    return response


@require_safe
def address(request: Request, address: UUID) -> HttpResponse:
    return _address(request, get_object_or_404(_whole(), pk=address), {})


def _whole() -> Any:
    return Address.objects.select_related("street", "beat", "parent", "building")


def _address(request: Request, one: Address, more: dict[str, Any], status: int = 200) -> HttpResponse:
    role, day = request.actor.role, today(request)
    at = {"lon": one.lon, "lat": one.lat, "datum": "wgs84"}
    above = {
        "street": one.street_id,
        "door": one.door,
        "block": one.block,
        "unit": one.unit,
        "floor": one.floor,
    }
    shown = {
        "one": one, "inside": one.inside.filter(to_on=None).order_by("label")[:INSIDE],
        "units": one.units.filter(to_on=None).order_by("name"), "former": one.former_names.order_by("-to_on"),
        "after": Succession.objects.filter(old=one).select_related("new").order_by("on"),
        "before": Succession.objects.filter(new=one).select_related("old").order_by("on"),
        "division": " ".join(divisions.path(one.street.division)), "counts": hanging.counts(one), "seen": one.digest(),
        "may_change": may(role, "premises.change") and one.to_on is None,
        "may_order": may(role, "premises.order") and one.to_on is None,
        "point": PointForm(initial=at), "add": PartsForm(initial=at | above, prefix="in"),
        "rename": NameForm(initial={"label": one.label, "label_en": one.label_en, "on": day}),
        "merge": MergeForm(initial={"on": day}, prefix="merge"), "end": EndForm(initial={"on": day}, prefix="end"),
        "split": SplitForm(initial={"on": day}, prefix="split"),
    }  # fmt: skip
    return render(request, "premises/address.html", {**shown, **more}, status=status)


# key of a step: (form, prefix, what the valid form does).
Act = Callable[[Request, Address, dict[str, Any], str], Address]
STEPS: dict[str, tuple[type[forms.Form], str, Act]] = {
    "point": (PointForm, "", lambda r, a, d, s: actions.move_point(a, d["point"], seen=s, **told(r))),
    "rename": (
        NameForm,
        "",
        lambda r, a, d, s: actions.rename(a, d["label"], d["label_en"], on=d["on"], seen=s, **told(r)),
    ),
    "end": (EndForm, "end", lambda r, a, d, s: actions.end(a, on=d["on"], seen=s, **told(r))),
    "merge": (
        MergeForm,
        "merge",
        lambda r, a, d, s: actions.merge([a, d["into"]], d["into"], on=d["on"], **told(r)),
    ),
}
RIGHTS = {"point": "premises.change"}


@require_POST
@once
def change(request: Request, address: UUID, key: str) -> HttpResponse:
    """Move, rename, end or merge an address."""
    one = get_object_or_404(_whole(), pk=address)
    form_class, prefix, act = STEPS[key]
    form = form_class(request.POST, prefix=prefix or None)
    if form.is_valid():
        with said_by(form):
            after = act(request, one, form.cleaned_data, request.POST.get("seen", ""))
            return redirect("premises:address", after.pk)
    return _address(request, one, {key: form, "opened": key}, 422)


@once
def add(request: Request) -> HttpResponse:
    """A new door, or whatever else stands in no other."""
    form = PartsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            return redirect("premises:address", _added(request, address_of(form)).pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "premises/add.html", {"form": form, "station": here(request)}, status=status)


@require_POST
@once
def add_inside(request: Request, address: UUID) -> HttpResponse:
    one = get_object_or_404(_whole(), pk=address)
    form = PartsForm(request.POST, prefix="in")
    if form.is_valid():
        with said_by(form):
            return redirect("premises:address", _added(request, address_of(form, one)).pk)
    return _address(request, one, {"add": form, "opened": "add"}, 422)


@require_POST
@once
def split(request: Request, address: UUID) -> HttpResponse:
    """One address becomes several; all stand at its place until they are moved."""
    one = get_object_or_404(_whole(), pk=address)
    form = SplitForm(request.POST, prefix="split")
    if form.is_valid():
        with said_by(form):
            into = split_of(one, form.cleaned_data["numbers"])
            made = actions.split(one, into, on=form.cleaned_data["on"], **told(request))
            return redirect("premises:address", made[0].pk)
    return _address(request, one, {"split": form, "opened": "split"}, 422)


def _added(request: Request, row: Address) -> Address:
    row.beat = beats.Beats.read().of(geo.Point(row.lon, row.lat))
    return actions.add(row, **told(request))


@require_safe
def map_of_beats(request: Request) -> HttpResponse:
    """Beats and what stands in them: a table, and the same on a map."""
    rows = queries.beats_with_counts()
    shown = {
        "rows": rows,
        "tabs": tabs("beats"),
        "faults": [spoken(fault) for fault in beats.faults()],
        "station": here(request),
        "job": progress.newest(tasks.ASSIGN, here(request).pk, timezone.now()),
    }
    return render(request, "premises/beats.html", shown)


@require_safe
def beats_progress(request: Request) -> HttpResponse:
    """How far the addresses have their beats; the page is drawn anew when they have."""
    job = progress.newest(tasks.ASSIGN, here(request).pk, timezone.now())
    response = render(request, "premises/progress.html", {"job": job})
    if job is None or job.finished or job.failed:
        response["HX-Refresh"] = "true"
    return response


def beat_named(code: str) -> Beat:
    found: Beat = get_object_or_404(Beat, code=code)
    return found
