"""A resident's own pages: number and secret of a key open them for a short while, to that person and nothing else.

The secret is compared and forgotten. What stays is a signed cookie that names the key, runs out by itself, is sent only
to the own pages of this office, and cannot be read by a script. A key that was ended opens nothing at once.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.matters.duty import OwnPage, all_duties
from koban.registers.residents import glass, queries
from koban.registers.residents.handles import Person

COOKIE = "koban_me"
SALT = "koban.own"
MAX_AGE = 1800  # seconds without a page
LONGEST = 8 * 3600  # seconds from the key on, however often a page is opened
TRIES, WRITES, MINUTES = 10, 60, 15
ENTRY, HOME = "desk:me_enter", "desk:me"
TOO_LATE = _("Your key was entered too long ago. Enter it again in another window, then send this once more.")
View = Callable[..., HttpResponseBase]


def enter(request: Request, number: str, secret: str) -> HttpResponseBase:
    """Open the own pages: the way to them, with the cookie. Every try counts. Raises Absent and Throttled."""
    throttle("public.own", source(request), limit=TRIES, minutes=MINUTES)
    key = queries.key(number, secret)
    response = redirect(HOME, here(request).code)
    _keep(response, here(request), key.pk, int(time.time()))
    return response


def leave(request: Request) -> HttpResponseBase:
    """Close the own pages on this device, at once and without a word about them."""
    office = here(request)
    response = redirect("desk:public_home", office.code)
    response.delete_cookie(COOKIE, path=_path(office), samesite="Strict")
    return response


def actor(station: Station) -> Actor:
    """The person behind a key, as pages name them: never by name."""
    return Actor("resident", station.pk, label="resident")


def with_person(view: View) -> View:
    """Open the person of the key for a view that takes (request, person, station); without one, ask for the key."""

    @wraps(view)
    def inside(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        office = here(request)
        held = _held(request, office)
        if held is None and request.method == "POST":
            raise Refused(TOO_LATE)  # what was typed comes back with the sentence
        if held is None:
            return redirect(ENTRY, office.code)
        key_id, since, person = held
        request.actor = actor(office)
        response = view(request, person, office, *args, **kwargs)
        if COOKIE not in response.cookies:
            _keep(response, office, key_id, since)
        return response

    return inside


def written(view: View) -> View:
    """A write of a resident on the own pages: counted, and done once."""
    stored = with_person(once(view))

    @require_POST
    @wraps(view)
    def outer(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        throttle("public.own_write", source(request), limit=WRITES, minutes=MINUTES)
        return stored(request, *args, **kwargs)

    return outer


def show(
    request: Request, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the portal: `station`, `office_url` and `me_url` are there for the layout `matters/own.html`."""
    station = here(request)
    around = {
        "station": station, "office_url": reverse("desk:public_home", args=[station.code]),
        "me_url": reverse(HOME, args=[station.code]),
    }  # fmt: skip
    return render(request, template, around | (context or {}), status=status)


def is_open(request: Request) -> bool:
    return _held(request, here(request)) is not None


def doors() -> list[OwnPage]:
    """What the duties offer a resident, in their order."""
    return sorted((page for duty in all_duties().values() for page in duty.own), key=lambda page: page.order)


def data_of(person: Person, *, by: Actor, action: str = "own") -> Any:
    """The person's own values and contacts; paged. Not inside a transaction."""
    return glass.own(person, by=by, at=timezone.now(), action=action)


def _held(request: HttpRequest, office: Station) -> tuple[UUID, int, Person] | None:
    """Key, since when, and person; None without a key, or with one that ran out, was ended, or is of another office."""
    try:
        code, key, since = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
        if code != office.code or time.time() - since > LONGEST:
            return None
        return UUID(key), since, queries.opened_by(UUID(key))
    except (signing.BadSignature, ValueError, Absent):
        return None


def _keep(response: HttpResponseBase, office: Station, key_id: UUID, since: int) -> None:
    value = signing.dumps([office.code, str(key_id), since], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=MAX_AGE, path=_path(office), httponly=True, samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


def _path(office: Station) -> str:
    return reverse(HOME, args=[office.code])
