"""Permits at the desk: the list, one card, and what is asked of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.permits import queries, rules
from koban.duties.permits.actions import cards, papers
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.asking import AskForm
from koban.duties.permits.forms.filters import CardsForm
from koban.duties.permits.models import Permit, Type, Way
from koban.duties.permits.views.public import finding
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent

PAGE, MOST_LISTED = 50, 1000


@require_safe
def listing(request: Request) -> HttpResponse:
    form = CardsForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.cards(wanted.get("state") or "", int(wanted.get("due") or 0))[:MOST_LISTED]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "permits/cards.html", {"form": form, "page": page, "now": timezone.now()})


@require_safe
def detail(request: Request, number: str) -> HttpResponse:
    permit = queries.card(number)
    law = Law.of(here(request), timezone.now())
    years = cards.years_of(permit)
    shown = {
        "permit": permit,
        "endorsements": list(permit.endorsements.order_by("-on")),
        "pauses": list(permit.pauses.order_by("-from_on")),
        "asked": list(permit.applications.select_related("matter").order_by("-id")),
        "opens_on": years.opens_on(law.months(rules.YEARLY), law.months(rules.WINDOW)),
        "clauses": {key: law.clause(key) for key in (rules.YEARLY, rules.WINDOW, rules.LATE, rules.FREE)},
        "ground": law.clause(rules.HALF_YEAR),
        "is_running": permit.state in (Permit.State.VALID, Permit.State.SUSPENDED),
        "papers": papers.certificates_of(permit),
        "book": law,
        "now": timezone.now(),
    }
    return render(request, "permits/card.html", shown)


ASKED = (Type.ENDORSEMENT, Type.CHANGE, Type.REPLACEMENT, Type.CANCELLATION)


@once
def ask(request: Request, number: str, type: str) -> HttpResponse:
    """An officer endorses and cancels at once; what prints a paper, or an auxiliary takes, is finished on its page."""
    if type not in ASKED:
        raise Absent
    permit, law = queries.card(number), Law.of(here(request), timezone.now())
    form = AskForm(request.POST or None, type=type, book=law, initial=_now(permit))
    sent = request.method == "POST" and "find" not in request.POST
    if sent and form.is_valid():
        with said_by(form):
            matter = _asked(request, permit, type, form)
            return _answered(request, permit, matter)
    shown = {
        "permit": permit, "form": form, "type": type, "label": Type(type).label, "station": here(request),
        **finding(request.POST if request.method == "POST" else None),
    }  # fmt: skip
    return render(request, "permits/ask.html", shown, status=422 if sent and form.errors else 200)


def _at_once(request: Request, type: str) -> bool:
    """What needs a new paper is finished on its own page, where the look at the holder comes first."""
    return type not in cards.RENEWED and may(request.actor.role, "permits.decide")


def _now(permit: Permit) -> dict[str, Any]:
    return {"ground": permit.ground, "place": str(permit.address or "")}


def _asked(request: Request, permit: Permit, type: str, form: AskForm) -> Any:
    data = form.cleaned_data
    told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
    place = form.found_place() if "place" in form.fields else None
    taken = cards.ask(
        permit,
        type,
        way=Way.DESK,
        why=data.get("why", ""),
        ground=data.get("ground", ""),
        place=place,
        proxy=form.proxy(),
        **told,
    )
    if _at_once(request, type):
        cards.finish(taken.matter, ground_holds=bool(data.get("ground_holds", True)), **told)
    return taken.matter


def _answered(request: Request, permit: Permit, matter: Any) -> HttpResponse:
    if _at_once(request, matter.type):
        messages.success(request, _("Done."))
        newest = Permit.objects.running().filter(person_id=permit.person_id).first() or permit
        return redirect("permits:card", newest.printed)
    messages.success(request, _("Taken. Press “Finish” to print the paper; only an officer can."))
    return redirect("permits:detail", matter.year, matter.number)
