"""Every no in one place: an exception becomes one readable sentence, on a page or as RFC 9457 problem+json."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import (
    BadRequest,
    MultipleObjectsReturned,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel import stations
from koban.kernel.access.throttle import Throttled
from koban.kernel.ledger import book
from koban.kernel.ledger.actor import PUBLIC
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Conflict, Denied, KobanError, Refused, Stale

log = logging.getLogger("koban.access")

SENTENCES: dict[int, Any] = {
    400: _("This request cannot be read. Please go back and send it again."),
    403: _("You may not do this."),
    404: _("There is nothing at this address."),
    409: _("This was already sent with other words. Please open the page again and send it once more."),
    412: _("Somebody changed this while you were writing. Please look at it again before you save."),
    413: _("This is too large. Please send less at once."),
    429: _("There were too many tries. Please wait some minutes and try again."),
    500: _("Something broke on our side. What was stored before is safe; please try again."),
}
CSRF = _("This page was open too long, or cookies are switched off. Please send it again.")
BELOW = _("You can read this here, but only its own office can change it.")

# The first that fits decides: the narrow ones stand before those they derive from.
STATUS: tuple[tuple[type[BaseException], int], ...] = (
    (Refused, 422),
    (Denied, 403),
    (Absent, 404),
    (Stale, 412),
    (Conflict, 409),
    (Throttled, 429),
    (stations.OutsideScope, 403),
    (Http404, 404),
    (ObjectDoesNotExist, 404),
    (PermissionDenied, 403),
    (RequestDataTooBig, 413),
    (TooManyFieldsSent, 413),
    (TooManyFilesSent, 413),
    (MultiPartParserError, 400),
    (UnreadablePostError, 400),
    (BadRequest, 400),
    (SuspiciousOperation, 400),
)
# What was typed comes back with these, so that nothing is lost; the others answer a request that held nothing.
KEEPS = frozenset({403, 409, 412, 422, 429})
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "key", "code", "secret", "credential", "login", "receipt"})
LONGEST_KEPT = 20_000


def status_of(error: BaseException) -> int | None:
    """The status that `error` is answered with; None for what is no refusal but a fault."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), None)


def answer(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The response to a refusal, None for a fault. A denial is recorded before it is told."""
    if isinstance(error, MultipleObjectsReturned):
        return _which(request)
    if (status := status_of(error)) is None:
        return None
    sentence: Any = ""
    clause = ""
    if isinstance(error, KobanError):
        sentence, clause = error.sentence, error.clause
    elif isinstance(error, stations.OutsideScope):
        log.warning("outside the scope: %s", error)
        sentence = BELOW
    if status == 403:
        _record(request, getattr(error, "matter_id", None))
    response = problem(request, status, sentence, clause)
    if isinstance(error, Throttled):
        response["Retry-After"] = str(error.seconds)
    return response


def _which(request: HttpRequest) -> HttpResponse | None:
    """Which office is meant, for whoever reads several: numbers are a station's own. None: a fault."""
    who = getattr(request, "who", None)
    if who is None or not who.also:
        return None
    offices = Station.objects.filter(pk__in=who.also).order_by("path")
    return render(request, "access/which.html", {"offices": offices}, status=300)


def problem(request: HttpRequest, status: int, sentence: Any = "", clause: str = "") -> HttpResponse:
    """An answer that says no: a page, or problem+json for machines. sentence: "" takes the usual one."""
    sentence = str(sentence or SENTENCES.get(status) or HTTPStatus(status).phrase)
    if wants_json(request):
        return _as_json(status, sentence, clause)
    context = {"status": status, "sentence": sentence, "clause": clause, "kept": _kept(request, status)}
    return render(request, "access/refused.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine asks: under /api, or with JSON preferred to HTML in Accept."""
    if request.path.startswith(("/api/", "/events")):
        return True
    return request.get_preferred_type(["text/html", "application/json", "application/problem+json"]) not in (
        None,
        "text/html",
    )


def _as_json(status: int, sentence: str, clause: str) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": sentence}
    if clause:
        body["clause"] = clause
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/problem+json; charset=utf-8")


def _kept(request: HttpRequest, status: int) -> list[tuple[str, str]]:
    # Another site may post to us too; its words are not offered for sending again.
    own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if request.method != "POST" or status not in KEEPS or not own:
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return []
    kept = [(name, value) for name, value in fields if name not in NEVER_KEPT and "password" not in name]
    return kept if sum(len(value) for _name, value in kept) <= LONGEST_KEPT else []


def _record(request: HttpRequest, matter_id: UUID | None) -> None:
    """A page in the ledger of the station where it happened; a transaction of its own, whatever rolled back."""
    station, actor = getattr(request, "station", None), getattr(request, "actor", PUBLIC)
    match = request.resolver_match
    address = match.view_name if match else ""
    if station is None:
        log.warning("refused: %s at %s", actor.role, address)
        return
    with stations.scope(station.pk):
        facts = {"method": request.method or ""}
        book.refusal(address, by=actor, at=timezone.now(), matter_id=matter_id, facts=facts)


@contextmanager
def said_by(form: BaseForm) -> Iterator[None]:
    """Put the sentence of a Refused into `form` instead of leaving the page; then answer with the form and 422."""
    try:
        yield
    except Refused as error:
        form.add_error(None, str(error.sentence))


def bad_request(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """handler400: also what Django refuses before a view runs (too large, broken multipart, wrong host)."""
    return problem(request, status_of(exception) or 400)


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """handler403."""
    return problem(request, 403)


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """handler404: the same for an unknown address and for a record that is not shown."""
    return problem(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: needs no database, no session and no template."""
    sentence = str(SENTENCES[500])
    if request.path.startswith("/api/"):
        return _as_json(500, sentence, "")
    page = f'<!doctype html><meta charset="utf-8"><title>500</title><p>{sentence}</p>'
    return HttpResponse(page, status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows where the form's token does not fit; typed words come back with a fresh token."""
    return problem(request, 403, CSRF)
