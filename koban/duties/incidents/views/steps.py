"""One address for each step of an incident: its form, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import actions, endings, mending, queries, rules, things
from koban.duties.incidents import step_forms as shapes
from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.models import Incident
from koban.duties.incidents.panel import BY_KEY
from koban.duties.incidents.types import CATALOGUE
from koban.duties.incidents.views import stale, standard
from koban.kernel.access.models import Post
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused, Stale
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.duty import address
from koban.matters.models import Matter
from koban.registers.roster.queries import on_duty

Make = Callable[[Any, Matter], forms.Form]
Do = Callable[[Request, Matter, Any], object]


@dataclass(frozen=True, slots=True)
class Way:
    """make: the form of what was posted (None: as the sheet stands), None where a press is enough. do: the action."""

    do: Do
    make: Make | None = None


def step(key: str) -> Callable[..., HttpResponseBase]:
    """The view of one step: shows its form, acts, and goes back to the incident."""
    way = WAYS[key]

    @once
    def view(request: Request, year: int, number: int) -> HttpResponse:
        matter = queries.numbered(year, number)
        if request.method == "POST":
            matters.owned(matter)
        if why := _unfit(matter, key):
            return _too_late(request, matter, why)
        form = way.make(request.POST or None, matter) if way.make else forms.Form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return _taken(request, matter, key, form)
            except Stale:
                return _both(request, year, number, key, form)
        if "number" in request.GET:  # of the double that was suggested
            form.initial["number"] = request.GET["number"][:16]
        return _ask(request, matter, key, form)

    return view


def _unfit(matter: Matter, key: str) -> str:
    """Why the state does not offer the step, "" where it does."""
    told = {"step": BY_KEY[key].label, "state": FLOW.state(matter.state).label}
    said = gettext("“%(step)s” is not possible now: the state is “%(state)s”.") % told
    return "" if matter.state in BY_KEY[key].states else said


def _too_late(request: Request, matter: Matter, why: str) -> HttpResponse:
    """No form for whoever would only be refused; what was typed already comes back with the sentence."""
    if request.method == "POST":
        raise Refused(why)
    messages.warning(request, why)
    return redirect(address(matter))


def _taken(request: Request, matter: Matter, key: str, form: forms.Form) -> HttpResponse:
    with said_by(form):
        WAYS[key].do(request, matter, form)
    if form.errors:
        return _ask(request, matter, key, form)
    messages.success(request, _("Done: %(step)s") % {"step": BY_KEY[key].label})
    return redirect("incidents:detail", matter.year, matter.number)


def _both(request: Request, year: int, number: int, key: str, form: forms.Form) -> HttpResponse:
    """412: what was typed beside what stands now, and the form once more over the new version."""
    now, make = queries.numbered(year, number), WAYS[key].make
    both = stale.compared(form, make(None, now)) if make else []
    stale.again(form, now)
    return _ask(request, now, key, form, both=both, status=412)


def _ask(
    request: Request, matter: Matter, key: str, form: forms.Form, *, status: int = 0, **more: Any
) -> HttpResponse:
    shown = {"matter": matter, "step": BY_KEY[key], "form": form, "type": CATALOGUE.types.get(matter.type)}
    status = status or (422 if form.errors else 200)
    more |= _around(here(request), matter) if isinstance(form, shapes.PlaceStep) else {}
    more |= (
        standard.fill(form, matter, here(request), request.GET.get("standard", "")) if key == "answer" else {}
    )
    return render(request, "incidents/step.html", {**shown, **more}, status=status)


def _around(station: Station, matter: Matter) -> dict[str, Any]:
    """Where the map begins: at the place that stands, else at the office; nowhere without either."""
    at = matter if matter.lon is not None else station
    return {"picks": True, "lon": at.lon, "lat": at.lat}


def _simple(shape: Callable[..., forms.Form], **more: Any) -> Make:
    return lambda data, matter: shape(data, **more)


def _team() -> list[Post]:
    return [standing.post for standing in on_duty(timezone.now())]


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _told_here(request: Request) -> dict[str, Any]:
    return {**_told(request), "station": here(request)}


def _triage_form(data: Any, matter: Matter) -> forms.Form:
    incident = Incident.objects.get(matter=matter)
    code, seen = (data or {}).get("code", matter.type), {"version": matter.version}
    initial = {
        **seen,
        "priority": "" if data is None and not _by_hand(matter, incident) else str(matter.priority),
    }
    return shapes.TriageForm(data, type_code=code, told=incident.answers, initial=initial)


def _by_hand(matter: Matter, incident: Incident) -> bool:
    """Whether somebody set another priority than the questions give."""
    return (
        matter.type in CATALOGUE and rules.triage(matter.type, incident.answers).priority != matter.priority
    )


def _place(request: Request, matter: Matter, form: shapes.PlaceStep) -> object:
    if not form.has_changed():
        return matter
    return mending.relocate(matter, form.found_place(), version=form.seen(), **_told(request))


def _reword(request: Request, matter: Matter, form: shapes.RewordForm) -> object:
    text = form.cleaned_data["summary"]
    return mending.reword(matter, text, version=form.seen(), **_told(request))


def _other(form: forms.Form) -> Matter:
    return queries.by_printed(form.cleaned_data["number"])


def _split(request: Request, matter: Matter, form: forms.Form) -> object:
    data = form.cleaned_data
    return joins.split(matter, data["summary"], type=data["code"], **_told_here(request))


def _one(request: Request) -> dict[str, Any]:
    """Whose step it is: one's own, or the post that the button names (said by radio)."""
    try:
        return {"post_id": UUID(request.POST["post"])} if request.POST.get("post") else {}
    except ValueError:
        raise Absent from None


def _triage(request: Request, matter: Matter, form: shapes.TriageForm) -> object:
    data = form.cleaned_data
    told = {"priority": int(data["priority"]), "version": form.seen(), **_told(request)}
    return actions.triage(matter, data["code"], form.answers(), **told)


def _send_form(data: Any, matter: Matter) -> forms.Form:
    return shapes.SendForm(data, team=_team())


def _log_form(data: Any, matter: Matter) -> forms.Form:
    acts = [act for act in shapes.ACTS if act in rules.TWO_OFFICERS | rules.ONE_OFFICER_RECORDED]
    return shapes.LogForm(data, team=_team(), acts=acts)


def _log(request: Request, matter: Matter, form: shapes.LogForm) -> object:
    return actions.log_scene(matter, **form.cleaned_data, **_told(request))


def _refer_form(data: Any, matter: Matter) -> forms.Form:
    likely = CATALOGUE[matter.type].refer_to if matter.type in CATALOGUE else ()
    return shapes.ReferForm(data, likely=likely)


def _refer(request: Request, matter: Matter, form: forms.Form) -> object:
    data = form.cleaned_data
    return endings.refer_out(matter, data["body"], reason=data["reason"], **_told_here(request))


def _referral(request: Request, matter: Matter, form: forms.Form) -> object:
    referral = joins.outside(matter).last()
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
    return mending.merge(matter, _other(form), reason=form.cleaned_data["reason"], **_told(request))


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


def _plain(act: Callable[..., object], one: Callable[[Request], dict[str, Any]] = lambda _request: {}) -> Do:
    return lambda request, matter, form: act(matter, **one(request), **_told(request))


def _answer(request: Request, matter: Matter, form: forms.Form) -> object:
    data = form.cleaned_data
    return endings.answer(matter, data["text"], outcome=data["outcome"], **_told_here(request))


REASON = _simple(shapes.ReasonForm)
WAYS: dict[str, Way] = {
    "accept": Way(_plain(actions.accept, _one)),
    "arrive": Way(_plain(actions.arrive, _one)),
    "free": Way(_plain(actions.free, _one)),
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
    "merge": Way(_merge, _simple(shapes.MergeForm)),
    "where": Way(_place, shapes.place_form),
    "reword": Way(_reword, shapes.reword_form),
    "split": Way(_split, lambda data, matter: shapes.SplitForm(data, initial={"code": matter.type})),
    "link": Way(lambda r, m, f: mending.tie(m, _other(f), **_told(r)), _simple(shapes.NumberForm)),
    "thing": Way(_thing, _simple(shapes.ThingForm)),
}
