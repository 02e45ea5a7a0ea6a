"""The HTTP edge: headers, language, who and where, and how every no is said. The only place that knows the clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from koban.kernel import stations
from koban.kernel.access import roles
from koban.kernel.access.addresses import Need, need_of
from koban.kernel.access.refusing import (
    answer,
    bad_request,
    csrf_failed,
    forbidden,
    not_found,
    problem,
    said_by,
    server_error,
    wants_json,
)
from koban.kernel.access.who import POST_KEY, SEEN_KEY, Request, Who, who_of
from koban.kernel.ledger.actor import PUBLIC
from koban.lib.errors import Denied

__all__ = [
    "Language",
    "Refusals",
    "SecurityHeaders",
    "WhoAndWhere",
    "bad_request",
    "csrf_failed",
    "forbidden",
    "not_found",
    "problem",
    "said_by",
    "server_error",
]

Next = Callable[[Request], HttpResponseBase]
LANGUAGE_COOKIE = "koban_language"
HELD_KEY = "koban_held"
QUIET = "Koban-Quiet"
SEEN_EVERY = 60  # seconds: the session is written at most once a minute for being used

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
FEATURES = (
    "camera=(self)",
    "geolocation=()",
    "microphone=(self)",
    "publickey-credentials-get=(self)",
    "publickey-credentials-create=(self)",
    "browsing-topics=()",
    "payment=()",
    "usb=()",
)


class SecurityHeaders:
    """What every answer carries. A dynamic page is kept by nobody unless its view says otherwise."""

    headers: ClassVar = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
        "Permissions-Policy": ", ".join(FEATURES),
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Permitted-Cross-Domain-Policies": "none",
    }

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """The language of the answer: what the visitor chose, else what the browser asks for, else the office's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        with translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            response.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
            return response


def _language(request: Request) -> str:
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


class WhoAndWhere:
    """Sets `request.who`, `.actor` and `.station`, opens the scope, and lets nobody pass who is not in the role table."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        now = timezone.now()
        who = who_of(request.session, now)
        request.who, request.actor, request.station = who, PUBLIC, None
        if who is not None:
            _take_up(request, who, now)
        with _scope(who, request.GET.get("at", "")):
            return self.get_response(request)

    def process_view(self, request: Request, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        need = need_of(view, match.view_name if match else "")
        if need is None:
            return answer(request, Denied())
        # Under an office's code everybody is the public (`open_office`), so that is who is asked about.
        return gate(request, need, "public" if "office" in kwargs else request.actor.role)


def _scope(who: Who | None, at: str) -> AbstractContextManager[Any]:
    return who.scope(at) if who else stations.outside()


def _take_up(request: Request, who: Who, now: datetime) -> None:
    request._cached_user = who.account  # type: ignore[attr-defined]  # Django then does not ask for it again
    request.actor = who.actor
    request.station = who.station
    if LANGUAGE_COOKIE not in request.COOKIES and who.account.language in dict(settings.LANGUAGES):
        translation.activate(who.account.language)
        request.LANGUAGE_CODE = who.account.language
    if who.is_locked or request.headers.get(QUIET):
        return
    if now.timestamp() - request.session.get(SEEN_KEY, 0) > SEEN_EVERY:
        request.session[SEEN_KEY] = now.timestamp()


def gate(request: Request, need: Need, role: str) -> HttpResponseBase | None:
    """None where the visitor may pass; else the answer: the way to sign in, to unlock, to a second step, or a no."""
    action, who = need.of(request.method or "GET"), request.who
    if roles.may(role, action):
        return None
    if who is None:
        return _led(request, reverse("account_login"))
    if not who.may_act:
        return _half_way(request, who, action)
    return answer(request, denial(request, action))


def _half_way(request: Request, who: Who, action: str) -> HttpResponseBase | None:
    if action == "own.leave":
        return None
    if who.is_locked:
        return _led(request, reverse("lock"), hold=True)
    return None if action == "own.credentials" else _led(request, reverse("mfa_index"))


def denial(request: Request, action: str) -> Denied:
    """The Denied that `require` would raise."""
    try:
        roles.require(request.actor, action)
    except Denied as error:
        return error
    return Denied()


def _led(request: Request, target: str, *, hold: bool = False) -> HttpResponseBase:
    if wants_json(request):
        response = problem(request, 401)
        response["WWW-Authenticate"] = "Cookie"
        return response
    if hold and request.method == "POST":
        hold_words(request)
    back = (
        request.get_full_path() if request.method in ("GET", "HEAD") else request.headers.get("Referer", "")
    )
    where = f"{target}?{urlencode({'next': back})}" if back.startswith("/") else target
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def hold_words(request: Request) -> None:
    """Keep what was being sent when the screen locked, until its owner unlocks; in the session, not in the page."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    if sum(len(value) for _name, value in fields) <= 60_000:
        request.session[HELD_KEY] = {"path": request.get_full_path(), "fields": fields}


class Refusals:
    """Turns what a view raises into an answer."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Request, error: Exception) -> HttpResponseBase | None:
        return answer(request, error)


def switch_post(request: Request, post_id: str) -> None:
    """Act in another of the own posts from now on; raises Denied for a post that is not held today."""
    who = request.who
    if who is None or post_id not in {str(post.pk) for post in who.posts}:
        raise Denied
    request.session[POST_KEY] = post_id
