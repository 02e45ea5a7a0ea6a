"""The receipt of one side: number and a secret of its own, shown this once."""

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from koban.duties.mediation.models import Side
from koban.kernel.access.who import Request, here


def receipt(request: Request, side: Side, secret: str) -> HttpResponse:
    """The page to print or to take a picture of."""
    follow = request.build_absolute_uri(reverse("mediation:door", args=[here(request).code]))
    matter = side.mediation.matter
    shown = {
        "side": side, "matter": matter, "secret": secret, "station": here(request), "follow": follow,
        "code": qr(f"{follow}#{matter.printed}.{secret}"),
    }  # fmt: skip
    response = render(request, "mediation/receipt.html", shown, status=201)
    response["Cache-Control"] = "no-store"
    return response


def qr(link: str) -> SafeString:
    """A link as a square to point a telephone at; dark on white, whatever the light of the page."""
    drawn = segno.make(link, error="m", micro=False, mask=3)
    return SafeString(
        drawn.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
    )
