"""The page for photographs, the second laid over the first; and an order in the hand of who must put it right."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from koban.duties.hazards import actions, ordering, photos, queries
from koban.duties.hazards.forms import PhotoForm, ServeForm
from koban.duties.hazards.models import Hazard, Order, Photo
from koban.duties.hazards.views.desk import all_of, told
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.kernel.files import uploads
from koban.lib.errors import Absent, Refused
from koban.matters.documents import printing

# The camera page alone may know where the telephone is and which way it looks; nothing is kept but with a photograph.
FEATURES = "camera=(self), geolocation=(self), accelerometer=(self), gyroscope=(self), magnetometer=(self)"
SIDES = frozenset(Photo.Side.values)


@uploads.taken_first("photo", kinds=["photo"], most=1)
@once
def photo(request: Request, year: int, number: int, side: str) -> HttpResponse:
    """Take or choose a photograph of the hazard, or of its repair from the same spot."""
    if side not in SIDES:
        raise Absent
    hazard = queries.numbered(year, number)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            _kept(request, hazard, side, form)
            messages.success(request, _("The photo is kept."))
            return redirect("hazards:detail", year, number)
    return _page(request, hazard, side, form)


def _kept(request: Request, hazard: Hazard, side: str, form: PhotoForm) -> None:
    taken = uploads.taken(request, "photo")
    if not taken:
        raise Refused(_("Take a photo, or choose one."))
    shot, source = form.shot(), form.source_said()
    if side == Photo.Side.AFTER and hazard.matter.state != "repaired":
        actions.repair(hazard, photo=(taken[0], shot), source=source, **all_of(request))
    else:
        photos.add(hazard, taken[0], shot, side=side, source=source, **all_of(request))


def _page(request: Request, hazard: Hazard, side: str, form: PhotoForm) -> HttpResponse:
    matter: Any = hazard.matter
    before = queries.photos_of(hazard).get(Photo.Side.BEFORE)
    limits = queries.limits(matter.station, queries.day_of(told(request)["at"], matter.station))
    shown = {
        "hazard": hazard, "matter": matter, "side": side, "form": form, "limits": limits, "station": here(request),
        "before": before if side == Photo.Side.AFTER else None,
        "lacks_first": side == Photo.Side.AFTER and before is None,
    }  # fmt: skip
    response = render(request, "hazards/photo.html", shown, status=422 if form.errors else 200)
    response["Permissions-Policy"] = FEATURES
    return response


# --- In the hand of who must put it right ---------------------------------------------------------------------------


def _order(year: int, number: int, order: UUID) -> Order:
    rows = Order.objects.select_related("hazard__matter__address", "hazard__matter__station", "certificate")
    found: Order = rows.get(pk=order, hazard__matter__year=year, hazard__matter__number=number)
    return found


@once
def serve(request: Request, year: int, number: int, order: UUID) -> HttpResponse:
    """Print it, send it, or show the link: the secret of the link is shown this once."""
    row, form = _order(year, number, order), ServeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            base = printing.base_of(request)
            given = ordering.serve(row, form.cleaned_data["way"], base=base, **all_of(request))
            return _given(request, given, ordering.link(here(request), row, given.secret, base))
    shown = {"order": row, "matter": row.hazard.matter, "form": form}
    return render(request, "hazards/serve.html", shown, status=422 if form.errors else 200)


def _given(request: Request, given: ordering.Given, link: str) -> HttpResponse:
    shown = {
        "order": given.order, "matter": given.order.hazard.matter, "hazard": given.order.hazard, "secret": given.secret,
        "link": link, "code": qr(link), "station": here(request),
    }  # fmt: skip
    response = render(request, "hazards/given.html", shown)
    response["Cache-Control"] = "no-store"
    return response


def qr(link: str) -> SafeString:
    """A link as a square to point a telephone at; dark on white, whatever the light of the page."""
    drawn = segno.make(link, error="m", micro=False)
    return SafeString(
        drawn.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
    )


@once
def signed(request: Request, year: int, number: int, order: UUID) -> HttpResponse:
    """Who must put it right signed that the paper arrived."""
    ordering.acknowledge(_order(year, number, order), "hand", **told(request))
    return redirect("hazards:detail", year, number)
