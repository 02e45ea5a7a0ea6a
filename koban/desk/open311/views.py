"""Open311 GeoReport v2: discovery, services, requests, tokens; XML and JSON. Source: wiki.open311.org/GeoReport_v2."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from koban.desk.open311 import posting, requests, services, shapes
from koban.desk.open311.words import clean
from koban.kernel.access.keys import actor_of_key
from koban.kernel.access.once import once
from koban.kernel.access.throttle import Throttled, throttle
from koban.kernel.access.who import open_office
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Conflict, Denied, Refused

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-23T00:00:00+08:00"
FORMATS = ("text/xml", "application/json")
PER_MINUTE = 600  # posts of one key
View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """Open the jurisdiction's office, and say every no in the format that was asked for."""

    @wraps(view)
    def opened(request: HttpRequest, format: str, **named: Any) -> HttpResponseBase:
        try:
            with open_office(jurisdiction(request), request) as station:  # type: ignore[arg-type]
                return view(request, format, station=station, **named)
        except Absent:
            return shapes.mistakes(format, 404, _("There is no such jurisdiction, service or request."))
        except posting.UnknownService as no:
            return shapes.mistakes(format, 404, str(no))
        except Conflict as no:
            return shapes.mistakes(format, 409, str(no))
        except Throttled as no:
            return shapes.mistakes(format, 429, str(no))
        except Denied as no:
            return shapes.mistakes(format, 403, str(no))
        except Refused as no:
            return shapes.mistakes(format, 400, str(no))

    return opened


def jurisdiction(request: HttpRequest) -> str:
    """The office that is asked: jurisdiction_id, or the only one there is. Raises Absent, Refused where several are."""
    asked = request.GET.get("jurisdiction_id") or (
        request.POST.get("jurisdiction_id") if request.method == "POST" else ""
    )
    if asked:
        return clean("jurisdiction_id", str(asked))
    codes = list(Station.objects.filter(kind=Station.Kind.OFFICE).values_list("code", flat=True)[:2])
    if len(codes) == 1:
        return codes[0]
    raise Refused(_("jurisdiction_id is missing.")) if codes else Absent


@require_GET
def discovery(request: HttpRequest, format: str) -> HttpResponse:
    base = request.build_absolute_uri("/open311/v2")
    first = Station.objects.filter(kind=Station.Kind.OFFICE).exclude(phone="").first()
    endpoint = {
        "specification": SPECIFICATION,
        "url": base,
        "changeset": CHANGESET,
        "type": "production",
        "formats": list(FORMATS),
    }
    told = {
        "changeset": CHANGESET,
        "contact": first.phone if first else _("the office"),
        "key_service": _("Keys are given by the administrator of the office."),
        "endpoints": [endpoint],
    }
    return shapes.answer(format, "discovery", told)


@require_GET
@door
def service_list(request: HttpRequest, format: str, station: Station) -> HttpResponse:
    response = shapes.answer(format, "services", services.listed())
    response["Vary"] = "Accept-Language, Cookie"
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_GET
@door
def service(request: HttpRequest, format: str, code: str, station: Station) -> HttpResponse:
    if (type_ := services.known(code)) is None:
        raise posting.UnknownService(_("There is no service %(code)s.") % {"code": code[:40]})
    return shapes.answer(format, "service_definition", services.definition(type_))


@csrf_exempt
@door
def request_list(request: HttpRequest, format: str, station: Station) -> HttpResponseBase:
    if request.method == "POST":
        return _post(request, format, station)
    if request.method != "GET":
        return shapes.mistakes(format, 400, _("Requests are read with GET and made with POST."))
    wish = requests.wanted(request.GET.dict(), timezone.now())
    found = [each for each in requests.find(wish) if not wish.numbers or _number(each) in wish.numbers]
    return _told(request, format, found, station)


@require_GET
@door
def request_one(request: HttpRequest, format: str, number: str, station: Station) -> HttpResponse:
    wish = requests.Wanted(numbers=(requests.number_of(number) or (0, 0),))
    found = requests.find(wish)
    if not found:
        return shapes.mistakes(format, 404, _("There is no request %(number)s.") % {"number": number[:40]})
    return _told(request, format, found, station)


@require_GET
@door
def token(request: HttpRequest, format: str, number: str, station: Station) -> HttpResponse:
    """Every request has its number at once here, so a token is that number."""
    if not requests.find(requests.Wanted(numbers=(requests.number_of(number) or (0, 0),))):
        return shapes.mistakes(format, 404, _("There is no token %(token)s.") % {"token": number[:40]})
    return shapes.answer(format, "service_requests", [{"service_request_id": number, "token": number}])


def _post(request: HttpRequest, format: str, station: Station) -> HttpResponseBase:
    key = request.POST.get("api_key", "")
    if not isinstance(key, str) or not key:
        raise Denied(_("api_key is missing."))
    by = actor_of_key(key, "incidents.take")
    if by.station_id != station.pk:
        raise Denied(_("This key belongs to another office."))
    throttle("open311", str(by.post_id), limit=PER_MINUTE, minutes=1)
    return _store(request, format, by, station)


@once(needs_key=False)
def _store(request: HttpRequest, format: str, by: Any, station: Station) -> HttpResponse:
    language = translation.get_language() or "zh-hans"
    taken = posting.take(request.POST, by=by, at=timezone.now(), station=station, language=language)
    extended = request.GET.get("extensions") == "true" or request.POST.get("extensions") == "true"
    told = [posting.receipt(taken, extensions=extended)]
    return shapes.answer(format, "service_requests", told, 201)


def _told(request: HttpRequest, format: str, found: list[requests.Listed], station: Station) -> HttpResponse:
    voice = requests.Voice(station)
    rows = [voice.plain(incident) for incident in found]
    if request.GET.get("extensions") == "true":
        for row, incident in zip(rows, found, strict=True):
            row["extended_attributes"] = {"channel": incident.channel, "photos": []}
            row["notes"] = voice.notes(incident)
    return shapes.answer(format, "service_requests", rows)


def _number(listed: requests.Listed) -> tuple[int, int]:
    return listed.year, listed.number
