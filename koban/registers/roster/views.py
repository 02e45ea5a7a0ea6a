"""Who is on duty, the cover of the next days, the note at the change of shift."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from koban.kernel.access.models import Post
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.lib import rota
from koban.lib.errors import Absent
from koban.registers.roster import actions, queries
from koban.registers.roster.forms import HandOverForm, OutForm, PlanForm, ShiftForm
from koban.registers.roster.models import HandOver, Shift
from koban.registers.roster.promises import open_promises


@require_GET
def now(request: Request) -> HttpResponse:
    return _now(request)


def _now(request: Request, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    at, station = timezone.now(), here(request)
    intervals = queries.coverage_72h(station, at)
    ahead = queries.cover_hours(station, at)
    hours, gaps = queries.by_hour(intervals)[:ahead], rota.gaps(intervals)
    duty = queries.on_duty(at)
    mine = next((standing for standing in duty if standing.post.pk == request.actor.post_id), None)
    team = queries.posts_of_team(station, at.astimezone(ZoneInfo(station.tz)).date())
    shown = {
        "now": at, "duty": duty, "mine": mine, "hours": hours, "gaps": gaps, "summary": summary(gaps, ahead),
        "door": queries.someone_is_in(station, at), "note": queries.latest_hand_over(),
        "promises": owed(open_promises(at)), "most": MOST_SHOWN,
        "shifts": Shift.objects.touching(at, at + timedelta(days=3)).select_related("post").order_by("starts_at", "id"),
        "out": OutForm(), "hand_over": HandOverForm(), "may_plan": may(request.actor.role, "roster.plan"),
        "shift": ShiftForm(team=team), "plan": PlanForm(team=team, initial={"first": at.astimezone(ZoneInfo(station.tz)).date()}),
    }  # fmt: skip
    return render(request, "roster/now.html", {**shown, **(more or {})}, status=status)


# What is owed, by the key of its term; a room with another key shows the key.
WHAT = {
    "answer": gettext_lazy("answer"), "reply": gettext_lazy("reply"), "call_back": gettext_lazy("call back"),
    "refer_out": gettext_lazy("confirmation of the other body"),
}  # fmt: skip
MOST_SHOWN = 10


def owed(promises: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open promises as the page shows them: with words for what is owed, and the instant by which."""
    return [
        {**one, "label": WHAT.get(one["what"], one["what"]), "due": datetime.fromisoformat(one["due_at"])}
        for one in promises
    ]


def summary(gaps: list[rota.Interval], hours: int) -> str:
    """The coverage strip as a sentence."""
    if not gaps:
        return _("Covered for the next %(hours)s hours.") % {"hours": hours}
    return ngettext("%(count)s gap in the next %(hours)s hours.", "%(count)s gaps in the next %(hours)s hours.", len(gaps)) % {
        "count": len(gaps), "hours": hours,
    }  # fmt: skip


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _mine(request: Request) -> Post:
    found: Post = Post.objects.get(pk=request.actor.post_id or "")
    return found


def press(act: Callable[..., object]) -> Callable[[Request], HttpResponse]:
    """A button that acts for the reader's own post."""

    @once
    def view(request: Request) -> HttpResponse:
        if request.method == "POST":
            act(_mine(request), **_told(request))
        return redirect("roster:now")

    return view  # type: ignore[return-value]


sign_on, sign_off, back = press(actions.sign_on), press(actions.sign_off), press(actions.come_back)


@once
def out(request: Request) -> HttpResponse:
    form = OutForm(request.POST)
    told = _told(request)
    return _done(
        request,
        form,
        "out",
        lambda: actions.go_out(_mine(request), form.cleaned_data["why"], form.back_at(told["at"]), **told),
    )


def _done(request: Request, form: forms.Form, name: str, act: Callable[[], object]) -> HttpResponse:
    if form.is_valid():
        with said_by(form):
            act()
            return redirect("roster:now")
    return _now(request, {name: form, "failed": form}, 422)


@once
def hand_over(request: Request) -> HttpResponse:
    form = HandOverForm(request.POST)
    return _done(
        request, form, "hand_over", lambda: actions.hand_over(form.cleaned_data["text"], **_told(request))
    )


@once
def take_over(request: Request, note: UUID) -> HttpResponse:
    found = HandOver.objects.filter(pk=note).first()
    if found is None:
        raise Absent
    actions.take_over(found, **_told(request))
    return redirect("roster:now")


def _team(request: Request) -> list[Post]:
    station = here(request)
    return queries.posts_of_team(station, timezone.now().astimezone(ZoneInfo(station.tz)).date())


@once
def enter(request: Request) -> HttpResponse:
    form = ShiftForm(request.POST, team=_team(request))

    def act() -> object:
        data = {**form.cleaned_data}
        with timezone.override(ZoneInfo(here(request).tz)):
            return actions.enter_shift(
                data.pop("post"), data.pop("starts_at"), data.pop("ends_at"), **data, **_told(request)
            )

    with timezone.override(ZoneInfo(here(request).tz)):
        return _done(request, form, "shift", act)


@once
def cancel(request: Request, shift: UUID) -> HttpResponse:
    found = Shift.objects.filter(pk=shift).first()
    if found is None:
        raise Absent
    actions.cancel_shift(found, **_told(request))
    return redirect("roster:now")


@once
def plan(request: Request) -> HttpResponse:
    form = PlanForm(request.POST, team=_team(request))

    def act() -> object:
        data, told = form.cleaned_data, _told(request)
        actions.set_pattern(data["pattern"], data["first"], form.teams(), **told)
        last = data["first"] + timedelta(weeks=data["weeks"], days=-1)
        return actions.plan(data["first"], last, station=here(request), **told)

    return _done(request, form, "plan", act)
