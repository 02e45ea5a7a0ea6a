"""The page behind the link of an order: read it, confirm that it arrived, say when it is done. Number and secret open it."""

import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.hazards import actions, ordering
from koban.duties.hazards.flow import FLOW
from koban.duties.hazards.forms import EnterForm
from koban.duties.hazards.kinds import kind
from koban.duties.hazards.models import Order
from koban.duties.hazards.views.public import show
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.files import serving
from koban.kernel.files.models import Attachment
from koban.kernel.flow import spoken
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import receipts

COOKIE, SALT = "koban_order", "koban.hazards.order"
MAX_AGE, LONGEST = 1800, 8 * 3600  # seconds without a page; seconds from the receipt on
TRIES, MINUTES = 10, 15
WRONG = _("Number and secret do not belong together. Look at the order once more.")


def door(request: Request) -> HttpResponseBase:
    """Number and secret open the order; the order itself, where they have."""
    if request.method == "POST":
        throttle("hazards.receipt", source(request), limit=TRIES, minutes=MINUTES)
        return _enter(request)
    row = _held(request, here(request))
    if row is None:
        return show(request, "hazards/door/enter.html", {"form": EnterForm()})
    matter: Any = row.hazard.matter
    shown = {
        "order": row, "matter": matter, "kind": spoken(kind(matter.type).words), "state": FLOW.state(matter.state),
        "may_say": matter.state in ("found", "ordered", "reopened", "transferred"), "hazard": row.hazard,
    }  # fmt: skip
    return show(request, "hazards/door/order.html", shown)


def _enter(request: Request) -> HttpResponse:
    form = EnterForm(request.POST)
    if form.is_valid():
        row = _of_receipt(form.cleaned_data["number"], receipts.fingerprint(form.cleaned_data["secret"]))
        if row is not None:
            return _keep(redirect("hazards:order", here(request).code), here(request), row.pk)
        form.add_error(None, WRONG)
    return show(request, "hazards/door/enter.html", {"form": form}, 422)


ROWS = ("hazard__matter__address", "hazard__matter__station", "certificate")


def _of_receipt(number: str, receipt: bytes) -> Order | None:
    found: Order | None = Order.objects.filter(receipt=receipt).select_related(*ROWS).first()
    return found if found is not None and found.hazard.matter.printed == number.strip() else None


def _keep(response: HttpResponse, office: Station, order: UUID) -> HttpResponse:
    value = signing.dumps([office.code, str(order), int(time.time())], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=MAX_AGE, path=reverse("hazards:order", args=[office.code]), httponly=True,
        samesite="Strict", secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return response


def _held(request: Request, office: Station) -> Order | None:
    """The order of the cookie; None without one, or with one that ran out, is of another office or of an earlier link."""
    try:
        code, order, since = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError):
        return None
    if code != office.code or time.time() - since > LONGEST:
        return None
    found: Order | None = Order.objects.served().filter(pk=UUID(order)).select_related(*ROWS).first()
    return (
        found if found is not None and found.served_at and found.served_at.timestamp() <= since + 1 else None
    )


def _open(request: Request) -> Order:
    row = _held(request, here(request))
    if row is None:
        raise Absent
    return row


@once
def act(request: Request, key: str) -> HttpResponse:
    """It arrived; or: it is repaired. Somebody of the office then looks and takes the second photograph."""
    row = _open(request)
    told: dict[str, Any] = {"by": request.actor, "at": timezone.now()}
    if key == "received":
        ordering.acknowledge(row, "link", **told)
    elif key == "repaired":
        actions.repair(row.hazard, station=here(request), **told)
    else:
        raise Absent
    return redirect("hazards:order", here(request).code)


@require_safe
def paper(request: Request) -> HttpResponseBase:
    """The order as it was issued."""
    row = _open(request)
    found = Attachment.objects.filter(pk=row.certificate.attachment_id).first()
    if found is None:
        raise Absent
    return serving.open_view(found, serving.ORIGINAL)
