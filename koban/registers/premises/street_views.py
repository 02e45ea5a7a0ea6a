"""The pages of streets: which there are, a new one, and a new name for one."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request
from koban.lib.places import divisions
from koban.registers.premises import actions
from koban.registers.premises.forms import StreetForm, StreetNameForm
from koban.registers.premises.models import Street
from koban.registers.premises.views import PAGE, tabs, today, told


@require_safe
def streets(request: Request) -> HttpResponse:
    return _streets(request, StreetForm())


def _streets(request: Request, form: StreetForm, status: int = 200) -> HttpResponse:
    """Every street with the number of its doors (two queries)."""
    doors = Count("addresses", filter=Q(addresses__to_on=None, addresses__kind="door"))
    rows = Street.objects.current().annotate(doors=doors).order_by("name")
    shown = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "form": form, "tabs": tabs("streets"),
        "may_change": may(request.actor.role, "premises.change"),
    }  # fmt: skip
    return render(request, "premises/streets.html", shown, status=status)


@require_POST
@once
def add_street(request: Request) -> HttpResponse:
    form = StreetForm(request.POST)
    if form.is_valid():
        with said_by(form):
            made = actions.add_street(Street(**form.cleaned_data), **told(request))
            return redirect("premises:street", made.pk)
    return _streets(request, form, 422)


@require_safe
def street(request: Request, street: UUID) -> HttpResponse:
    one = get_object_or_404(Street, pk=street)
    first = {"name": one.name, "name_en": one.name_en, "on": today(request)}
    return _street(request, one, StreetNameForm(initial=first))


def _street(request: Request, one: Street, form: StreetNameForm, status: int = 200) -> HttpResponse:
    standing = one.addresses.filter(to_on=None)
    shown: dict[str, Any] = {
        "one": one, "form": form, "seen": one.digest(), "many": standing.count(),
        "division": " ".join(divisions.path(one.division)),
        "page": Paginator(standing.filter(kind="door").order_by("label"), PAGE).get_page(request.GET.get("page")),
        "may_order": may(request.actor.role, "premises.order") and one.to_on is None,
    }  # fmt: skip
    return render(request, "premises/street.html", shown, status=status)


@require_POST
@once
def rename_street(request: Request, street: UUID) -> HttpResponse:
    """Every address of the street is called by its new name from a day on."""
    one, form = get_object_or_404(Street, pk=street), StreetNameForm(request.POST)
    if form.is_valid():
        with said_by(form):
            seen = request.POST.get("seen", "")
            actions.rename_street(one, **form.cleaned_data, seen=seen, **told(request))
            return redirect("premises:street", one.pk)
    return _street(request, one, form, 422)
