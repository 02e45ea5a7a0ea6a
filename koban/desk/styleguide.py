"""The living style page: every component with invented examples, in the language and light of the reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace as Example
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koban.desk.components import PRIORITIES, STATES

LON, LAT = 24.9458, 60.1708


class ExampleForm(forms.Form):
    """One of each kind of field."""

    sections = [(gettext_lazy("What happened"), ["kind", "what", "level"])]

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        widget=forms.RadioSelect,
        choices=[
            ("report", gettext_lazy("I report something that happened")),
            ("help", gettext_lazy("I need help")),
            ("question", gettext_lazy("I have a question")),
            ("lost", gettext_lazy("I lost or found something")),
        ],
    )
    what = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=120,
        help_text=gettext_lazy("In your own words. Times and places help most."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Priority"), choices=[(key, look.label) for key, look in PRIORITIES.items()]
    )
    seen_at = forms.TimeField(
        label=gettext_lazy("When"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), help_text=gettext_lazy("Only for this matter."))
    photos = forms.FileField(label=gettext_lazy("Photos"), required=False)
    anonymous = forms.BooleanField(label=gettext_lazy("Leave my name out"), required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)


class ExampleFilters(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("All"))]
    )


def _state(key: str, label: str, closed: bool = False) -> Example:
    return Example(key=key, label=label, closed=closed)


def _term(due_at: datetime, verified: bool = True) -> Example:
    clause = Example(
        id="EXAMPLE-1",
        text=_("An answer is given within the time that the rule names."),
        source=_("Invented for this page"),
        confidence="P" if verified else "M",
        verified=verified,
    )
    return Example(due_at=due_at, clause=clause)


def _calls(now: datetime) -> list[Example]:
    rows = [
        (
            1,
            _("Person fell in the stairwell"),
            _("14 Lamp Street, entrance B"),
            _state("on_scene", _("On scene")),
            -4,
            "1",
        ),
        (
            2,
            _("Water runs from the ceiling"),
            _("3 Plum Lane, 7-2-501"),
            _state("dispatched", _("On the way")),
            9,
            "2",
        ),
        (3, _("Noise at night"), _("88 Harbour Road"), _state("new", _("New")), 26, "3"),
        (
            4,
            _("Lost wallet"),
            _("South gate of the market"),
            _state("referred", _("Referred"), True),
            2900,
            "4",
        ),
    ]
    return [
        Example(
            pk=pk, number=f"2026-00012{pk}", title=title, place=place, state=state, level=level,
            due_at=now + timedelta(minutes=minutes), term=_term(now + timedelta(minutes=minutes), pk < 3),
            tone="red" if minutes < 0 else "amber" if minutes < 15 else "",
        )
        for pk, title, place, state, minutes, level in rows
    ]  # fmt: skip


def _timeline(now: datetime) -> list[Example]:
    return [
        Example(at=now - timedelta(minutes=2), icon="map-pin", tone="violet", sentence=_("Arrived at the place"), by="A-03"),
        Example(
            at=now - timedelta(minutes=9), icon="send", tone="violet", by="A-01", sentence=_("Sent two people: A-03 and A-05"),
            detail=_("Bring the first-aid bag; the door code is known to the house warden."),
        ),
        Example(at=now - timedelta(minutes=11), icon="bell", tone="red", sentence=_("Reported by phone"), by="A-01"),
    ]  # fmt: skip


def _checklist(now: datetime) -> list[Example]:
    return [
        Example(
            key="breath",
            label=_("Is the person breathing?"),
            done=True,
            at=now - timedelta(minutes=3),
            by="A-03",
        ),
        Example(
            key="ambulance",
            label=_("Ambulance called (120)"),
            done=False,
            hint=_("Say the entrance and the floor."),
        ),
        Example(key="family", label=_("Family told"), done=False),
    ]


def _hours(now: datetime) -> list[Example]:
    start = now.replace(minute=0, second=0, microsecond=0)
    counts = [2, 2, 3, 2, 1, 0, 0, 2, 3, 3, 2, 2]
    return [
        Example(
            at=start + timedelta(hours=n),
            count=counts[n % 12] if n < 24 else 2,
            gap=n < 24 and not counts[n % 12],
        )
        for n in range(72)
    ]


def _menu() -> list[dict[str, Any]]:
    return [
        {"url": "/desk/", "label": _("Today"), "icon": "home", "count": 3},
        {"url": "/desk/board/", "label": _("Board"), "icon": "layout-dashboard", "count": 2, "urgent": True},
        {"url": "/desk/incidents/new/", "label": _("New report"), "icon": "plus"},
        {"url": "/desk/roster/", "label": _("Roster"), "icon": "calendar-week"},
        {"url": "/about/design", "label": _("Design"), "icon": "book", "active": True},
    ]


def _job(label: str, done: int, total: int, sentence: str, failed: bool = False) -> Example:
    return Example(label=label, done=done, total=total, sentence=sentence, finished=False, failed=failed)


def _examples(now: datetime) -> dict[str, Any]:
    return {
        "now": now, "calls": _calls(now), "calls_page": Paginator(_calls(now), 2).page(1), "entries": _timeline(now),
        "items": _checklist(now), "hours": _hours(now), "term": _term(now + timedelta(hours=5)),
        "met": now - timedelta(hours=1), "looks": [_state(key, key.replace("_", " ")) for key in STATES],
        "views": [
            {"label": _("Open"), "url": "?view=open", "count": 12, "active": True},
            {"label": _("Late"), "url": "?view=late", "count": 2}, {"label": _("All"), "url": "?view=all"},
        ],
        "files": [
            Example(url="#files", name="stairwell.jpg", size=412_000, sha256="9f2c41d07a"),
            Example(url="#files", name=_("Statement"), size=9000),
        ],
        "running": _job(_("Counting the year"), 640, 1000, _("About one minute left.")),
        "failed": _job(_("Import of calls"), 12, 40, _("Row 12 has no date. Mend it and load the file again."), True),
        "lon": LON, "lat": LAT, "menu": _menu(),
    }  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """GET /about/design; `?layout=public` shows the same in the residents' layout."""
    now = timezone.now()
    form = ExampleForm({"what": "", "kind": "help"} if "errors" in request.GET else None)
    public = request.GET.get("layout") == "public"
    shown = {
        "form": form,
        "filters": ExampleFilters(request.GET or None),
        "layout": "koban/public.html" if public else "koban/desk.html",
    }
    return render(request, "koban/styleguide.html", _examples(now) | shown)
