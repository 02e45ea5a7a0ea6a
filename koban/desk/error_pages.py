"""Error pages: one readable sentence each, in the bare layout, without a word of what went wrong inside."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    heading: str | Promise
    sentence: str | Promise


WORDS = {
    400: Words(
        _("We could not read that"),
        _(
            "Something in the request was not as expected. Go back, look at what you entered, and send it again."
        ),
    ),
    403: Words(_("Not with this role"), _("Your role does not allow this step. Nothing was changed.")),
    404: Words(
        _("There is nothing here"),
        _("This page does not exist, or it is not yours to see. Check the address or the number."),
    ),
    409: Words(
        _("This was already sent"),
        _(
            "The same form arrived before with other contents. Go back, reload the page, and send it once more."
        ),
    ),
    412: Words(
        _("Somebody changed this meanwhile"),
        _("What you saw is no longer the newest. Go back, reload, and enter your change again."),
    ),
    413: Words(_("That is too large"), _("Send fewer or smaller files. Nothing was stored.")),
    429: Words(_("Too many tries"), _("Wait a few minutes, then try again. In danger, call 110.")),
    500: Words(
        _("That is our fault"),
        _("Something broke on our side. What was stored before is safe. Please try again in a moment."),
    ),
}


def page(request: HttpRequest | None, status: int, sentence: str = "", clause: str = "") -> HttpResponse:
    """The error page of `status` (a key of WORDS); sentence says more than ours where it is known."""
    words = WORDS[status]
    shown = {
        "status": status,
        "heading": words.heading,
        "sentence": sentence or words.sentence,
        "clause": clause,
    }
    return HttpResponse(render_to_string("koban/error.html", shown, request), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without the request, whose context may be what broke."""
    return page(None, 500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Settings name this as CSRF_FAILURE_VIEW."""
    return page(request, 403, gettext("This form is too old. Go back, reload the page, and send it again."))
