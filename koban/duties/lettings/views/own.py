"""The landlord's and the tenant's own pages: what they let, whom to, what they owe, and how to say that it is wrong."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.lettings import actions, papers, queries
from koban.duties.lettings.forms import (
    SignForm,
    UnitForm,
)
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import own
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import own as named
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import Landlord, LetUnit, Tenancy
from koban.registers.residents.handles import Person

View = Callable[..., HttpResponseBase]
PHOTOS, MOST = "photos", 5


def both(get: View, post: View) -> View:
    """One address: shown by `get`, written by `post`."""

    def view(request: Request, **kwargs: Any) -> HttpResponseBase:
        return post(request, **kwargs) if request.method == "POST" else get(request, **kwargs)

    return view


@require_safe
@own.with_person
def home(request: Request, person: Person, station: Station) -> HttpResponse:
    """What I let, what I rent, and what waits."""
    now = timezone.now()
    today, landlord = actions.day_of(now, station), lets.landlord_of(person.pk)
    shown = _let(request, landlord, now, station) if landlord else {}
    rents = [row for row in lets.tenancies_of_person(person.pk) if row.void_at is None]
    context = {"landlord": landlord, "rents": rents, "today": today, "mine": queries.of_person(person.pk)}
    return own.show(request, "lettings/own/home.html", context | shown)


def _let(request: Request, landlord: Landlord, now: datetime, station: Station) -> dict[str, Any]:
    """A landlord's units with their tenants' names, which are a page of the ledger before they are shown."""
    today = actions.day_of(now, station)
    letter, units = lets.letter_on(landlord, today), lets.units_of(landlord)
    tenancies = lets.tenancies_of(units)
    rows = [row for unit in units for row in tenancies[unit.pk]]
    names = named.names(landlord, rows, by=request.actor, at=now)
    shown = [_Unit(unit, tenancies[unit.pk], names, letter, today, station) for unit in units]
    return {"units": shown, "letter": letter, "is_due": letter is None}


class _Unit:
    """One unit as its landlord sees it."""

    def __init__(
        self,
        unit: LetUnit,
        rows: list[Tenancy],
        names: dict[UUID, str],
        letter: Any,
        today: date,
        station: Station,
    ) -> None:
        self.unit = unit
        self.running = [(row, names.get(row.pk, "")) for row in rows if row.to_on is None]
        self.ended = [row for row in rows if row.to_on is not None][:5]
        seen: Any = unit
        seen.letter_to = letter.to_on if letter else None
        self.lacks = queries.lacking(seen, today, station) if unit.to_on is None else ()
        self.due = "check" in self.lacks


def landlord_of(person: Person) -> Landlord:
    found = lets.landlord_of(person.pk)
    if found is None:
        raise Absent
    return found


def unit_of(person: Person, pk: UUID) -> LetUnit:
    unit = lets.unit_of(landlord_of(person), pk)
    if unit.to_on is not None:
        raise Absent
    return unit


def done(request: Request, station: Station, said: Any) -> HttpResponse:
    messages.success(request, str(said))
    return redirect("lettings:own", station.code)


# --- A unit ---------------------------------------------------------------------------------------------------


@own.with_person
def unit_page(request: Request, person: Person, station: Station) -> HttpResponse:
    return own.show(request, "lettings/own/unit.html", {"form": UnitForm()})


@own.written
def unit_add(request: Request, person: Person, station: Station) -> HttpResponse:
    form = UnitForm(request.POST)
    if form.is_valid():
        with said_by(form):
            told = form.cleaned_data
            actions.file_unit(person.pk, told["found"], told["part"], station=station, **by_now(request))
    if form.errors:
        return own.show(request, "lettings/own/unit.html", {"form": form}, status=422)
    if lets.letter_on(landlord_of(person), actions.day_of(timezone.now(), station)) is None:
        return redirect("lettings:own-letter", station.code)
    return done(request, station, _("Your unit is with the office. You can register tenants at once."))


@own.with_person
def close_page(request: Request, person: Person, station: Station, unit: UUID) -> HttpResponse:
    return own.show(request, "lettings/own/close.html", {"unit": unit_of(person, unit)})


@own.written
def close_unit(request: Request, person: Person, station: Station, unit: UUID) -> HttpResponse:
    row, now = unit_of(person, unit), timezone.now()
    rentals.close_unit(row, on=actions.day_of(now, station), by=request.actor, at=now)
    return done(request, station, _("The unit is no longer on your list of let units."))


# --- The letter -----------------------------------------------------------------------------------------------


@own.with_person
def letter_page(request: Request, person: Person, station: Station) -> HttpResponse:
    return _letter(request, person, station, SignForm)


def _letter(
    request: Request, person: Person, station: Station, make: Callable[..., Any], status: int = 200
) -> HttpResponse:
    today = actions.day_of(timezone.now(), station)
    read = papers.newest().read(get_language() or "zh-hans", queries.letter_terms(station, today))
    form = make(initial={"version": read.version})
    signed = list(landlord_of(person).letters.order_by("-signed_at")[:10])
    shown = {"read": read, "form": form, "signed": signed, "today": today}
    return own.show(request, "lettings/own/letter.html", shown, status=status)


@own.written
def letter_sign(request: Request, person: Person, station: Station) -> HttpResponse:
    form = SignForm(request.POST)
    if form.is_valid():
        with said_by(form):
            actions.sign_letter(
                landlord_of(person), get_language() or "zh-hans", version=form.cleaned_data["version"],
                station=station, **by_now(request),
            )  # fmt: skip
    if form.errors:
        return _letter(request, person, station, lambda initial: form, 422)
    messages.success(request, str(_("Signed. The receipt stands below; you can print it.")))
    return redirect("lettings:own-letter", station.code)


def by_now(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}
