"""The locked screen: the owner comes back with the password or a passkey, to where they were and what they wrote."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.flows import auth as webauthn
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST

from koban.kernel.access.edge import HELD_KEY
from koban.kernel.access.forms import UnlockForm
from koban.kernel.access.who import LOCKED_KEY, SEEN_KEY, Request, Who, signed_in
from koban.lib.errors import Absent


def way_back(request: Request, else_to: str = "") -> str:
    """Where the visitor wants to go, or came from, if that is on this site; else the desk, or `else_to` where given.

    Only with `else_to` the page they came from is asked for: after a lock or a sign-in it is that page itself.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    came_from = request.headers.get("Referer", "") if else_to else ""
    allowed = {request.get_host()}
    ours = [
        url
        for url in (wanted, came_from)
        if url_has_allowed_host_and_scheme(url, allowed, require_https=request.is_secure())
    ]
    return ours[0] if ours else else_to or settings.LOGIN_REDIRECT_URL


@require_POST
def lock_now(request: Request) -> HttpResponse:
    """The lock button."""
    request.session[LOCKED_KEY] = True
    return redirect(f"{reverse('lock')}?{urlencode({'next': way_back(request)})}")


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: Request) -> HttpResponse:
    """Ask for the password or a passkey of the account that locked, and let it back in."""
    who = signed_in(request)
    if not who.is_locked:
        return redirect(way_back(request))
    request.session[LOCKED_KEY] = True  # an idle screen stays locked until its owner unlocks it
    form = _form(request, who)
    if request.method == "POST" and form.is_valid():
        return _unlock(request, form)
    status = 422 if form.is_bound else 200
    return render(request, "access/lock.html", _context(request, who, form), status=status)


def _form(request: Request, who: Who) -> BaseForm:
    if "credential" in request.POST:
        form: BaseForm = ReauthenticateWebAuthnForm(request.POST, user=who.account)
        return form
    return UnlockForm(request.POST if request.method == "POST" else None, account=who.account)


def _context(request: Request, who: Who, form: BaseForm) -> dict[str, Any]:
    context = {"who": who, "form": form, "next": way_back(request), "held": HELD_KEY in request.session}
    if "credential" in form.fields:
        context |= {"form": UnlockForm(account=who.account), "passkey_errors": form.errors}
    if Authenticator.objects.filter(user=who.account, type=Authenticator.Type.WEBAUTHN).exists():
        context |= {
            "passkey": True,
            "js_data": {"request_options": webauthn.begin_authentication(who.account)},
        }
    return context


def _unlock(request: Request, form: BaseForm) -> HttpResponse:
    if isinstance(form, ReauthenticateWebAuthnForm):
        form.save()
    request.session.cycle_key()
    request.session.pop(LOCKED_KEY, None)
    request.session[SEEN_KEY] = timezone.now().timestamp()
    return redirect("held" if HELD_KEY in request.session else way_back(request))


def held(request: Request) -> HttpResponse:
    """What was being sent when the screen locked, to be looked at and sent, or dropped."""
    kept = request.session.get(HELD_KEY)
    if kept is None:
        raise Absent
    if request.method == "POST":
        del request.session[HELD_KEY]
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "access/held.html", {"path": kept["path"], "fields": kept["fields"]})
