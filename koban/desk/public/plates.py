"""The code at a door: find an address, print its sheet. Whoever points a telephone at it reports with the place filled in."""

from typing import Any

import segno
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.kernel.access.who import Request, here
from koban.kernel.flow.fields import Told
from koban.kernel.stations.models import Beat
from koban.lib.errors import Absent
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address, Street

MOST = 30
MOST_ON_A_SHEET = 240


class PlateForm(forms.Form):
    """One door by what one types, or all doors of a street or a beat."""

    q = Told(label=_("Address"), limit=80, required=False, widget=forms.TextInput({"type": "search"}))
    street: Any = forms.ModelChoiceField(label=_("Street"), queryset=None, required=False)
    beat: Any = forms.ModelChoiceField(label=_("Beat"), queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = Street.objects.current().order_by("name")  # type: ignore[attr-defined]
        self.fields["beat"].queryset = Beat.objects.order_by("code")  # type: ignore[attr-defined]

    def doors(self) -> Any:
        """The doors of the chosen street and beat, none where neither is chosen."""
        chosen = {key: self.cleaned_data[key] for key in ("street", "beat") if self.cleaned_data.get(key)}
        doors = Address.objects.current().doors().select_related("street").order_by("label")
        return doors.filter(**chosen) if chosen else doors.none()


@require_safe
def listing(request: Request) -> HttpResponse:
    form = PlateForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    doors = form.doors() if form.is_valid() else Address.objects.none()
    found = premises.search(words, limit=MOST) if words else list(doors[:MOST])
    shown = {"form": form, "words": words, "found": found, "doors": 0 if words else doors.count()}
    return render(request, "desk/public/plates.html", shown)


@require_safe
def sheets(request: Request) -> HttpResponse:
    """Many codes on paper: the doors of a street or a beat, to be cut out and put up."""
    form = PlateForm(request.GET)
    doors = list(form.doors()[:MOST_ON_A_SHEET]) if form.is_valid() else []
    if not doors:
        raise Absent
    station = here(request)
    plates = [(door, _drawn(_link(request, station.code, door.plate))) for door in doors]
    return render(request, "desk/public/plate_sheet.html", {"plates": plates, "station": station})


def _link(request: Request, office: str, plate: str) -> str:
    return request.build_absolute_uri(reverse("desk:public_report_at", args=[office, plate]))


def _drawn(link: str) -> SafeString:
    code = segno.make(link, error="q", micro=False)
    return SafeString(
        code.svg_inline(border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    )


@require_safe
def sheet(request: Request, plate: str) -> HttpResponse:
    """One sheet for one door, in both languages: it hangs where everybody passes."""
    address = premises.by_plate(plate)
    if address is None:
        raise Absent
    office = address.station
    link = _link(request, office.code, plate)
    told = {"address": address, "station": office, "link": link, "drawing": _drawn(link)}
    return render(request, "desk/public/plate.html", told)
