"""The office's pages: the plan by address, the list, one visit, its slip, and the month in numbers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.visits import actions, needs, queries, rules, wishes
from koban.duties.visits.flow import FLOW
from koban.duties.visits.forms import (
    AnnounceForm,
    ListForm,
    MeetForm,
    NeedForm,
    PlanForm,
    ReferForm,
    RoundForm,
    WhenForm,
    WordsForm,
)
from koban.duties.visits.models import Noted, Visit
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.kernel.law.terms import months_after
from koban.lib.errors import Absent
from koban.matters import actions as matters
from koban.matters.looks import holds
from koban.matters.models import Matter

PAGE, MOST_LISTED = 50, 1000
SLOTS = {"morning": _("in the morning"), "afternoon": _("in the afternoon"), "evening": _("in the evening")}
WHY = dict(Visit.Why.choices)


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


@require_GET
def listing(request: Request) -> HttpResponse:
    form = ListForm(request.GET)
    page = Paginator(queries.listed(form.wanted())[:MOST_LISTED], PAGE).get_page(request.GET.get("page"))
    visits = queries.visits_of(page)
    for row in list[Any](page):
        row.visit, row.state_said, row.why_said = (
            visits[row.pk],
            FLOW.state(row.state),
            WHY.get(row.type),
        )
    return render(request, "visits/list.html", {"form": form, "page": page, "now": timezone.now()})


@once
def plan(request: Request) -> HttpResponse:
    """Doors to call at, with the reason for each; and a visit planned by hand."""
    form, station = PlanForm(request.POST or None), here(request)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            matter = actions.plan(
                data["found"],
                data["why"],
                form.starts_at(),
                words=data["text"],
                station=station,
                **told(request),
            )
            return redirect("visits:detail", matter.year, matter.number)
    return _plan(request, form)


def _plan(request: Request, form: PlanForm) -> HttpResponse:
    station, beats = here(request), RoundForm(request.GET)
    today = queries.day_of(timezone.now(), station)
    found = queries.planned_doors(today, station, beats.wanted())
    shown = {
        "doors": [(door, WHY[why], why) for door, why in found], "form": form, "beats": beats,
        "months": queries.value(rules.REST, station, today), "station": station,
    }  # fmt: skip
    return render(request, "visits/plan.html", shown, status=422 if form.errors else 200)


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return _detail(request, queries.numbered(year, number), {})


def _detail(
    request: Request, matter: Matter, failed: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    sheet, now = queries.sheet(matter, here(request)), timezone.now()
    steps = _steps(request, matter, failed)
    shown = {
        "sheet": sheet, "visit": sheet.visit, "matter": matter, "now": now, "state": FLOW.state(matter.state),
        "slot": SLOTS.get(sheet.slot), "steps": steps,
        "has_more": any(not pressed and key != "meet" for key, _label, pressed, _form in steps),
        "noted": [_need(row, failed) for row in sheet.noted], "holds": holds(request.actor, matter.pk),
        "rests": queries.is_resting(matter.address_id, queries.day_of(now, here(request))),
        "is_ahead": matter.state in ("planned", "announced"),
    }  # fmt: skip
    return render(request, "visits/detail.html", shown, status=status)


def _need(row: Noted, failed: dict[str, forms.Form]) -> tuple[Noted, Any, Any]:
    key = f"refer-{row.pk}"
    form = failed.get(key) or ReferForm(duties=actions.takers(row.kind), auto_id=f"{row.pk}_%s")
    return row, spoken(needs.needs()[row.kind].words), None if row.referred_id else form


MAKERS: dict[str, Callable[[Any], forms.Form]] = {
    "announce": AnnounceForm,
    "meet": MeetForm,
    "nobody": forms.Form,
    "rest": forms.Form,
    "slip": forms.Form,
    "time": lambda data: WhenForm(data, auto_id="time_%s"),
    "cancel": lambda data: WordsForm(data, label=_("Why"), auto_id="cancel_%s"),
    "write": lambda data: WordsForm(data, label=_("What the people there will read"), auto_id="write_%s"),
    "need": NeedForm,
    "finish": forms.Form,
    "reopen": lambda data: WordsForm(data, label=_("Why"), auto_id="reopen_%s"),
    "hold": forms.Form,
}
LABELS = {
    "announce": _("Announce"), "meet": _("We talked"), "nobody": _("Nobody opened"), "rest": _("No visit wanted"),
    "slip": _("Leave a slip and end it"), "time": _("Another time"), "cancel": _("Cancel"),
    "write": _("Write to the people there"), "need": _("Note a need"), "finish": _("Finish"),
    "reopen": _("Open again"), "hold": _("Take in hand"),
}  # fmt: skip
BY_STATE = {
    "planned": ("announce", "meet", "nobody", "rest", "time", "cancel"),
    "announced": ("meet", "nobody", "rest", "slip", "announce", "time", "cancel"),
    "done": ("finish", "need", "write"),
    "finished": ("reopen",), "not_met": ("reopen",), "cancelled": ("reopen",), "resting": (),
}  # fmt: skip
PRESSED = frozenset({"nobody", "rest", "slip", "finish"})
RIGHTS = {"announce": "visits.plan", "time": "visits.plan", "cancel": "visits.plan", "reopen": "visits.plan"}


def _steps(request: Request, matter: Matter, failed: dict[str, forms.Form]) -> list[Any]:
    """Steps of this state that the role may take: key, label, whether a press is enough, form."""
    keys = [key for key in BY_STATE[matter.state] if may(request.actor.role, RIGHTS.get(key, "visits.go"))]
    return [(key, LABELS[key], key in PRESSED, failed.get(key) or MAKERS[key](None)) for key in keys]


def _announce(request: Request, matter: Matter, form: Any) -> HttpResponse:
    """The slip with its secret, shown this once: to be printed, or read out."""
    way = form.cleaned_data["way"]
    moved, secret = actions.announce(matter, way, **told(request))
    return _slip(request, moved, secret, {"way": way})


def _slip(request: Request, matter: Matter, secret: str, more: dict[str, Any]) -> HttpResponse:
    station = here(request)
    follow = request.build_absolute_uri(reverse("desk:public_follow", args=[station.code]))
    shown = {
        "matter": matter, "visit": queries.visit(matter), "secret": secret, "station": station, "follow": follow,
        "code": qr(f"{follow}#{matter.printed}.{secret}"), "badge": request.actor.label,
    }  # fmt: skip
    response = render(request, "visits/slip.html", shown | more)
    response["Cache-Control"] = "no-store"
    return response


def qr(link: str) -> SafeString:
    """A link as a square to point a telephone at; dark on white, whatever the light of the page."""
    drawn = segno.make(link, error="m", micro=False)
    return SafeString(
        drawn.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
    )


ACTS: dict[str, Callable[..., object]] = {
    "meet": lambda r, m, f: actions.meet(
        m, f.cleaned_data["text"], kinds=f.cleaned_data["kinds"], station=here(r), **told(r)
    ),
    "nobody": lambda r, m, f: actions.nobody_opened(m, station=here(r), **told(r)),
    "rest": lambda r, m, f: actions.rest(m, station=here(r), **told(r)),
    "slip": lambda r, m, f: actions.leave_slip(m, station=here(r), **told(r)),
    "time": lambda r, m, f: actions.move_time(m, f.starts_at(), station=here(r), **told(r)),
    "cancel": lambda r, m, f: actions.cancel(m, f.cleaned_data["text"], **told(r)),
    "write": lambda r, m, f: actions.write_more(m, f.cleaned_data["text"], **told(r)),
    "need": lambda r, m, f: actions.note_need(m, f.cleaned_data["kind"], **told(r)),
    "finish": lambda r, m, f: actions.finish(m, **told(r)),
    "reopen": lambda r, m, f: actions.reopen(m, f.cleaned_data["text"], **told(r)),
    "hold": lambda r, m, f: matters.hold(m, r.actor.post_id, **told(r)),
}


@once
def act(request: Request, year: int, number: int, key: str) -> HttpResponse:
    """One step of a visit."""
    if key not in MAKERS:
        raise Absent
    matter, form = queries.numbered(year, number), MAKERS[key](request.POST)
    if form.is_valid():
        with said_by(form):
            if key == "announce":
                return _announce(request, matter, form)
            ACTS[key](request, matter, form)
            messages.success(request, _("Done."))
            return redirect("visits:detail", year, number)
    return _detail(request, matter, {key: form}, 422)


@once
def refer(request: Request, year: int, number: int, noted: Any) -> HttpResponse:
    """Hand a noted need to another duty."""
    matter = queries.numbered(year, number)
    row = Noted.objects.select_related("matter").get(matter=matter, pk=noted)
    form = ReferForm(request.POST, duties=actions.takers(row.kind), auto_id=f"{row.pk}_%s")
    if form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            actions.refer(row, data["to"], data["text"], station=here(request), **told(request))
            return redirect("visits:detail", year, number)
    return _detail(request, matter, {f"refer-{row.pk}": form}, 422)


# --- The month ---------------------------------------------------------------------------------------------------


def _first(request: Request) -> date:
    """The month of the address, "2026-03"; the one before this where none is named."""
    today = queries.day_of(timezone.now(), here(request))
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return months_after(today.replace(day=1), -1)


@require_GET
def month(request: Request) -> HttpResponse:
    first, station = _first(request), here(request)
    totals = queries.month_of(first, station)
    shown = {
        "first": first, "station": station, "totals": totals, "seen": queries.month_seen(first),
        "earlier": months_after(first, -1), "later": months_after(first, 1),
        "states": [(FLOW.state(key).label, count) for key, count in sorted(totals["by_state"].items())],
        "whys": [(WHY.get(key, key), count) for key, count in sorted(totals["by_why"].items())],
        "needs": [(spoken(needs.needs()[key].words), count) for key, count in sorted(totals["needs"].items())],
        "may_review": may(request.actor.role, "visits.review"),
        "is_over": queries.day_of(timezone.now(), station) >= months_after(first, 1),
    }  # fmt: skip
    return render(request, "visits/month.html", shown)


@once
def month_review(request: Request) -> HttpResponse:
    first = _first(request)
    wishes.month_seen(first, queries.month_of(first, here(request)), **told(request))
    return redirect(f"{reverse('visits:month')}?month={first:%Y-%m}")
