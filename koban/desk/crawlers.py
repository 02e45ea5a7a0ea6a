"""What machines ask every site for: which pages they may read, and its sign."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from koban.kernel.access.who import Request

# The front of every office is for everybody; work, sign-in and what a receipt or a door's code opens is not.
CLOSED = (
    "/desk/", "/accounts/", "/lock/", "/language/", "/api/", "/events",
    "/o/*/follow/", "/o/*/report/at/", "/o/*/places/",
)  # fmt: skip
A_DAY = 24 * 3600


@require_safe
@cache_control(public=True, max_age=A_DAY)
def robots(request: Request) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Allow: /", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=A_DAY)
def favicon(request: Request) -> HttpResponse:
    """The lamp, for whoever asks without reading the page that names it."""
    return redirect(static("koban/lamp.ico"))
