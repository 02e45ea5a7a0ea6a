"""The page of the day's round: plan it, look at it on the map, order it by hand, plan the rest anew."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from koban.duties.inspections import planning_queries, round_planning, round_tasks, rounds
from koban.duties.inspections import round_rules as rules
from koban.duties.inspections.models import Inspection, Round
from koban.duties.inspections.views.common import today, told
from koban.kernel.access.models import Post
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.jobs import progress
from koban.kernel.ledger import Actor
from koban.lib.geo import Point
from koban.lib.routing.checking import UNTRIED
from koban.registers.roster.queries import posts_of_team

GEOJSON = "application/geo+json"
WHY = dict(Inspection.Why.choices)
ICONS = {"walk": "walk", "bicycle": "bike", "car": "car"}
NOW_OR_LATER = timedelta(days=60)


class RoundForm(forms.Form):
    """Who walks when and how."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    posts = forms.ModelMultipleChoiceField(
        Post.objects.none(), label=_("Who walks"), widget=forms.CheckboxSelectMultiple
    )
    profile = forms.ChoiceField(label=_("How"), choices=Round.Profile.choices)
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, team: Iterable[Post], first: date, **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["posts"]
        chosen.queryset = Post.objects.filter(pk__in=[post.pk for post in team])
        chosen.label_from_instance = lambda post: post.badge or str(post)
        self.first = first

    def clean_on(self) -> date:
        """Today or a day soon."""
        on: date = self.cleaned_data["on"]
        if not self.first <= on <= self.first + NOW_OR_LATER:
            raise forms.ValidationError(_("Choose today or a day ahead."))
        return on


@once
def day(request: Request) -> HttpResponse:
    """The rounds of a day. POST has them planned."""
    station, first = here(request), today(request)
    team = posts_of_team(station, first)
    if request.method == "POST":
        form = RoundForm(request.POST, team=team, first=first)
        if form.is_valid():
            with said_by(form):
                return _asked(request, form)
        return _page(request, first, form, status=422)
    on = _day(request.GET.get("on", ""), first)
    return _page(request, on, RoundForm(initial=_usual(request, on), team=team, first=first))


def _asked(request: Request, form: RoundForm) -> HttpResponse:
    data = form.cleaned_data
    rounds.ask(
        data["on"], list(data["posts"]), data["profile"], data["begins"], data["ends"], **told(request)
    )
    round_tasks.plan_day.enqueue(data["on"].isoformat(), round_tasks.told(request.actor))
    return redirect(f"{reverse('inspections:round')}?on={data['on'].isoformat()}")


def _day(asked: str, first: date) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return first


def _usual(request: Request, on: date) -> dict[str, Any]:
    """As it was planned, else the one who asks, on foot, through the day."""
    found = rounds.of_day(on)
    if found:
        begins, ends = rules.clock(found[0].begins), rules.clock(found[0].ends)
        return {"on": on, "posts": [row.post_id for row in found], "profile": found[0].profile,
                "begins": begins, "ends": ends}  # fmt: skip
    return {"on": on, "posts": [request.actor.post_id], "profile": "walk", "begins": "09:00", "ends": "17:00"}


def _page(request: Request, on: date, form: RoundForm, status: int = 200) -> HttpResponse:
    station, shown = here(request), rounds.of_day(on)
    stops = planning_queries.stops(on, station)
    walked = {key for row in shown for key in row.order}
    found = {
        "on": on, "form": form, "station": station, "today": today(request), "rounds": _views(request, shown),
        "stops": len(stops), "planned": bool(shown), "job": _job(request),
        "new": len([each for each in stops if str(each.matter_id) not in walked]),
        "may_plan": may(request.actor.role, rounds.PLAN),
    }  # fmt: skip
    return render(request, "inspections/round.html", found, status=status)


def _job(request: Request) -> progress.Far | None:
    now, station = timezone.now(), here(request).pk
    found = [progress.newest(task, station, now) for task in (round_tasks.PLAN_DAY, round_tasks.PLAN_REST)]
    return next((each for each in found if each and not each.finished), None)


@require_safe
def how_far(request: Request) -> HttpResponse:
    """How far the working out is; the page is drawn anew when it is done."""
    job = _job(request)
    response = render(request, "koban/parts/progress.html", {"job": job, "url": request.path} if job else {})
    if job is None or job.failed:
        response["HX-Refresh"] = "true"
    return response


# --- One round ---------------------------------------------------------------------------------------------------


def _views(request: Request, shown: list[Round]) -> list[dict[str, Any]]:
    """Each round as the page shows it (one query for all of their inspections)."""
    keys = {row["key"] for one in shown for row in (*one.visits, *one.left)}
    known = {str(row.matter_id): row for row in rounds.inspections_of(keys)}
    return [_view(request, one, known) for one in shown]


def _view(request: Request, one: Round, known: dict[str, Inspection]) -> dict[str, Any]:
    where = {told["key"]: told for told in one.calls}
    lines = [_line(number, visit, one, known, where) for number, visit in enumerate(one.visits, 1)]
    lines = [each for each in lines if each]
    office = Point(here(request).lon or 0.0, here(request).lat or 0.0)
    at = [(each["lon"], each["lat"]) for each in lines]
    return {
        "round": one, "lines": lines, "icon": ICONS[one.profile], "how": one.get_profile_display(),
        "begins": rules.clock(one.begins), "leaves": rules.clock(one.leaves), "returns": rules.clock(one.returns),
        "late": one.late // 60, "travelled": one.travelled // 60, "order": ",".join(one.order),
        "left": [_left_out(each, known[each["key"]]) for each in one.left if each["key"] in known],
        "trouble": gettext(one.trouble) % one.values if one.trouble else "", "office": office,
        "sketch": round_planning.sketch(office, at, one.line), "no_map": gettext(rules.NO_MAP),
        "may_plan": may(request.actor.role, rounds.PLAN), "who": one.post.badge,
    }  # fmt: skip


def _line(
    number: int, visit: dict[str, Any], one: Round, known: dict[str, Inspection], where: dict[str, Any]
) -> dict[str, Any]:
    row, told = known.get(visit["key"]), where.get(visit["key"])
    if row is None or told is None:
        return {}
    return {
        "number": number, "key": visit["key"], "label": rounds.label(row), "address": row.matter.place, "row": row,
        "url": reverse("inspections:detail", args=[row.matter.year, row.matter.number]), "why": WHY.get(row.why),
        "begins": rules.clock(visit["begins"]), "leaves": rules.clock(visit["leaves"]), "late": visit["late"] // 60,
        "waits": (visit["begins"] - visit["arrives"]) // 60, "behind": number <= one.past,
        "state": _state(row, one), "opens": told["opens"], "closes": told["closes"], "lon": told["lon"],
        "lat": told["lat"],
    }  # fmt: skip


def _state(row: Inspection, one: Round) -> str:
    if row.done_at is not None:
        return "done"
    return "ahead" if row.planned_on == one.on and row.matter.state == "planned" else "failed"


def _left_out(left: dict[str, str], row: Inspection) -> dict[str, Any]:
    why = gettext(left["why"]) if left["why"] and left["why"] != UNTRIED else ""
    return {"key": left["key"], "label": rounds.label(row), "address": row.matter.place, "why": why}


def _found(one: UUID) -> Round:
    row: Round = get_object_or_404(Round.objects.select_related("post"), pk=one)
    return row


@require_POST
@once
def order(request: Request, one: UUID) -> HttpResponse:
    """Another order: the whole of it as it was dragged, or one stop a place up, down, out or in."""
    row = _found(one)
    wanted = [key for key in request.POST.get("order", "").split(",") if key]
    if key := request.POST.get("stop", ""):
        wanted = rules.moved(row.order, key, request.POST.get("way", ""))
    version = request.POST.get("version", "")
    row = rounds.reorder(one, wanted, version=int(version) if version.isdecimal() else -1, **told(request))
    round_tasks.draw_line.enqueue(str(row.pk), round_tasks.told(request.actor))
    if request.headers.get("HX-Request"):
        return render(request, "inspections/parts/round.html", _views(request, [_found(one)])[0])
    return redirect(f"{reverse('inspections:round')}?on={row.on.isoformat()}#round-{row.pk}")


@require_POST
@once
def again(request: Request, one: UUID) -> HttpResponse:
    """The rest of it anew, from where its walker is."""
    row = _found(one)
    ask_again(row, request.actor)
    messages.success(request, _("The rest is being worked out anew."))
    return redirect(f"{reverse('inspections:round')}?on={row.on.isoformat()}")


def ask_again(row: Round, by: Actor) -> None:
    round_tasks.plan_rest.enqueue(str(row.pk), round_tasks.told(by))


@require_safe
def places(request: Request, one: UUID) -> HttpResponse:
    """Pins: the office, and every stop with its number."""
    seen = _views(request, [_found(one)])[0]
    office = _pin(
        "office", gettext("Office"), seen["office"].lon, seen["office"].lat, icon="home", tone="grey"
    )
    pins = [
        _pin(each["key"], f"{each['number']}. {each['label']}", each["lon"], each["lat"],
             tone="red" if each["late"] else "green" if each["state"] == "done" else "blue", url=each["url"])
        for each in seen["lines"]
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": [office, *pins]}, content_type=GEOJSON)


def _pin(key: str, title: str, lon: float, lat: float, **more: str) -> dict[str, Any]:
    shape = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": shape, "properties": {"id": key, "title": title, **more}}


@require_safe
def line(request: Request, one: UUID) -> HttpResponse:
    """The way over the streets; straight from stop to stop, and marked so, until it is drawn."""
    seen = _views(request, [_found(one)])[0]
    row, office = seen["round"], seen["office"]
    there = [office.lon, office.lat]
    straight = [there, *([each["lon"], each["lat"]] for each in seen["lines"]), there]
    shape = {"type": "LineString", "coordinates": row.line or straight}
    told = {"drawn": bool(row.line), "version": row.version}
    return JsonResponse({"type": "Feature", "geometry": shape, "properties": told}, content_type=GEOJSON)
