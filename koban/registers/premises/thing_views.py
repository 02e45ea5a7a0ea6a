"""The pages of units, safety assets and beats."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.kernel.stations.models import Beat
from koban.lib import geo
from koban.registers.premises import beats, kinds, searching, tasks, unit_actions
from koban.registers.premises.forms import (
    AssetForm,
    BeatForm,
    EndForm,
    KindFilter,
    ResponsibleForm,
    UnitForm,
    corners_of,
)
from koban.registers.premises.models import Asset, Unit
from koban.registers.premises.views import FOUND, PAGE, beat_named, tabs, today, told

MOST_ON_MAP = 500


def _listed(request: Request, model: Any, find: Any, choices: Any, order: str) -> tuple[KindFilter, Any]:
    """The filter form and a page of what it leaves."""
    form = KindFilter(request.GET, choices=kinds.choices(choices))
    form.is_valid()
    words, kind = form.cleaned_data.get("q", ""), form.cleaned_data.get("kind", "")
    rows = (
        find(words, FOUND)
        if words
        else model.objects.current().select_related("address").order_by(order, "pk")
    )
    if kind:
        rows = [row for row in rows if row.kind == kind] if words else rows.filter(kind=kind)
    return form, Paginator(rows, PAGE).get_page(request.GET.get("page"))


@require_safe
def units(request: Request) -> HttpResponse:
    form, page = _listed(request, Unit, searching.units, kinds.UNITS, "name")
    shown = {
        "form": form,
        "page": _labelled(page),
        "tabs": tabs("units"),
        "may_change": may(request.actor.role, "premises.change"),
    }
    return render(request, "premises/units.html", shown)


def _labelled(page: Any) -> Any:
    """Rows with their kind in the reader's language."""
    for row in page:
        row.kind_said = spoken(row.kind_label)
    return page


@require_safe
def unit(request: Request, unit: UUID) -> HttpResponse:
    return _unit(request, get_object_or_404(Unit.objects.select_related("address"), pk=unit), {})


def _unit(request: Request, one: Unit, more: dict[str, Any], status: int = 200) -> HttpResponse:
    first = {
        name: getattr(one, name) for name in ("name", "name_en", "kind", "credit_code", "hours", "from_on")
    }
    shown = {
        "one": one, "kind": spoken(one.kind_label), "seen": one.digest(),
        "form": UnitForm(initial=first | {"address": one.address.label}), "who": ResponsibleForm(prefix="who"),
        "end": EndForm(initial={"on": today(request)}, prefix="end"),
        "may_change": may(request.actor.role, "premises.change") and one.to_on is None,
    }  # fmt: skip
    return render(request, "premises/unit.html", {**shown, **more}, status=status)


def _filled(one: Unit, data: dict[str, Any]) -> Unit:
    for name in ("name", "name_en", "kind", "credit_code", "address", "hours", "from_on"):
        setattr(one, name, data[name])
    return one


@once
def add_unit(request: Request) -> HttpResponse:
    form = UnitForm(request.POST or None, initial={"address": request.GET.get("at", "")})
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            made = unit_actions.open_unit(_filled(Unit(), form.cleaned_data), **told(request))
            return redirect("premises:unit", made.pk)
    return render(
        request, "premises/add_unit.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@require_POST
@once
def change_unit(request: Request, unit: UUID) -> HttpResponse:
    one = get_object_or_404(Unit.objects.select_related("address"), pk=unit)
    form = UnitForm(request.POST)
    if form.is_valid():
        with said_by(form):
            seen = request.POST.get("seen", "")
            unit_actions.change_unit(_filled(one, form.cleaned_data), seen=seen, **told(request))
            return redirect("premises:unit", one.pk)
    return _unit(request, one, {"form": form}, 422)


@require_POST
@once
def responsible(request: Request, unit: UUID) -> HttpResponse:
    """Somebody else answers for it. What was there is not shown: a look needs a matter."""
    one = get_object_or_404(Unit.objects.select_related("address"), pk=unit)
    form = ResponsibleForm(request.POST, prefix="who")
    if form.is_valid():
        who = unit_actions.Responsible(form.cleaned_data["responsible"], form.cleaned_data["phone"])
        unit_actions.name_responsible(one, who, **told(request))
        return redirect("premises:unit", one.pk)
    return _unit(request, one, {"who": form}, 422)


@require_POST
@once
def close_unit(request: Request, unit: UUID) -> HttpResponse:
    one = get_object_or_404(Unit.objects.select_related("address"), pk=unit)
    form = EndForm(request.POST, prefix="end")
    if form.is_valid():
        with said_by(form):
            unit_actions.close_unit(one, on=form.cleaned_data["on"], **told(request))
            return redirect("premises:unit", one.pk)
    return _unit(request, one, {"end": form}, 422)


# --- Safety assets ----------------------------------------------------------------------------------------------


@require_safe
def assets(request: Request) -> HttpResponse:
    form, page = _listed(request, Asset, searching.assets, kinds.ASSETS, "kind")
    shown = {
        "form": form, "page": _labelled(page), "tabs": tabs("assets"), "station": here(request),
        "may_change": may(request.actor.role, "premises.change"),
    }  # fmt: skip
    return render(request, "premises/assets.html", shown)


TONES = {"working": "green", "faulty": "red", "out_of_use": "grey"}


@require_safe
def asset_map(request: Request) -> JsonResponse:
    """Safety assets as pins, at most five hundred: those that do not work first."""
    rows = Asset.objects.current().order_by("state", "kind", "code")[:MOST_ON_MAP]
    return JsonResponse({"type": "FeatureCollection", "features": [_pin(row) for row in rows]})


def _pin(row: Asset) -> dict[str, Any]:
    kind = kinds.ASSETS.get(row.kind)
    told = {
        "id": str(row.pk), "title": f"{spoken(row.kind_label)} {row.code} · {row.get_state_display()}",
        "tone": TONES[row.state], "icon": kind.icon if kind else "map-pin", "url": reverse("premises:asset", args=[row.pk]),
    }  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": told,
    }


ASSET_FIELDS = ("kind", "code", "name", "owner", "state", "lon", "lat")


@once
def asset(request: Request, asset: UUID) -> HttpResponse:
    one = get_object_or_404(Asset, pk=asset)
    first = {name: getattr(one, name) for name in ASSET_FIELDS} | {"datum": "wgs84"}
    return _asset(request, one, AssetForm(request.POST or None, initial=first), {"seen": one.digest()})


@once
def add_asset(request: Request) -> HttpResponse:
    return _asset(request, Asset(lon=0, lat=0), AssetForm(request.POST or None), {})


def _asset(request: Request, one: Asset, form: AssetForm, more: dict[str, Any]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            return redirect("premises:asset", _stored(request, one, form.cleaned_data).pk)
    shown = {"one": one, "form": form, "station": here(request), "kind": spoken(one.kind_label), **more}
    return render(request, "premises/asset.html", shown, status=422 if request.method == "POST" else 200)


def _stored(request: Request, one: Asset, data: dict[str, Any]) -> Asset:
    for name in ("kind", "code", "name", "owner", "state"):
        setattr(one, name, data[name])
    point: geo.Point = data["point"]
    one.lon, one.lat, one.beat = point.lon, point.lat, beats.Beats.read().of(point)
    if one._state.adding:
        return unit_actions.add_asset(one, **told(request))
    return unit_actions.change_asset(one, seen=request.POST.get("seen", ""), **told(request))


# --- Beats ------------------------------------------------------------------------------------------------------


@once
def beat(request: Request, code: str) -> HttpResponse:
    one = beat_named(code)
    first = {
        "code": one.code,
        "name": one.name,
        "name_en": one.name_en,
        "corners": corners_of(one),
        "datum": "wgs84",
    }
    return _beat(request, one, BeatForm(request.POST or None, initial=first), one.digest())


@once
def add_beat(request: Request) -> HttpResponse:
    return _beat(request, Beat(polygon=[]), BeatForm(request.POST or None), "")


def _beat(request: Request, one: Beat, form: BeatForm, seen: str) -> HttpResponse:
    """Draw a border; its addresses are given anew in the background."""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        one.code = one.code or data["code"]
        one.name, one.name_en = data["name"], data["name_en"]
        with said_by(form):
            beats.draw(one, data["ring"], seen=request.POST.get("seen", "") if seen else "", **told(request))
            tasks.assign_beats.enqueue(tasks.told(request.actor))
            return redirect("premises:beats")
    shown = {"one": one, "form": form, "seen": seen, "station": here(request)}
    return render(request, "premises/beat.html", shown, status=422 if request.method == "POST" else 200)


@require_safe
def beat_map(request: Request) -> JsonResponse:
    """The borders, for the map of the beats."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": row.polygon},
            "properties": {"title": row.name},
        }
        for row in Beat.objects.order_by("code")
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
