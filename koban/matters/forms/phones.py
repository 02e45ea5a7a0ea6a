"""Telephones at the desk: enrol one for a shift, report one lost."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from koban.kernel.access import devices
from koban.kernel.access.models import Device, Post
from koban.kernel.access.once import once
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters.forms.shapes import PhoneForm

SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@once
def listing(request: Request) -> HttpResponse:
    """The telephones of the office, newest first. The key of a new one is on the page that answers, and nowhere else."""
    shape, made, key = PhoneForm(request.POST or None), None, ""
    if request.method == "POST" and shape.is_valid():
        now = timezone.now()
        ends_at = now + timedelta(hours=shape.cleaned_data["hours"])
        post = Post.objects.get(pk=request.actor.at_post or UUID(int=0))
        made, key = devices.enrol(post, shape.cleaned_data["name"], ends_at=ends_at, by=request.actor, at=now)
    rows = Device.objects.filter(station=here(request)).select_related("post").order_by("-made_at")[:SHOWN]
    server = request.build_absolute_uri(f"/openrosa/{here(request).code}")
    context = {
        "rows": rows,
        "form": shape if made is None else PhoneForm(),
        "made": made,
        "key": key,
        "server": server,
    }
    context["now"] = timezone.now()
    return render(request, "xforms/phones.html", context, status=422 if shape.errors else 200)


@require_POST
@once
def lose(request: Request, id: UUID) -> HttpResponseBase:
    """Shut a telephone out."""
    device = Device.objects.filter(pk=id, station=here(request)).first()
    if device is None:
        raise Absent
    devices.lose(device, by=request.actor, at=timezone.now())
    return redirect("forms:phones")
