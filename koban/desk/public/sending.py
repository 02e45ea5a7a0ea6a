"""What happens when a report is sent: the matter with its page, the photos, the acknowledgement, the receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from koban.desk.public.front import office_of, show
from koban.duties.incidents import actions as incidents
from koban.duties.incidents import rules
from koban.duties.incidents.intake import Report, Reporter, Taken
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.who import Request
from koban.kernel.files import intake
from koban.kernel.ledger import Actor
from koban.kernel.notices import outbox
from koban.kernel.stations.models import Station
from koban.matters.models import Matter

RECEIVED = "public.received"
WRITTEN = {"sms": "phone", "email": "email"}  # ways that carry a message by themselves


def take(
    report: Report,
    photos: Iterable[intake.Taken],
    *,
    by: Actor,
    at: datetime,
    station: Station,
    request: HttpRequest,
) -> Taken:
    """Store a report with everything that came with it, in the caller's transaction."""
    taken = incidents.take(report, by=by, at=at, station=station)
    for photo in photos:
        intake.attach(photo, matter_id=taken.matter.pk, by=by, at=at)
    acknowledge(taken.matter, report.reporter, by=by, at=at, station=station, request=request)
    return taken


def acknowledge(
    matter: Matter, reporter: Reporter, *, by: Actor, at: datetime, station: Station, request: HttpRequest
) -> None:
    """Tell whoever left a number or an address for it that the report has come. The secret never goes this way."""
    if reporter.reply_by not in WRITTEN:
        return
    context = {
        "number": matter.printed, "office": station.name, "office_en": station.name_en or station.name,
        "phone": station.phone, "follow": follow_url(request, station.code),
    }  # fmt: skip
    outbox.send(
        RECEIVED, channel=reporter.reply_by, to=getattr(reporter, WRITTEN[reporter.reply_by]),
        language=matter.language, context=context, matter_id=matter.pk, by=by, at=at,
    )  # fmt: skip


def follow_url(request: HttpRequest, office: str) -> str:
    return request.build_absolute_uri(reverse("desk:public_follow", args=[office]))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident takes along. link: behind the "#", which browsers never send to a server."""

    number: str
    secret: str
    link: str

    @property
    def drawing(self) -> SafeString:
        """The QR code, dark on white in both lights, to be pointed at from any screen or paper."""
        # Trying all eight masks for the prettiest takes four fifths of the time; readers take any of them.
        code = segno.make(self.link, error="m", micro=False, mask=3)
        drawn = code.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
        return SafeString(drawn)


def receipt(
    request: Request,
    number: str,
    secret: str,
    verdict: rules.Triage | None = None,
    *,
    kind: str = "report",
    **more: Any,
) -> HttpResponse:
    """The page that shows number and secret, this once."""
    link = f"{follow_url(request, office_of(request).code)}#{number}.{secret}"
    prompts = [CATALOGUE.prompts[key] for key in verdict.prompts] if verdict else []
    context = {
        "receipt": Receipt(number, secret, link), "prompts": prompts, "kind": kind, **more,
    }  # fmt: skip
    return show(request, "desk/public/receipt.html", context, status=201)
