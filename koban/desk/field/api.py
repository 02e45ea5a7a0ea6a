"""The addresses that the app on the phone speaks with. Everything here answers JSON or nothing."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from koban.desk.field import arriving, entries, package, phones, told
from koban.desk.field.arriving import Elsewhere, Piece, TooMuch
from koban.desk.field.phones import Gone
from koban.kernel.access.models import Device
from koban.kernel.access.once import once
from koban.kernel.access.refusing import problem
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.lib.errors import Refused
from koban.matters.documents import printing
from koban.matters.forms import drawing
from koban.matters.forms.models import Form

HEADER = "Koban-Device"
ASKS_A_MINUTE = 60
View = Callable[..., HttpResponseBase]


def answers(view: View) -> View:
    """Say what only this app hears: gone (410), too much (413), from where on to send (409)."""

    @wraps(view)
    def outer(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Gone as gone:
            answer = problem(request, 410, gone.sentence)
            answer["Koban-Wipe"] = "all" if gone.is_lost else "shift"
            return answer
        except TooMuch as much:
            return problem(request, 413, much.sentence)
        except Elsewhere as elsewhere:
            answer = problem(request, 409, elsewhere.sentence)
            answer["Upload-Offset"] = str(elsewhere.reached)
            return answer

    return outer


def phone(request: Request, at: datetime, *, reads: bool) -> Device:
    """The phone in whose name a request comes. Raises Gone."""
    device_id = told.uuid_of(request.headers.get(HEADER))
    return phones.carried(device_id, by=request.actor, at=at, station=here(request), reads=reads)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@answers
def shift(request: Request) -> HttpResponseBase:
    """GET: what goes out with the phone. POST: take the phone out. DELETE: the shift is over for it."""
    if request.method == "POST":
        return take_out(request)
    now = timezone.now()
    if request.method == "DELETE":
        phones.end(phone(request, now, reads=False), by=request.actor, at=now)
        return HttpResponse(status=204)
    return _package(request, phone(request, now, reads=True), now)


@once
def take_out(request: Request) -> HttpResponseBase:
    """Enrol this phone for the shift of whoever is signed in."""
    name = _json(request).get("name", "")
    device = phones.take_out(str(name)[:80], by=request.actor, at=timezone.now(), station=here(request))
    body = {"device": str(device.pk), "until": device.ends_at.isoformat()}
    return JsonResponse(body, status=201)


def _package(request: Request, device: Device, now: datetime) -> HttpResponseBase:
    base = printing.base_of(request).rstrip("/")
    found = package.pack(device, by=request.actor, at=now, station=here(request), base=base)
    tag = package.tag_of(found)
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponse(status=304)
    else:
        package.paged(found, device, by=request.actor, at=now)
        answer = JsonResponse({**found, "now": now.isoformat()}, json_dumps_params={"ensure_ascii": False})
    answer["ETag"], answer["Cache-Control"] = tag, "no-store"
    return answer


@require_GET
@answers
def form(request: Request, digest: str) -> HttpResponseBase:
    """What the engine on the phone draws of a published form, by its hash: form, model and lists."""
    phone(request, timezone.now(), reads=True)
    found = Form.objects.published().get(hash=digest)
    told = drawing.package(found, lambda media: reverse("forms:picture", args=[media.pk, media.name]))
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_http_methods(["POST"])
@answers
def post_entries(request: Request) -> HttpResponseBase:
    """Entries, each answered by itself: one alone with its own status, several with 207."""
    now = timezone.now()
    device = phone(request, now, reads=False)
    raw, sent = told.batch(request.body)
    hand = entries.Hand(device, request.actor, now, sent, here(request))
    found = entries.take_all(raw, hand)
    status = found[0].status if len(found) == 1 else 207
    body = {"now": now.isoformat(), "entries": [one.plain() for one in found]}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


@require_http_methods(["GET", "HEAD", "PUT"])
@answers
def file(request: Request, sha256: str) -> HttpResponseBase:
    """HEAD: how far a file is here. PUT: the next piece of it, `?offset=` and `?size=` in bytes."""
    now = timezone.now()
    phone(request, now, reads=False)
    if request.method != "PUT":
        return _reached(*arriving.reached(sha256, by=request.actor), status=200)
    reached, is_whole = arriving.take(_piece(request, sha256), by=request.actor, at=now)
    return _reached(reached, is_whole, status=201 if is_whole else 202)


@require_GET
def device(request: Request) -> HttpResponseBase:
    """What a phone may know of itself when nobody is signed in any more: whether it has to wipe itself."""
    get_token(request)  # the page of the app comes from the phone itself, so its cookie is made here
    throttle("field.device", source(request), limit=ASKS_A_MINUTE, minutes=1)
    state = phones.state_of(told.uuid_of(request.headers.get(HEADER)))
    answer = JsonResponse({"state": state}, status=410 if state == "lost" else 200)
    if state == "lost":
        answer["Koban-Wipe"] = "all"
    return answer


def _reached(offset: int, is_whole: bool, *, status: int) -> HttpResponse:
    answer = HttpResponse(status=status)
    answer["Upload-Offset"], answer["Upload-Complete"] = str(offset), "?1" if is_whole else "?0"
    return answer


def _piece(request: Request, sha256: str) -> Piece:
    offset, size = request.GET.get("offset", ""), request.GET.get("size", "")
    if not (offset.isascii() and offset.isdigit() and size.isascii() and size.isdigit()):
        raise Refused(arriving.NO_SIZE)
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > arriving.PIECE:
        raise TooMuch(arriving.PIECE_TOO_LARGE % {"most": arriving.PIECE})
    content = request.read(arriving.PIECE + 1)
    return Piece(sha256, int(size[:15]), int(offset[:15]), content, (request.content_type or "")[:80])


def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
