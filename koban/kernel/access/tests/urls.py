"""Addresses that raise and write on purpose."""

from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import include, path
from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access.addresses import route
from koban.kernel.access.once import once
from koban.kernel.access.throttle import Throttled
from koban.kernel.ledger import book
from koban.kernel.stations.models import Beat, Station
from koban.kernel.stations.numbers import take
from koban.lib.errors import Absent, Conflict, Denied, Refused, Stale

handler400 = "koban.kernel.access.edge.bad_request"
handler404 = "koban.kernel.access.edge.not_found"
handler500 = "koban.kernel.access.edge.server_error"

ERRORS: dict[str, Callable[[], Exception]] = {
    "refused": lambda: Refused("The rule says no.", clause="CN-CASE-1"),
    "denied": lambda: Denied("Officers only."),
    "absent": Absent,
    "missing": lambda: Http404("a secret name"),
    "no-row": Station.DoesNotExist,
    "several": Beat.MultipleObjectsReturned,
    "stale": lambda: Stale("Li was faster."),
    "conflict": Conflict,
    "throttled": lambda: Throttled(90),
    "too-big": RequestDataTooBig,
    "bad": BadRequest,
    "below": lambda: stations.OutsideScope("another office"),
}


def fail(request, kind):
    raise ERRORS[kind]()


def who(request):
    return HttpResponse(f"{request.actor.role} {request.station.code if request.station else '-'}")


def beats(request):
    return HttpResponse(" ".join(sorted(beat.code for beat in Beat.objects.all())))


@once
def number(request):
    """Takes a number and writes a page, unless the form says otherwise."""
    taken = take("race", 2026)
    with transaction.atomic():
        book.write("test.number", by=request.actor, at=timezone.now(), facts={"number": taken})
    if request.POST.get("note") == "invalid":
        return HttpResponse("mend this", status=422)
    if request.POST.get("note") == "refused":
        raise Refused("no")
    return HttpResponse(f"number {taken}", status=201)


urlpatterns = [
    route("fail/<slug:kind>/", fail, name="fail", action="public.read"),
    route("api/fail/<slug:kind>/", fail, name="api_fail", action="public.read"),
    route("who/", who, name="who", action="public.read"),
    route("o/<slug:office>/who/", who, name="office_who", action="public.read"),
    route("beats/", beats, name="beats", action="events.read"),
    route("number/", number, name="number", action="public.read"),
    route("o/<slug:office>/number/", number, name="office_number", action="public.read"),
    route("split/", who, name="split", action="events.read", write="accounts.manage"),
    path("undeclared/", who, name="undeclared"),
    path("", include("koban.kernel.access.urls")),
]
