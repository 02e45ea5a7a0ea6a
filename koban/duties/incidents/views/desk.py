"""List, new report, one incident, and what the law asks before somebody's data is opened."""

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from koban.duties.incidents import actions, mending, queries, rules, sheet
from koban.duties.incidents.filters import ListForm
from koban.duties.incidents.forms import NewForm, answers_in, ask_fields, language, place_of_words
from koban.duties.incidents.intake import Report
from koban.duties.incidents.panel import panel
from koban.duties.incidents.sheet import Sheet
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.models import Post
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may, require
from koban.kernel.access.who import Request, here
from koban.matters import looks
from koban.matters.duty import is_ours
from koban.matters.models import Matter, Party
from koban.registers.premises import queries as premises
from koban.registers.roster.queries import on_duty

PAGE = 50
# A list is looked at, not counted: beyond this the filters are the way (and a count over a station is slow).
MOST_LISTED = 1000
URGENT = 1
TONES = {1: "red", 2: "amber", 3: "blue", 4: "grey"}


@require_GET
def listing(request: Request) -> HttpResponse:
    form = ListForm(request.GET)
    rows = queries.listed(form.wanted())[:MOST_LISTED]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "incidents/list.html", {"form": form, "page": page, "now": timezone.now()})


@once
def new(request: Request) -> HttpResponse:
    """Take a report at the desk. The answer is the receipt: its secret is shown this once."""
    now = timezone.now()
    team = [standing for standing in on_duty(now) if standing.status != "out"]
    form = NewForm(request.POST or None, free=[standing.post for standing in team])
    unseen = _unseen(form, now) if form.is_valid() else []
    if form.is_valid() and not unseen:
        with said_by(form):
            return _taken(request, form)
    shown = {"form": form, "team": team, "now": now, "unseen": unseen, **hints_of(form, now)}
    return render(request, "incidents/new.html", shown, status=422 if form.errors else 409 if unseen else 200)


def _unseen(form: NewForm, now: datetime) -> list[Any]:
    """Reports of perhaps the same event that the writer has not been shown. What is urgent does not wait for them."""
    if _is_urgent(form) or form.data.get("same"):
        return []
    return _not_shown(form, now)


def _afterwards(form: NewForm, matter: Matter, now: datetime) -> list[Any]:
    """The same for what did not wait. All others have been shown by now, and are not looked for again."""
    return _not_shown(form, now, but=matter.pk) if _is_urgent(form) else []


def _is_urgent(form: NewForm) -> bool:
    data = form.cleaned_data
    return (data["priority"] or rules.triage(data["code"], form.answers()).priority) == URGENT


def _not_shown(form: NewForm, now: datetime, but: Any = None) -> list[Any]:
    data, place = form.cleaned_data, form.found_place()
    doubles = queries.likely_doubles(data["code"], data["summary"], place.lon, place.lat, now, but=but)
    seen = form.data.get("seen", "").split()
    return [(old, why) for old, why in doubles if old.printed not in seen]


def _taken(request: Request, form: NewForm) -> HttpResponse:
    now, data = timezone.now(), form.cleaned_data
    report = Report(
        data["code"], data["channel"], data["summary"], form.found_place(), form.reporter(), form.answers(),
        language(), int(data["priority"]),
    )  # fmt: skip
    taken = actions.take(report, by=request.actor, at=now, station=here(request))
    into = _joined(request, taken.matter, form.data.get("same", ""), now)
    sent: list[Post] = [] if into else list(data["go"])
    if sent:
        taken.matter.refresh_from_db()
        actions.dispatch(taken.matter, sent, by=request.actor, at=now)
    verdict = rules.triage(report.code, report.answers)
    follow = request.build_absolute_uri(reverse("desk:public_follow", args=[here(request).code]))
    shown = {
        "code": qr(f"{follow}#{taken.matter.printed}.{taken.secret}"),
        "follow": follow,
        "taken": taken,
        "matter": taken.matter,
        "prompts": queries.prompts(verdict),
        "doubles": [] if into else _afterwards(form, taken.matter, now),
        "into": into,
        "sent": sent,
    }
    return render(request, "incidents/taken.html", shown)


def _joined(request: Request, matter: Matter, same: str, now: datetime) -> Matter | None:
    """The report that this one tells of again: joined at once, so that its caller gets the answer to that one."""
    if not same:
        return None
    into = queries.by_printed(same)
    mending.merge(matter, into, by=request.actor, at=now, reason=gettext("The same event, told again."))
    return into


def qr(link: str) -> SafeString:
    """A link as a square to point a telephone at; dark on white, whatever the light of the page."""
    drawn = segno.make(link, error="m", micro=False, mask=3)  # trying all eight takes four times as long
    return SafeString(
        drawn.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
    )


@require_POST
def hints(request: Request) -> HttpResponse:
    """What the form can already say while it is filled in. Writes nothing; posted, so that no word stands in a log."""
    return render(request, "incidents/parts/hints.html", hints_of(NewForm(request.POST), timezone.now()))


def hints_of(form: NewForm, now: Any) -> dict[str, Any]:
    """Suggested types, the questions of the chosen one, prompts, doubles and addresses."""
    words, chosen = str(form["summary"].value() or ""), str(form["code"].value() or "")
    suggested = [] if chosen in CATALOGUE else list(rules.suggest_types(words)[:4])
    code = _code(chosen, str(form.data.get("suggested", "")), [type_.code for type_ in suggested])
    place = str(form["place"].value() or "")
    found: dict[str, Any] = {
        "suggested": suggested,
        "chosen_code": code,
        "addresses": premises.search(place) if len(place) > 1 else [],
    }
    if not code:
        return found
    answers = answers_in(form.data, code)
    verdict, here = rules.triage(code, answers), place_of_words(place)
    return found | {
        "verdict": verdict,
        "prompts": queries.prompts(verdict),
        "questions": _questions(code, answers),
        "doubles": queries.likely_doubles(code, words, here.lon, here.lat, now),
    }


def _code(chosen: str, suggested: str, offered: list[str]) -> str:
    if chosen in CATALOGUE:
        return chosen
    return suggested if suggested in offered else offered[0] if offered else ""


def _questions(code: str, answers: dict[str, str]) -> list[tuple[str, Any, str]]:
    """Name of the field, its words, and the answer so far."""
    fields = ask_fields(CATALOGUE.script(code), answers)
    return [(name, field.label, str(field.initial)) for name, field in fields.items()]


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    shown_sheet = sheet.sheet(year, number, request.actor.post_id)
    matter, now = shown_sheet.matter, timezone.now()
    shown = {
        "sheet": shown_sheet,
        "matter": matter,
        "now": now,
        "panel": panel(shown_sheet, request.actor),
        "doubles": _doubles(shown_sheet),
        "files": shown_sheet.files,
        "holds": shown_sheet.is_held,
        "may_attend": is_ours(matter) and may(request.actor.role, "incidents.attend"),
    }
    return render(request, "incidents/detail.html", shown)


def _doubles(sheet: Sheet) -> list[Any]:
    matter = sheet.matter
    if matter.state not in ("received", "triaged", "reopened", "dispatched"):
        return []
    return queries.likely_doubles(
        matter.type, matter.summary, matter.lon, matter.lat, matter.opened_at, but=matter.pk
    )


@require_GET
def place(request: Request, year: int, number: int) -> JsonResponse:
    """Where it is, as GeoJSON for the map of its page."""
    matter = queries.numbered(year, number)
    look = {"id": str(matter.pk), "title": matter.printed, "tone": TONES[matter.priority], "icon": "map-pin"}
    point = {"type": "Point", "coordinates": [matter.lon, matter.lat]}
    feature = {"type": "Feature", "geometry": point, "properties": look}
    return JsonResponse(
        {"type": "FeatureCollection", "features": [feature] if matter.lon is not None else []}
    )


@require_POST
def look(request: Request, year: int, number: int, party: UUID) -> HttpResponse:
    """Open a name and how to reach it. The page in the ledger is committed before a letter of it is sent."""
    require(request.actor, "matters.look")
    matter = queries.numbered(year, number)
    found = Party.objects.select_related("matter").get(matter=matter, pk=party)
    opened = looks.look(found, looks.SEALED, by=request.actor, at=timezone.now())
    response = render(request, "incidents/looked.html", {"matter": matter, "party": found, "opened": opened})
    response["Cache-Control"] = "no-store"
    return response
