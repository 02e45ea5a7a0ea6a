"""Changing the language in the middle of a form, with everything typed still there."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation

from koban.kernel.access.edge import LANGUAGE_COOKIE
from koban.kernel.access.who import Request

FIELD = "language"
YEAR = 365 * 24 * 3600


def speak(request: Request) -> Callable[[HttpResponse], HttpResponse] | None:
    """Answer in the language that the posted button names; None where none was pressed.

    The result puts the choice into a cookie, as the button in the head of other pages does.
    """
    code = request.POST.get(FIELD, "")
    if code not in dict(settings.LANGUAGES):
        return None
    translation.activate(code)
    request.LANGUAGE_CODE = code
    return lambda response: _remembered(response, code)


def _remembered(response: HttpResponse, code: str) -> HttpResponse:
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return response
