"""The front: which office, what it offers, and whether somebody is in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from koban.desk.models import Bulletin
from koban.kernel import stations
from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station
from koban.registers.roster import queries as roster
from koban.registers.roster.queries import Door

HOURS_SHOWN = timedelta(hours=24)
OFFICE = "koban_office"
ON_THE_DOOR = 2  # notices on the start page; all of them are one press away


def office_of(request: Request) -> Station:
    """The office that the address names, also while the work goes past it."""
    found: Station | None = request.__dict__.get(OFFICE, request.station)
    assert found is not None  # noqa: S101  # `route` has opened it
    return found


def posts_at(request: Request, body: Station) -> None:
    """From now on the request writes at `body`, its key of sending too; the pages stay those of the office."""
    request.__dict__[OFFICE] = office_of(request)
    request.station = body


def show(
    request: Request, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the office, with what its layout asks for."""
    station = office_of(request)
    around = {"station": station, "office_url": reverse("desk:public_home", args=[station.code])}
    return render(request, template, around | (context or {}), status=status)


def offices() -> list[Station]:
    return list(Station.objects.filter(kind=Station.Kind.OFFICE).order_by("path"))


def only_office() -> Station | None:
    """The office that the house shows at "/": the one in KOBAN_OFFICE, or the only one there is."""
    if settings.KOBAN_OFFICE:
        return Station.objects.filter(kind=Station.Kind.OFFICE, code=settings.KOBAN_OFFICE).first()
    found = offices()
    return found[0] if len(found) == 1 else None


@require_safe
def choose(request: Request) -> HttpResponseBase:
    """ "/": straight to the office where there is one, else all of them with their signs."""
    if office := only_office():
        return redirect("desk:public_home", office.code)
    now = timezone.now()
    shown = [(office, door(office, now)) for office in offices()]
    return render(request, "desk/public/choose.html", {"offices": shown, "now": now})


def door(office: Station, now: datetime) -> Door:
    with stations.scope(office.pk):
        return roster.someone_is_in(office, now)


def sign(request: Request, now: datetime) -> dict[str, Any]:
    """What the sign needs: somebody is in or not, and until or from when."""
    found = roster.someone_is_in(office_of(request), now)
    return {"door": found, "present": found.is_in, "now": now}


@require_safe
def home(request: Request) -> HttpResponse:
    board = Bulletin.objects.shown(timezone.localdate())[:ON_THE_DOOR]
    return show(request, "desk/public/home.html", sign(request, timezone.now()) | {"board": board})


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the next hours in which somebody is in, or nobody."""

    starts_at: datetime
    ends_at: datetime
    is_in: bool


def stretches(station: Station, now: datetime) -> list[Stretch]:
    """The next day as the door shows it: only whether somebody is in, never how many or who."""
    found: list[Stretch] = []
    for interval in roster.coverage_72h(station, now):
        is_in, end = bool(interval.on_duty), min(interval.ends_at, now + HOURS_SHOWN)
        if interval.starts_at >= end:
            break
        if found and found[-1].is_in == is_in:
            found[-1] = Stretch(found[-1].starts_at, end, is_in)
        else:
            found.append(Stretch(interval.starts_at, end, is_in))
    return found


@require_safe
def sign_page(request: Request) -> HttpResponse:
    """The display at the door: readable from across the street, fresh every minute."""
    now = timezone.now()
    shown = sign(request, now) | {"stretches": stretches(office_of(request), now)}
    return show(request, "desk/public/in.html", shown)
