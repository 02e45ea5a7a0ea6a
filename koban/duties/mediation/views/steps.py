"""One page for each step: the form, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from koban.duties.mediation import actions, acts, performing, queries, steps, taking
from koban.duties.mediation.forms import DayForm, DelegateForm, HelperForm, MendForm, SideFields
from koban.duties.mediation.models import Mediation, Side
from koban.duties.mediation.steps import Step
from koban.duties.mediation.taking import SideTold
from koban.duties.mediation.views.receipt import receipt
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent

View = Callable[..., HttpResponseBase]


def step(key: str) -> View:
    """The view of a step: its form on GET, its action on POST."""
    told = steps.BY_KEY[key]

    def view(request: Request, year: int, number: int) -> HttpResponseBase:
        mediation = queries.numbered(year, number)
        if request.method != "POST":
            return _shown(request, mediation, told, told.form(**_initial(told, mediation, request)))
        return posted(request, mediation)

    @once
    def posted(request: Request, mediation: Mediation) -> HttpResponse:
        form = told.form(request.POST)
        if form.is_valid():
            with said_by(form):
                told.act(request, mediation, form)
                return _back(mediation)
        return _shown(request, mediation, told, form, 422)

    return view


def _initial(told: Step, mediation: Mediation, request: Request) -> dict[str, Any]:
    """What is known already, so that nobody types it twice."""
    if told.key == "facts":
        row = {name: getattr(mediation, name) for name in told.form.base_fields}
        return {"initial": row | {"bars": mediation.bars.split()}}
    if told.key in ("agree", "committee", "spot", "recognise"):
        session = mediation.sessions.order_by("-number").first()
        body = mediation.committee if told.key == "committee" else here(request).label
        known = {"body": body, "mediator": request.actor.label, "place": mediation.matter.place}
        return {
            "initial": known
            | {"cause": mediation.matter.summary, "others": session.guests if session else ""}
        }
    return {}


def _shown(request: Request, mediation: Mediation, told: Any, form: Any, status: int = 200) -> HttpResponse:
    shown = {"step": told, "form": form, "matter": mediation.matter, "mediation": mediation}
    return render(request, "mediation/step.html", shown, status=status)


def _back(mediation: Mediation) -> HttpResponse:
    return redirect("mediation:detail", mediation.matter.year, mediation.matter.number)


SIDE_FORMS: dict[str, Any] = {"who": SideFields, "guardian": HelperForm, "delegate": DelegateForm}


def side(request: Request, year: int, number: int, letter: str, key: str) -> HttpResponseBase:
    """Who a side is, who helps it, what it says, its receipt."""
    if key not in ("yes", "no", "receipt", *SIDE_FORMS):
        raise Absent
    if request.method == "POST":
        return _side(request, year, number, letter, key)
    if key not in SIDE_FORMS:
        raise Absent
    mediation = queries.numbered(year, number)
    acts.side_of(mediation, letter)
    return _shown(request, mediation, SIDE_STEPS[key], SIDE_FORMS[key]())


@once
def _side(request: Request, year: int, number: int, letter: str, key: str) -> HttpResponse:
    mediation = queries.numbered(year, number)
    row = acts.side_of(mediation, letter)
    if key in ("yes", "no"):
        actions.answer(row, key, **acts.all_of(request))
        return _back(mediation)
    if key == "receipt":
        return receipt(request, row, taking.give_receipt(row, **acts.at(request)))
    form = SIDE_FORMS[key](request.POST)
    if form.is_valid():
        with said_by(form):
            _helped(request, row, key, form)
            return _back(mediation)
    return _shown(request, mediation, SIDE_STEPS[key], form, 422)


def _helped(request: Request, row: Side, key: str, form: Any) -> None:
    if key == "who":
        taking.name_side(row, form.told(), **acts.at(request))
        return
    data = form.cleaned_data
    told = SideTold(data["name"], data["phone"])
    more = {"letter": data["letter"], "scope": data["scope"]} if key == "delegate" else {}
    taking.helped_by(row, key, told, **acts.at(request), **more)


SIDE_STEPS = {
    "who": steps.named("who", steps.WHO), "guardian": steps.named("guardian", steps.GUARDIAN),
    "delegate": steps.named("delegate", steps.DELEGATE),
}  # fmt: skip
OWED_FORMS: dict[str, Any] = {"done": DayForm, "mend": MendForm}
OWED_STEPS = {"done": steps.named("done", steps.DONE), "mend": steps.named("mend", steps.MEND)}


def owed(request: Request, year: int, number: int, row: int, key: str) -> HttpResponseBase:
    """A performance: made, refused, or made after all."""
    if key not in ("done", "refused", "mend"):
        raise Absent
    if request.method == "POST":
        return _owed(request, year, number, row, key)
    if key not in OWED_FORMS:
        raise Absent
    mediation = queries.numbered(year, number)
    acts.owed_of(mediation, row)
    form = OWED_FORMS[key](initial={"on": timezone.localdate()})
    return _shown(request, mediation, OWED_STEPS[key], form)


@once
def _owed(request: Request, year: int, number: int, row: int, key: str) -> HttpResponse:
    mediation = queries.numbered(year, number)
    found = acts.owed_of(mediation, row)
    if key == "refused":
        performing.refuse_to_perform(found, **acts.all_of(request))
        return _back(mediation)
    form = OWED_FORMS[key](request.POST)
    if form.is_valid():
        with said_by(form):
            told = {"reason": form.cleaned_data["reason"]} if key == "mend" else {}
            act = performing.mend if key == "mend" else performing.perform
            act(found, form.cleaned_data["on"], **told, **acts.all_of(request))
            return _back(mediation)
    return _shown(request, mediation, OWED_STEPS[key], form, 422)
