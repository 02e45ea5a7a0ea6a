"""A resident's own pages about visits: what is planned at my door, what was written, my card, and the wish for none."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.visits import actions, cards, needs, queries, rules, wishes
from koban.duties.visits.flow import FLOW
from koban.duties.visits.forms import AskForm, CardForm, WordsForm
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request
from koban.kernel.flow import spoken
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.matters import own
from koban.matters.models import Matter
from koban.registers.residents import queries as people
from koban.registers.residents.handles import Person

View = Callable[..., HttpResponseBase]
NO_HOME = _("The office does not know where you live, so nobody can come. Register your address first.")


def both(get: View, post: View) -> View:
    """One address: shown by `get`, written by `post`."""

    def view(request: Request, **kwargs: Any) -> HttpResponseBase:
        return post(request, **kwargs) if request.method == "POST" else get(request, **kwargs)

    return view


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _done(request: Request, station: Station, said: Any) -> HttpResponse:
    messages.success(request, str(said))
    return redirect("visits:own", station.code)


@require_safe
@own.with_person
def home(request: Request, person: Person, station: Station) -> HttpResponse:
    today = queries.day_of(timezone.now(), station)
    live, card = people.current_home(person, today), queries.card_of(person.pk, today)
    shown = {
        "home": live, "ahead": queries.at_address(live.address_id) if live else [], "card": card,
        "purposes": [spoken(needs.purposes()[key].words) for key in (card.purposes if card else [])],
        "past": [(row, FLOW.state(row.matter.state)) for row in queries.of_person(person.pk)], "today": today,
    }  # fmt: skip
    return own.show(request, "visits/own/home.html", shown)


# --- Asking, and wanting none --------------------------------------------------------------------------------------


@own.with_person
def ask_page(request: Request, person: Person, station: Station) -> HttpResponse:
    return own.show(request, "visits/own/ask.html", {"form": AskForm()})


@own.written
def ask(request: Request, person: Person, station: Station) -> HttpResponse:
    form = AskForm(request.POST)
    if form.is_valid():
        with said_by(form):
            live = _home(person, station)
            actions.plan(
                live.address, rules.ASKED, form.starts_at(), words=form.cleaned_data["text"], person_id=person.pk,
                station=station, **_by(request),
            )  # fmt: skip
    if form.errors:
        return own.show(request, "visits/own/ask.html", {"form": form}, status=422)
    return _done(request, station, _("The office has your wish and confirms the time."))


def _home(person: Person, station: Station) -> Any:
    live = people.current_home(person, queries.day_of(timezone.now(), station))
    if live is None:
        raise Refused(NO_HOME)
    return live


@own.written
def rest(request: Request, person: Person, station: Station) -> HttpResponse:
    """No visit, please. Nobody asks why, and it is kept for the address alone."""
    live = _home(person, station)
    ahead = [row.matter for row in queries.at_address(live.address_id) if row.why != rules.ASKED]
    for matter in ahead:
        actions.rest(matter, station=station, **_by(request))
    if not ahead:
        actions.rest_at(live.address, station=station, **_by(request))
    return _done(request, station, _("Nobody comes. You can ask for a visit at any time."))


# --- What was written ----------------------------------------------------------------------------------------------


def _mine(person: Person, pk: UUID) -> Matter:
    rows = queries.of_person(person.pk)
    found: Matter | None = next((row.matter for row in rows if row.matter_id == pk), None)
    if found is None:
        raise Absent
    return found


@own.with_person
def visit_page(request: Request, person: Person, station: Station, matter: UUID) -> HttpResponse:
    return _visit(request, _mine(person, matter), station, WordsForm(label=_("What is not right?")))


def _visit(
    request: Request, matter: Matter, station: Station, form: WordsForm, status: int = 200
) -> HttpResponse:
    shown = {"sheet": queries.sheet(matter, station), "matter": matter, "form": form}
    return own.show(request, "visits/own/visit.html", shown, status=status)


@own.written
def correct(request: Request, person: Person, station: Station, matter: UUID) -> HttpResponse:
    row, form = _mine(person, matter), WordsForm(request.POST, label=_("What is not right?"))
    if form.is_valid():
        with said_by(form):
            wishes.correct(row, form.cleaned_data["text"], station=station, **_by(request))
    if form.errors:
        return _visit(request, row, station, form, 422)
    return _done(request, station, _("It stands beside what was written. The office replies here."))


# --- The card --------------------------------------------------------------------------------------------------


@own.with_person
def card_page(request: Request, person: Person, station: Station) -> HttpResponse:
    return own.show(request, "visits/own/card.html", {"form": CardForm()})


@own.written
def card(request: Request, person: Person, station: Station) -> HttpResponse:
    form = CardForm(request.POST)
    if form.is_valid():
        with said_by(form):
            live = people.current_home(person, queries.day_of(timezone.now(), station))
            cards.give(
                person, live.address if live else None, form.contacts(), form.cleaned_data["purposes"],
                station=station, **_by(request),
            )  # fmt: skip
    if form.errors:
        return own.show(request, "visits/own/card.html", {"form": form}, status=422)
    return _done(request, station, _("Your card is kept, with its end. You can take it back at any time."))


def _card(person: Person, station: Station) -> Any:
    found = queries.card_of(person.pk, queries.day_of(timezone.now(), station))
    if found is None:
        raise Absent
    return found


@own.written
def card_again(request: Request, person: Person, station: Station) -> HttpResponse:
    cards.still_right(_card(person, station), station=station, **_by(request))
    return _done(request, station, _("Thank you. The card runs for another year."))


@own.written
def card_end(request: Request, person: Person, station: Station) -> HttpResponse:
    cards.end(_card(person, station), **_by(request))
    return _done(request, station, _("The card has ended, and what stood on it is closed."))
