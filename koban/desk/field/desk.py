"""The page of phones at the desk: who has one out, and the button for one that is lost."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koban.desk.field import phones
from koban.desk.field.models import Entry
from koban.kernel.access.models import Device
from koban.kernel.access.once import once
from koban.kernel.access.roles import DECIDERS
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent

SHOWN = timedelta(days=3)


def phones_of_office(request: Request) -> HttpResponse:
    """The phones of the last days."""
    now, station = timezone.now(), here(request)
    found = phones.of_station(station, now - SHOWN)
    counted = Entry.objects.filter(device__in=found).values("device").annotate(
        came=Count("id"), waits=Count("id", filter=Q(state=Entry.State.WAITING))
    )  # fmt: skip
    counts = {row["device"]: row for row in counted}
    rows = [_row(device, counts.get(device.pk, {}), request, now) for device in found]
    return render(request, "field/phones.html", {"rows": rows, "now": now})


def _row(device: Device, counted: dict[str, int], request: Request, now: object) -> dict[str, object]:
    is_open = device.is_open(now)  # type: ignore[arg-type]
    may_lose = device.lost_at is None and (
        request.actor.role in DECIDERS or device.post_id == request.actor.post_id
    )
    return {
        "device": device, "is_open": is_open, "may_lose": may_lose, "came": counted.get("came", 0),
        "waits": counted.get("waits", 0), "who": device.post.badge or device.post.title or device.post.role,
    }  # fmt: skip


@require_POST
@once
def lost(request: Request, device: UUID) -> HttpResponse:
    """Report a phone as lost."""
    found = Device.objects.filter(pk=device, station=here(request)).first()
    if found is None:
        raise Absent
    phones.lose(found, by=request.actor, at=timezone.now())
    messages.success(
        request,
        _("The phone is shut out. Whoever carried it signs in again at the desk; its own sessions are over."),
    )
    return redirect("field:phones")
