"""One address for each step of an incident: its form, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import actions, endings, queries, rules, things
from koban.duties.incidents import step_forms as shapes
from koban.duties.incidents.models import Incident
from koban.duties.incidents.panel import BY_KEY
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.models import Post
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Matter
from koban.registers.roster.queries import on_duty

Make = Callable[[Request, Matter], forms.Form]
Do = Callable[[Request, Matter, Any], object]


@dataclass(frozen=True, slots=True)
class Way:
    """make: the form, None where a press of the button is enough. do: the action."""

    do: Do
    make: Make | None = None


def step(key: str) -> Callable[..., HttpResponseBase]:
    """The view of one step: shows its form, acts, and goes back to the incident."""
    way = WAYS[key]

    @once
    def view(request: Request, year: int, number: int) -> HttpResponse:
        matter = queries.numbered(year, number)
        form = way.make(request, matter) if way.make else forms.Form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with said_by(form):
                way.do(request, matter, form)
                messages.success(request, _("Done: %(step)s") % {"step": BY_KEY[key].label})
                return redirect("incidents:detail", year, number)
        return _ask(request, matter, key, form)

    return view


def _ask(request: Request, matter: Matter, key: str, form: forms.Form) -> HttpResponse:
    status = 422 if form.errors else 200
    shown = {"matter": matter, "step": BY_KEY[key], "form": form, "type": CATALOGUE.types.get(matter.type)}
    return render(request, "incidents/step.html", shown, status=status)


def _simple(shape: Callable[..., forms.Form], **more: Any) -> Make:
    return lambda request, matter: shape(request.POST or None, **more)


def _team() -> list[Post]:
    return [standing.post for standing in on_duty(timezone.now())]


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _told_here(request: Request) -> dict[str, Any]:
    return {**_told(request), "station": here(request)}


def _triage_form(request: Request, matter: Matter) -> forms.Form:
    incident = Incident.objects.get(matter=matter)
    code = request.POST.get("code", matter.type)
    return shapes.TriageForm(request.POST or None, type_code=code, told=incident.answers)


def _triage(request: Request, matter: Matter, form: shapes.TriageForm) -> object:
    data = form.cleaned_data
    return actions.triage(
        matter, data["code"], form.answers(), priority=int(data["priority"]), **_told(request)
    )


def _send_form(request: Request, matter: Matter) -> forms.Form:
    return shapes.SendForm(request.POST or None, team=_team())


def _log_form(request: Request, matter: Matter) -> forms.Form:
    acts = [act for act in shapes.ACTS if act in rules.TWO_OFFICERS | rules.ONE_OFFICER_RECORDED]
    return shapes.LogForm(request.POST or None, team=_team(), acts=acts)


def _log(request: Request, matter: Matter, form: shapes.LogForm) -> object:
    return actions.log_scene(matter, **form.cleaned_data, **_told(request))


def _refer_form(request: Request, matter: Matter) -> forms.Form:
    likely = CATALOGUE[matter.type].refer_to if matter.type in CATALOGUE else ()
    return shapes.ReferForm(request.POST or None, likely=likely)


def _refer(request: Request, matter: Matter, form: forms.Form) -> object:
    data = form.cleaned_data
    return endings.refer_out(matter, data["body"], reason=data["reason"], **_told_here(request))


def _referral(request: Request, matter: Matter, form: forms.Form) -> object:
    referral = matter.referrals.order_by("-at").first()
    if referral is None:
        raise Refused(_("This was not referred to anybody."))
    data = form.cleaned_data
    return endings.referral_status(
        referral, data["status"], their_number=data["their_number"], **_told(request)
    )


def _call_back(request: Request, matter: Matter, form: shapes.CallBackForm) -> object:
    data = form.cleaned_data
    reached = data["reached"] == "yes"
    return endings.call_back(
        matter, reached=reached, is_fixed=form.is_fixed(), text=data["text"], **_told(request)
    )


def _merge(request: Request, matter: Matter, form: forms.Form) -> object:
    year, _dash, number = form.cleaned_data["number"].partition("-")
    into = Matter.objects.filter(kind=queries.KIND, year=int(year), number=int(number)).first()
    if into is None:
        raise Refused(_("There is no matter with this number."))
    return joins.merge(matter, into, reason=form.cleaned_data["reason"], **_told(request))


def _thing(request: Request, matter: Matter, form: forms.Form) -> object:
    data = form.cleaned_data
    way = "found" if matter.type == "found_property" else "lost"
    return things.record(
        matter,
        way,
        data["category"],
        data["description"],
        data["on"],
        shelf=data["shelf"],
        **_told_here(request),
    )


def _reasoned(act: Callable[..., object], *, here: bool = False) -> Do:
    told = _told_here if here else _told
    return lambda request, matter, form: act(matter, reason=form.cleaned_data["reason"], **told(request))


def _plain(act: Callable[..., object]) -> Do:
    return lambda request, matter, form: act(matter, **_told(request))


def _answer(request: Request, matter: Matter, form: forms.Form) -> object:
    data = form.cleaned_data
    return endings.answer(matter, data["text"], outcome=data["outcome"], **_told_here(request))


REASON = _simple(shapes.ReasonForm)
WAYS: dict[str, Way] = {
    "accept": Way(_plain(actions.accept)),
    "arrive": Way(_plain(actions.arrive)),
    "free": Way(_plain(actions.free)),
    "handle": Way(_plain(actions.handle)),
    "close": Way(_plain(endings.close)),
    "triage": Way(_triage, _triage_form),
    "send": Way(lambda r, m, f: actions.dispatch(m, list(f.cleaned_data["posts"]), **_told(r)), _send_form),
    "log": Way(_log, _log_form),
    "answer": Way(_answer, _simple(shapes.AnswerForm, label=_("What the resident will read"))),
    "message": Way(
        lambda r, m, f: endings.write_out(m, f.cleaned_data["text"], **_told(r)),
        _simple(shapes.WordsForm, label=_("What the resident will read")),
    ),
    "note": Way(
        lambda r, m, f: matters.note(m, f.cleaned_data["text"], **_told(r)),
        _simple(shapes.WordsForm, label=_("Note for the office")),
    ),
    "call-back": Way(_call_back, _simple(shapes.CallBackForm)),
    "refer": Way(_refer, _refer_form),
    "referral": Way(_referral, _simple(shapes.ReferralForm)),
    "take-back": Way(_reasoned(endings.take_back), REASON),
    "stand-down": Way(_reasoned(actions.stand_down), REASON),
    "close-unanswered": Way(_reasoned(endings.close_unanswered), REASON),
    "cancel": Way(_reasoned(endings.cancel), REASON),
    "reopen": Way(_reasoned(endings.reopen, here=True), REASON),
    "merge": Way(
        _merge,
        lambda r, m: shapes.MergeForm(r.POST or None, initial={"number": r.GET.get("number", "")[:16]}),
    ),
    "thing": Way(_thing, _simple(shapes.ThingForm)),
}


@once
def tick(request: Request, year: int, number: int) -> HttpResponse:
    """Tick an item of the checklist; it stands in the scene log with its time."""
    matter = queries.numbered(year, number)
    item = request.POST.get("item", "")
    known = {i.key: i for i in CATALOGUE.checklist(matter.type).items} if matter.type in CATALOGUE else {}
    if item not in known:
        raise Refused(_("This item is not on the list."))
    actions.log_scene(matter, "check", "", item=item, **_told(request))
    return redirect("incidents:detail", year, number)


@once
def take_in_hand(request: Request, year: int, number: int) -> HttpResponse:
    """Hold the matter: from now on its people may be looked up, and every look is paged."""
    matters.hold(queries.numbered(year, number), request.actor.post_id, **_told(request))
    return redirect("incidents:detail", year, number)
