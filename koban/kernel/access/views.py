"""The pages of an account, the language, and the table of who may do what."""

from itertools import groupby

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.edge import LANGUAGE_COOKIE, switch_post
from koban.kernel.access.lock import way_back
from koban.kernel.access.models import Account
from koban.kernel.access.roles import ACTIONS, CONFLICTS, EVERYONE, ROLES, Action, Role
from koban.kernel.access.who import Request, idle_minutes, signed_in
from koban.lib.errors import Refused

YEAR = 365 * 24 * 3600


@require_POST
def set_language(request: Request) -> HttpResponse:
    """Remember the language in a cookie, and in the account of whoever is signed in."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Refused(_("Koban does not speak this language yet."))
    if request.who is not None:
        Account.objects.filter(pk=request.who.account.pk).update(language=code)
    response = redirect(way_back(request, else_to="/"))
    response.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_safe
def rights(request: Request) -> HttpResponse:
    """The role x action table, printed from the code."""
    roles = list(ROLES.values())
    ordered = sorted(ACTIONS.values(), key=lambda action: action.key)
    areas = [
        [(action, _holders(action, roles)) for action in actions]
        for _area, actions in groupby(ordered, key=lambda action: action.key.split(".")[0])
    ]
    pairs = sorted(sorted(pair) for pair in CONFLICTS)
    apart = [[ROLES[key] for key in pair] for pair in pairs]
    return render(request, "access/rights.html", {"roles": roles, "areas": areas, "apart": apart})


def _holders(action: Action, roles: list[Role]) -> list[Role]:
    """Who may; where all may, "anyone" says it in one word."""
    return (
        [ROLES["public"]]
        if action.roles == EVERYONE
        else [role for role in roles if role.key in action.roles]
    )


@require_safe
def account(request: Request) -> HttpResponse:
    """The own account: posts, second steps, language, sessions."""
    who = signed_in(request)
    kinds = set(Authenticator.objects.filter(user=who.account).values_list("type", flat=True))
    minutes = idle_minutes(who.post, timezone.now())
    held = [(post, ROLES[post.role]) for post in who.posts if post.role in ROLES]
    return render(
        request, "access/account.html", {"who": who, "held": held, "kinds": kinds, "idle_minutes": minutes}
    )


@require_POST
def choose_post(request: Request) -> HttpResponse:
    """Act in another of the own posts."""
    switch_post(request, request.POST.get("post", ""))
    return redirect(way_back(request))


@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """Sign the own account out everywhere but here."""
    account = signed_in(request).account
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1)
    account.refresh_from_db(fields=["epoch"])
    update_session_auth_hash(request, account)
    messages.success(request, _("You are signed out on every other machine."))
    return redirect("account")
