"""At the desk: the record as a paper, warnings, the code of a place, draws of self-inspections, large events."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import events, opening, queries, rules, selfchecks
from koban.duties.inspections.models import Draw, Event, SelfCheck, Warned
from koban.duties.inspections.views.common import kind_label, today, told
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow.fields import Told, day_input
from koban.matters.documents import printing
from koban.matters.places import Place
from koban.registers.premises import queries as premises

BODIES = {
    "county": _("the county police"),
    "city": _("the city police"),
    "none": _("nobody: no permit is needed"),
}
MOST = 50


@once
def paper(request: Request, year: int, number: int) -> HttpResponse:
    """Issue the record as a PDF of the matter."""
    matter = queries.numbered(year, number)
    made = opening.issue_record(
        matter, station=here(request), base=printing.base_of(request), **told(request)
    )
    return redirect("documents:detail", made.pk)


@once
def warn(request: Request, venue: UUID) -> HttpResponse:
    row = queries.venue(venue)
    opening.warn(row, request.POST.get("words", ""), station=here(request), **told(request))
    messages.success(request, _("Everybody can read it now."))
    return redirect("inspections:place", venue)


@once
def lift(request: Request, venue: UUID, warning: UUID) -> HttpResponse:
    row = Warned.objects.get(pk=warning, venue_id=venue)
    opening.lift(row, station=here(request), **told(request))
    return redirect("inspections:place", venue)


@once
def code(request: Request, venue: UUID) -> HttpResponse:
    """The code of a place, on paper, shown this once."""
    row, station = queries.venue(venue), here(request)
    secret = selfchecks.give_link(row, station=station, **told(request))
    shown = {"venue": row, "secret": secret, "station": station}
    response = render(request, "inspections/code.html", shown)
    response["Cache-Control"] = "no-store"
    return response


@once
def draws(request: Request) -> HttpResponse:
    """Self-inspections of this round and the draws. POST: seal the seed of the round, or draw."""
    station, on = here(request), today(request)
    round_, may_draw = selfchecks.round_of(on), may(request.actor.role, "inspections.draw")
    if request.method == "POST":
        row = selfchecks.commit(round_, station=station, **told(request))
        if request.POST.get("step") == "draw":
            selfchecks.draw(row, station=station, **told(request))
        return redirect("inspections:draws")
    checks = list(SelfCheck.objects.select_related("venue__unit", "drawn").order_by("-told_at")[:MOST])
    rows = [(one, kind_label(one.venue.kind, station)) for one in checks]
    found = list(Draw.objects.order_by("-begun_at")[:MOST])
    now = next((one for one in found if one.round == round_), None)
    shown = {
        "checks": rows,
        "draws": found,
        "now": now,
        "round": round_,
        "station": station,
        "may_draw": may_draw,
    }
    return render(request, "inspections/draws.html", shown)


class EventForm(forms.Form):
    """A large event as the office hears of it."""

    name = Told(label=_("What takes place"), limit=120)
    organiser = Told(label=_("Organiser, a body"), limit=120)
    place = Told(label=_("Address"), limit=160)
    on = forms.DateField(label=_("Day"), widget=day_input())
    expected = forms.IntegerField(label=_("People expected"), min_value=1, max_value=2_000_000)
    applied_on = forms.DateField(label=_("Applied on"), required=False, widget=day_input())

    def clean_place(self) -> Any:
        found = premises.exact(self.cleaned_data["place"])
        if found is None:
            raise forms.ValidationError(
                _("No address of the register has this name. Choose one from the list.")
            )
        return found


@once
def event_list(request: Request) -> HttpResponse:
    form, station, on = EventForm(request.POST or None), here(request), today(request)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            hearing = events.Told(
                data["name"], data["organiser"], Place.at(data["place"]), data["on"], data["expected"], data["applied_on"]
            )  # fmt: skip
            events.enter(hearing, station=station, **told(request))
            return redirect("inspections:events")
    rows = [
        (row, _terms(row, station, on))
        for row in Event.objects.select_related("matter").order_by("-on")[:MOST]
    ]
    shown = {"form": form, "rows": rows, "station": station, "on": on, "bodies": BODIES,
             "may_decide": may(request.actor.role, "inspections.record")}  # fmt: skip
    return render(request, "inspections/events.html", shown, status=422 if form.errors else 200)


def _terms(row: Event, station: Any, on: Any) -> dict[str, Any]:
    found = events.terms(row.on, row.expected, row.applied_on, station, on)
    return {"found": found, "body": BODIES[found.body], "needs": found.body != rules.NO_PERMIT}


@once
def permit(request: Request, year: int, number: int) -> HttpResponse:
    """What was decided on the permit of an event."""
    matter = queries.numbered(year, number)
    given = request.POST.get("permit") == Event.Permit.GIVEN
    what = Event.Permit.GIVEN if given else Event.Permit.REFUSED
    events.decided(matter, what, request.POST.get("number", "")[:60], **told(request))
    return redirect("inspections:events")
