"""The door of agents and property managers: their own key, their reports, whether they came in time.

Number and secret open it for a short while, by a signed cookie that is sent to these pages of this office alone.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from koban.duties.lettings import actions, queries, reports, rules
from koban.duties.lettings.flow import FLOW
from koban.duties.lettings.forms import KeyForm, ReportForm
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import Agent

COOKIE, SALT = "koban_agent", "koban.lettings.agent"
MAX_AGE, LONGEST = 1800, 8 * 3600  # seconds without a page; seconds from the key on
TRIES, WRITES, MINUTES = 20, 120, 15
WRONG = _("There is no firm with this number and this secret. Please compare both with the paper.")
TOO_LATE = _("Your key was entered too long ago. Enter it again in another window, then send this once more.")
View = Callable[..., HttpResponseBase]


def _show(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    station = here(request)
    around = {"station": station, "office_url": reverse("desk:public_home", args=[station.code])}
    return render(request, template, around | context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request) -> HttpResponseBase:
    """Number and secret, by POST alone. Every try counts."""
    form = KeyForm(request.POST or None)
    if request.method == "POST":
        throttle("lettings.agent", source(request), limit=TRIES, minutes=MINUTES)
        if form.is_valid() and (agent := _known(request, form)):
            response = redirect("lettings:agent-home", here(request).code)
            _keep(response, here(request), agent, int(time.time()))
            return response
    return _show(request, "lettings/door/enter.html", {"form": form}, 422 if form.errors else 200)


def _known(request: Request, form: KeyForm) -> Agent | None:
    today, told = actions.day_of(timezone.now(), here(request)), form.cleaned_data
    try:
        return lets.agent_by_key(told["number"], told["secret"], today)
    except Absent:
        form.add_error(None, str(WRONG))
        return None


def _path(station: Station) -> str:
    return reverse("lettings:agent-enter", args=[station.code])


def _keep(response: HttpResponseBase, station: Station, agent: Agent, since: int) -> None:
    given = agent.given_at.isoformat() if agent.given_at else ""
    value = signing.dumps([station.code, str(agent.pk), given, since], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=MAX_AGE, path=_path(station), httponly=True, samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


def _held(request: HttpRequest, station: Station) -> tuple[Agent, int] | None:
    """The firm and since when; None without a key, or with one that ran out, was replaced or revoked."""
    try:
        code, pk, given, since = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError):
        return None
    agent: Agent | None = Agent.objects.filter(pk=pk, revoked_at=None).first()
    is_same = agent is not None and agent.given_at is not None and agent.given_at.isoformat() == given
    if code != station.code or not is_same or agent is None or time.time() - since > LONGEST:
        return None
    return agent, since


def with_agent(view: View) -> View:
    """Open the firm of the key for a view that takes (request, agent, station); without one, ask for it."""

    @wraps(view)
    def inside(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        station = here(request)
        held = _held(request, station)
        if held is None and request.method == "POST":
            raise Refused(TOO_LATE)
        if held is None:
            return redirect("lettings:agent-enter", station.code)
        agent, since = held
        request.actor = Actor("machine", station.pk, label=agent.number)
        response = view(request, agent, station, *args, **kwargs)
        _keep(response, station, agent, since)
        return response

    return inside


@require_http_methods(["GET", "HEAD", "POST"])
@with_agent
@once
def home(request: Request, agent: Agent, station: Station) -> HttpResponse:
    """Report a letting; below, what was reported and whether it came in time."""
    today = actions.day_of(timezone.now(), station)
    form = ReportForm(request.POST or None, today=today)
    if request.method == "POST":
        throttle("lettings.agent_write", source(request), limit=WRITES, minutes=MINUTES)
        if form.is_valid():
            with said_by(form):
                reports.report(agent, form.report(), by=request.actor, at=timezone.now(), station=station)
                messages.success(request, _("Reported. Thank you."))
                return redirect("lettings:agent-home", station.code)
    rows = [(one, FLOW.state(one.matter.state)) for one in queries.reports_of(agent.pk)]
    clause = queries.clause_of(rules.TERMS[agent.kind, "start"], station, today)
    shown = {"form": form, "agent": agent, "rows": rows, "clause": clause}
    return _show(request, "lettings/door/home.html", shown, 422 if form.errors else 200)


@require_POST
def leave(request: Request) -> HttpResponseBase:
    station = here(request)
    response = redirect("lettings:agent-enter", station.code)
    response.delete_cookie(COOKIE, path=_path(station), samesite="Strict")
    return response
