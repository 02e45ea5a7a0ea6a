"""Five wrong in fifteen minutes lock, for passwords and codes alike. axes counts; here is whom and what it answers."""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from koban.kernel import law
from koban.kernel.access.refusing import problem

PACK = "office"  # the rule of the house: it guards the machine, whatever country its stations are in
LOCKED = ngettext_lazy(
    "There were too many wrong tries. Please wait %d minute and try again.",
    "There were too many wrong tries. Please wait %d minutes and try again.",
)


def limit(request: Any = None, credentials: Any = None) -> int:
    """How many wrong tries lock (OFFICE-LOCKOUT-1)."""
    return law.clause("OFFICE-LOCKOUT-1", pack=PACK, on=timezone.localdate()).value


def cool_off(request: Any = None) -> timedelta:
    """Within which time they count, and for how long they lock (OFFICE-LOCKOUT-2)."""
    return timedelta(minutes=law.clause("OFFICE-LOCKOUT-2", pack=PACK, on=timezone.localdate()).value)


def locked_sentence() -> str:
    return str(LOCKED % (int(cool_off().total_seconds()) // 60))


def name_of(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The account as axes stores it: a keyed hash, because people type passwords into the field for the name."""
    typed = (credentials or {}).get("username") or request.POST.get("login", "")
    return hashed(str(typed))


def hashed(username: str) -> str:
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    return hmac.new(settings.SECRET_KEY.encode(), f"axes\0{name}".encode(), hashlib.sha256).hexdigest()


def answer(request: HttpRequest, original: Any = None, credentials: Any = None) -> HttpResponse:
    """What a locked visitor sees; the same whether the account exists or not."""
    response = problem(request, 429, locked_sentence())
    response["Retry-After"] = str(int(cool_off().total_seconds()))
    return response


def counted(request: HttpRequest, username: str, check: Callable[[], Any]) -> Any:
    """Run `check` (a code against an account) under the same count as passwords. Raises ValidationError."""
    credentials = {"username": username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]  # the middleware then answers
        raise ValidationError(locked_sentence())
    try:
        return check()
    except ValidationError:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise


def forgive(username: str) -> None:
    """Forget the wrong tries of an account whose owner just proved to be there; nobody else's."""
    AccessAttempt.objects.filter(username=hashed(username)).delete()
