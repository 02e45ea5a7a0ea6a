"""Tenants and self-checks on the own pages: who moves in, who has left, what is in order; and what a tenant objects to."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings import actions, deciding, papers, queries
from koban.duties.lettings.forms import CheckForm, EndForm, ProlongForm, TenantForm, WordsForm
from koban.duties.lettings.views.own import by_now, done, landlord_of, unit_of
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request
from koban.kernel.files import intake, uploads
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import own
from koban.matters.models import Matter, Referral
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import LetUnit, Tenancy
from koban.registers.residents.handles import Person

PHOTOS, MOST = "photos", 5


def _running(person: Person, pk: UUID) -> Tenancy:
    """A running letting of this landlord. Raises Absent for another's, as for none."""
    found: Tenancy | None = (
        Tenancy.objects.running().select_related("unit__address", "residence").filter(pk=pk).first()
    )
    if found is None or found.unit.landlord_id != landlord_of(person).pk:
        raise Absent
    return found


# --- Tenants --------------------------------------------------------------------------------------------------


def _tenant_form(request: Request, person: Person, station: Station, unit: LetUnit, data: Any) -> TenantForm:
    rows = [
        row for row in lets.tenancies_of([unit])[unit.pk] if row.to_on is None and row.sublet_of_id is None
    ]
    return TenantForm(data, today=actions.day_of(timezone.now(), station), running=rows)


@own.with_person
def tenant_page(request: Request, person: Person, station: Station, unit: UUID) -> HttpResponse:
    row = unit_of(person, unit)
    form = _tenant_form(request, person, station, row, None)
    return own.show(request, "lettings/own/tenant.html", {"form": form, "unit": row})


@uploads.taken_first(PHOTOS, kinds=["photo"], most=MOST)
@own.written
def tenant_add(request: Request, person: Person, station: Station, unit: UUID) -> HttpResponse:
    row = unit_of(person, unit)
    form = _tenant_form(request, person, station, row, request.POST)
    if form.is_valid():
        with said_by(form):
            photos = uploads.taken(request, PHOTOS)
            matter = actions.register_tenant(
                row, form.tenant(), source="landlord", station=station, **by_now(request)
            )
            _attach(request, _whose(matter), photos)
    if form.errors:
        return own.show(request, "lettings/own/tenant.html", {"form": form, "unit": row}, status=422)
    return done(request, station, _("Registered. The office confirms it; please tell your tenant."))


def _whose(matter: Matter) -> Any:
    """The matter in which somebody reads a photo of the document: that of the registration, where there is one."""
    passed = Referral.objects.filter(matter=matter, result__isnull=False).order_by("-at").first()
    return passed.result_id if passed else matter.pk


def _attach(request: Request, matter_id: Any, photos: list[intake.Taken]) -> None:
    for photo in photos:
        intake.attach(photo, matter_id=matter_id, **by_now(request))


@own.with_person
def end_page(request: Request, person: Person, station: Station, tenancy: UUID) -> HttpResponse:
    return _ending(request, person, station, tenancy)


def _ending(
    request: Request, person: Person, station: Station, tenancy: UUID, status: int = 200, **forms: Any
) -> HttpResponse:
    row = _running(person, tenancy)
    today = actions.day_of(timezone.now(), station)
    shown = {
        "tenancy": row,
        "form": EndForm(initial={"on": today}),
        "longer": ProlongForm(initial={"ends_on": row.ends_on}),
    }
    return own.show(request, "lettings/own/end.html", shown | forms, status=status)


@own.written
def end(request: Request, person: Person, station: Station, tenancy: UUID) -> HttpResponse:
    row, form = _running(person, tenancy), EndForm(request.POST)
    if form.is_valid():
        with said_by(form):
            actions.end_tenancy(row, form.cleaned_data["on"], station=station, **by_now(request))
    if form.errors:
        return _ending(request, person, station, tenancy, 422, form=form)
    return done(request, station, _("The end is with the office. The registration here has ended as well."))


@own.written
def prolong(request: Request, person: Person, station: Station, tenancy: UUID) -> HttpResponse:
    row, form = _running(person, tenancy), ProlongForm(request.POST)
    if form.is_valid():
        with said_by(form):
            rentals.prolong(row, ends_on=form.cleaned_data["ends_on"], **by_now(request))
    if form.errors:
        return _ending(request, person, station, tenancy, 422, longer=form)
    return done(request, station, _("The agreed end was changed."))


# --- Self-check -----------------------------------------------------------------------------------------------


@own.with_person
def check_page(request: Request, person: Person, station: Station, unit: UUID) -> HttpResponse:
    shown = {"form": CheckForm(), "unit": unit_of(person, unit), "items": papers.checklist()}
    return own.show(request, "lettings/own/check.html", shown)


@uploads.taken_first(PHOTOS, kinds=["photo"], most=MOST)
@own.written
def check(request: Request, person: Person, station: Station, unit: UUID) -> HttpResponse:
    row, form = unit_of(person, unit), CheckForm(request.POST)
    found: Matter | None = None
    if form.is_valid():
        with said_by(form):
            photos = uploads.taken(request, PHOTOS)
            found = actions.check(row, form.answers(), station=station, **by_now(request))
            _attach(request, found.pk if found else row.pk, photos if found else [])
    if form.errors:
        shown = {"form": form, "unit": row, "items": papers.checklist()}
        return own.show(request, "lettings/own/check.html", shown, status=422)
    return done(request, station, _FOUND if found else _("All in order. Thank you."))


_FOUND = _("The office has your check and looks at what you found. Please mend it as soon as you can.")


# --- A tenant says that it is wrong; a landlord tells what was missing -------------------------------------------


@own.with_person
def wrong_page(request: Request, person: Person, station: Station, tenancy: UUID) -> HttpResponse:
    shown = {"form": _wrong_form(), "tenancy": _rented(person, tenancy)}
    return own.show(request, "lettings/own/wrong.html", shown)


def _wrong_form(data: Any = None) -> WordsForm:
    return WordsForm(data, label=_("What is wrong?"))


def _rented(person: Person, pk: UUID) -> Tenancy:
    found = next((row for row in lets.tenancies_of_person(person.pk) if row.pk == pk), None)
    if found is None or found.void_at is not None:
        raise Absent
    return found


@own.written
def wrong(request: Request, person: Person, station: Station, tenancy: UUID) -> HttpResponse:
    row, form = _rented(person, tenancy), _wrong_form(request.POST)
    if form.is_valid():
        with said_by(form):
            actions.object_to(
                row, form.cleaned_data["text"], person_id=row.person_id, station=station, **by_now(request)
            )
    if form.errors:
        return own.show(request, "lettings/own/wrong.html", {"form": form, "tenancy": row}, status=422)
    return done(request, station, _("The office looks at it and answers you here."))


def _own_matter(person: Person, pk: UUID) -> Matter:
    found = next((matter for matter in queries.of_person(person.pk) if matter.pk == pk), None)
    if found is None:
        raise Absent
    return found


@own.with_person
def matter_page(request: Request, person: Person, station: Station, matter: UUID) -> HttpResponse:
    return _story(request, _own_matter(person, matter), WordsForm(label=_("What was missing")))


def _story(request: Request, matter: Matter, form: WordsForm, status: int = 200) -> HttpResponse:
    shown = {"sheet": queries.sheet(matter), "matter": matter, "form": form}
    return own.show(request, "lettings/own/matter.html", shown, status=status)


@own.written
def tell_more(request: Request, person: Person, station: Station, matter: UUID) -> HttpResponse:
    row, form = _own_matter(person, matter), WordsForm(request.POST, label=_("What was missing"))
    if form.is_valid():
        with said_by(form):
            deciding.tell_more(row, form.cleaned_data["text"], station=station, **by_now(request))
    if form.errors:
        return _story(request, row, form, 422)
    return done(request, station, _("The office has what you wrote."))
