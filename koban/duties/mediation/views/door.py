"""A side's own page: by its receipt, or among a resident's own pages. It says yes or no, leaves, and says what was done."""

import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from koban.duties.mediation import actions, performing, queries
from koban.duties.mediation.door_forms import EnterForm
from koban.duties.mediation.flow import FLOW
from koban.duties.mediation.models import Agreement, Performance, Side
from koban.kernel import law
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.matters import own, receipts
from koban.matters.models import Deadline

COOKIE, SALT = "koban_side", "koban.mediation.side"
MAX_AGE, LONGEST = 1800, 8 * 3600  # seconds without a page; seconds from the receipt on
TRIES, WRITES, MINUTES = 10, 60, 15
WRONG = _("Number and secret do not belong together. Look at the receipt once more.")


def show(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    station = here(request)
    around = {"station": station, "office_url": reverse("desk:public_home", args=[station.code])}
    return render(request, template, around | context, status=status)


def door(request: Request) -> HttpResponseBase:
    """Number and secret of one side open its page; the page itself, where they have."""
    if request.method == "POST":
        throttle("public.mediation", source(request), limit=TRIES, minutes=MINUTES)
        return _enter(request)
    side = _held(request, here(request))
    if side is None:
        return show(request, "mediation/door/enter.html", {"form": EnterForm()})
    return show(request, "mediation/door/side.html", told(side, here(request)))


def _enter(request: Request) -> HttpResponse:
    form = EnterForm(request.POST)
    if form.is_valid():
        secret = form.cleaned_data["secret"]
        side = queries.side_of_receipt(form.cleaned_data["number"], receipts.fingerprint(secret))
        if side is not None:
            return _keep(redirect("mediation:door", here(request).code), here(request), side.pk)
        form.add_error(None, WRONG)
    return show(request, "mediation/door/enter.html", {"form": form}, 422)


def _keep(response: HttpResponse, office: Station, side_id: UUID) -> HttpResponse:
    value = signing.dumps([office.code, str(side_id), int(time.time())], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=MAX_AGE, path=_path(office), httponly=True, samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return response


def _path(office: Station) -> str:
    return reverse("mediation:door", args=[office.code])


def _held(request: HttpRequest, office: Station) -> Side | None:
    """The side of the cookie; None without one, or with one that ran out, is of another office or of an older receipt."""
    try:
        code, side, since = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError):
        return None
    if code != office.code or time.time() - since > LONGEST:
        return None
    found: Side | None = (
        Side.objects.filter(pk=UUID(side))
        .exclude(receipt=b"")
        .select_related("mediation__matter__station")
        .first()
    )
    return found


def told(side: Side, station: Station) -> dict[str, Any]:
    """What a side reads: the state, what is asked, the agreement and what is owed. Nothing about the other but its letter."""
    matter = side.mediation.matter
    agreement: Agreement | None = side.mediation.agreements.order_by("-agreed_on", "-id").first()
    owed = list(agreement.performances.select_related("owed_by").order_by("number")) if agreement else []
    terms = [
        (term, law.clause(term.clause, station.pack, on=timezone.localdate()))
        for term in Deadline.objects.filter(matter=matter, met_at=None).order_by("due_at")
    ]
    return {
        "side": side, "side_key": f"{side.pk}/", "matter": matter, "state": FLOW.state(matter.state),
        "agreement": agreement, "owed": owed,
        "terms": terms, "is_civil": not side.mediation.offence, "may_answer": matter.state in ("received", "consent", "people"),
        "may_leave": matter.state in ("consent", "sessions", "people"), "may_judge": matter.state == "performing",
        "proposals": list(side.mediation.proposals.order_by("at")),
    }  # fmt: skip


@require_POST
def act(request: Request, key: str) -> HttpResponseBase:
    """What a side does by its receipt."""
    throttle("public.mediation_write", source(request), limit=WRITES, minutes=MINUTES)
    return _close(request) if key == "close" else _act(request, key)


def _close(request: Request) -> HttpResponse:
    """Forget the receipt on this device."""
    response = redirect("mediation:door", here(request).code)
    response.delete_cookie(COOKIE, path=_path(here(request)), samesite="Strict")
    return response


@once
def _act(request: Request, key: str) -> HttpResponse:
    side = _held(request, here(request))
    if side is None:
        raise Refused(own.TOO_LATE)
    do(request, side, key)
    return redirect("mediation:door", here(request).code)


def do(request: Request, side: Side, key: str) -> None:
    """yes, no: to mediation; leave: at any time; got, refuse: of a performance. Raises Absent for anything else."""
    by: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
    if key in ("yes", "no"):
        actions.answer(side, key, **by)
    elif key == "leave":
        actions.leave(side, **by)
    elif key == "got":
        performing.perform(_owed(request, side, mine=False), timezone.localdate(), **by)
    elif key == "refuse":
        performing.refuse_to_perform(_owed(request, side, mine=True), **by)
    else:
        raise Absent


def _owed(request: Request, side: Side, *, mine: bool) -> Performance:
    """A performance that this side owes, or that the other owes it. Raises Absent."""
    number = request.POST.get("number", "")
    rows = Performance.objects.filter(agreement__mediation=side.mediation, agreement__ended_on=None)
    rows = rows.filter(owed_by=side) if mine else rows.exclude(owed_by=side)
    found: Performance | None = (
        rows.filter(number=int(number)).select_related("agreement__mediation__matter").first()
        if number.isdecimal()
        else None
    )
    if found is None:
        raise Absent
    return found


@require_safe
@own.with_person
def mine(request: Request, person: Any, station: Station) -> HttpResponse:
    """A resident's own mediations."""
    sides = queries.sides_of_person(person.pk)
    return own.show(request, "mediation/own.html", {"mine": [told(side, station) for side in sides]})


@own.written
def mine_act(request: Request, person: Any, station: Station, side: UUID, key: str) -> HttpResponse:
    found = next((row for row in queries.sides_of_person(person.pk) if row.pk == side), None)
    if found is None:
        raise Absent
    do(request, found, key)
    return redirect("mediation:own", station.code)
