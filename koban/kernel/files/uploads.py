"""Files of a form, taken before its transaction: `@once` opens one around the whole view, and a writer of SQLite must
not wait while somebody's picture is drawn.

    @taken_first("photos", kinds=["photo"])
    @once
    def report(request): …  uploads.taken(request, "photos")
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.files import intake
from koban.kernel.files.intake import Taken
from koban.lib.errors import Refused

View = Callable[..., HttpResponseBase]

TOO_MANY = _("Send at most %(most)s files at once.")
PUBLIC_AN_HOUR = 60  # forms with files from one source


def taken_first(
    field: str, *, kinds: Iterable[str] = intake.ALL_KINDS, most: int = 6
) -> Callable[[View], View]:
    """Take the files of `field` before the view. What is wrong with one is kept and raised by `taken`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def outer(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            uploads = request.FILES.getlist(field) if request.method == "POST" else []
            if uploads and request.actor.role == "public":
                throttle("files", source(request), limit=PUBLIC_AN_HOUR, minutes=60)
            request.__dict__.setdefault("koban_taken", {})[field] = _tried(uploads, frozenset(kinds), most)
            return view(request, *args, **kwargs)

        return outer

    return decorate


def taken(request: Request, field: str) -> list[Taken]:
    """The files of `field`, in the order they were sent. Raises Refused for the first that was not taken."""
    found: list[Taken] | Refused = request.__dict__["koban_taken"][field]
    if isinstance(found, Refused):
        raise found
    return found


def _tried(uploads: list[UploadedFile], kinds: frozenset[str], most: int) -> list[Taken] | Refused:
    if len(uploads) > most:
        return Refused(TOO_MANY % {"most": most})
    try:
        return [intake.take(upload, kinds=kinds) for upload in uploads]
    except Refused as refusal:
        return refusal
