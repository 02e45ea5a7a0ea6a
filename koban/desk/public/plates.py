"""The code at a door: find an address, print its sheet. Whoever points a telephone at it reports with the place filled in."""

import segno
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.kernel.access.who import Request
from koban.kernel.flow.fields import Told
from koban.lib.errors import Absent
from koban.registers.premises import queries as premises

MOST = 30


class PlateForm(forms.Form):
    q = Told(label=_("Address"), limit=80, required=False, widget=forms.TextInput({"type": "search"}))


@require_safe
def listing(request: Request) -> HttpResponse:
    form = PlateForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = premises.search(words, limit=MOST) if words else []
    return render(request, "desk/public/plates.html", {"form": form, "words": words, "found": found})


@require_safe
def sheet(request: Request, plate: str) -> HttpResponse:
    """One sheet for one door, in both languages: it hangs where everybody passes."""
    address = premises.by_plate(plate)
    if address is None:
        raise Absent
    office = address.station
    link = request.build_absolute_uri(reverse("desk:public_report_at", args=[office.code, plate]))
    code = segno.make(link, error="q", micro=False)
    drawing = code.svg_inline(
        border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    told = {"address": address, "station": office, "link": link, "drawing": SafeString(drawing)}
    return render(request, "desk/public/plate.html", told)
