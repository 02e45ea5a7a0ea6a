"""What goes out with the phone: the tasks of one post and what they need, bounded, never a name or a number of a person."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from koban.desk.board.slips import Slip
from koban.desk.field import kinds, phones
from koban.desk.today import queries as today
from koban.duties.incidents import actions as incidents
from koban.duties.incidents.types import CATALOGUE
from koban.duties.inspections import rounds
from koban.duties.inspections.queries import day_of
from koban.duties.visits import needs
from koban.kernel.access.models import Device
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Beat, Station
from koban.lib.credential.status import REVOCATION, SUSPENSION
from koban.matters.documents import keys, verifying
from koban.matters.documents.kinds import all_kinds
from koban.matters.documents.models import Certificate
from koban.matters.duty import all_duties
from koban.matters.forms.models import Form
from koban.matters.models import Matter
from koban.registers.premises.models import Unit

MOST_TASKS, MOST_PLACES, MOST_FORMS, MOST_LISTS = 200, 400, 200, 8
MARGIN = 0.012  # degrees around an office without beats: about a kilometre
LANGUAGES = ("en", "zh-hans")
STEPS = {
    "accept": pgettext_lazy("a button", "On my way"),
    "arrive": pgettext_lazy("a button", "I am there"),
    "free": pgettext_lazy("a button", "I am free again"),
}
RESULTS = {
    "met": pgettext_lazy("a visit", "We talked"),
    "nobody": pgettext_lazy("a visit", "Nobody opened"),
    "rest": pgettext_lazy("a visit", "No visit wanted"),
    "slip": pgettext_lazy("a visit", "Leave a slip"),
}

Both = dict[str, str]


def both(said: Any) -> Both:
    """A word in each language of the house: the phone may change its language outside."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(said() if callable(said) else said)
    return found


def pack(device: Device, *, by: Actor, at: datetime, station: Station, base: str) -> dict[str, Any]:
    """Everything for a shift. base: where the public reaches this house, for the lists of papers taken back."""
    require(by, "field.work")
    slips = today.held(by.post_id, station.pack)[:MOST_TASKS]
    return {
        "device": str(device.pk), "until": device.ends_at.isoformat(), "badge": by.label, "role": by.role,
        "office": _office(station), "tasks": _tasks(slips, station), "places": _places(slips),
        "round": _round(by, at, station), "forms": _forms(), "papers": _papers(station, at, base), "map": _map(station),
        "needs": [{"key": key, "label": both(spoken(need.words))} for key, need in needs.needs().items()],
        "late_hours": round(phones.hours(phones.LATER, station, at).total_seconds() / 3600),
    }  # fmt: skip


def _round(by: Actor, at: datetime, station: Station) -> dict[str, Any] | None:
    """Today's round of this post, in the order in which it is walked."""
    return rounds.round_for(by.post_id, day_of(at, station), station) if by.post_id else None


@transaction.atomic
def paged(told: dict[str, Any], device: Device, *, by: Actor, at: datetime) -> None:
    """Record that a post takes its tasks along, before they are handed out."""
    facts = {"tasks": [task["id"] for task in told["tasks"]], "forms": len(told["forms"])}
    book.write("field.load", by=by, at=at, subject=device, facts=facts)


def tag_of(told: dict[str, Any]) -> str:
    """The ETag. The lists of papers are signed anew each time; what they say is what counts."""
    papers = {**told["papers"], "lists": told["papers"]["marks"]}
    text = json.dumps({**told, "papers": papers}, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _office(station: Station) -> dict[str, Any]:
    names = {"en": station.name_en or station.name, "zh-hans": station.name}
    return {
        "name": names,
        "phone": station.phone,
        "lon": station.lon,
        "lat": station.lat,
        "code": station.code,
        "tz": station.tz,
    }


def _tasks(slips: Iterable[Slip], station: Station) -> list[dict[str, Any]]:
    kept = list(slips)
    words = dict(Matter.objects.filter(pk__in=[slip.matter.pk for slip in kept]).values_list("pk", "summary"))
    return [_task(slip, words.get(slip.matter.pk, ""), station) for slip in kept]


def _task(slip: Slip, summary: str, station: Station) -> dict[str, Any]:
    matter, due = slip.matter, slip.matter.due_at
    return {
        "id": slip.id, "kind": matter.kind, "number": slip.number, "title": both(lambda: slip.title),
        "duty": both(slip.duty.label), "state": matter.state, "state_label": both(slip.state.label),
        "version": matter.version, "priority": matter.priority, "place": both(lambda: slip.place),
        "lon": matter.lon, "lat": matter.lat, "address": str(matter.address_id or ""), "summary": summary[:2000],
        "due": due.isoformat() if due else None, "term": both(lambda: slip.term), "clause": matter.due_clause,
        "steps": _steps(matter), "results": _results(matter), "checklist": _checklist(matter),
        "forms": sorted(all_duties()[matter.kind].forms),
    }  # fmt: skip


def _steps(matter: Matter) -> list[dict[str, Any]]:
    if matter.kind != incidents.KIND:
        return []
    return [{"key": key, "label": both(label)} for key, label in STEPS.items()]


def _results(matter: Matter) -> list[dict[str, Any]]:
    if matter.kind != kinds.VISITS:
        return []
    return [{"key": key, "label": both(label)} for key, label in RESULTS.items()]


def _checklist(matter: Matter) -> list[dict[str, Any]]:
    if matter.kind != incidents.KIND or matter.type not in CATALOGUE:
        return []
    return [
        {"key": item.key, "label": both(spoken(item.words))}
        for item in CATALOGUE.checklist(matter.type).items
    ]


def _places(slips: Iterable[Slip]) -> list[dict[str, Any]]:
    """What has a door where the tasks are: shops, firms, schools. Never who lives there."""
    addresses = {slip.matter.address_id for slip in slips if slip.matter.address_id}
    units = Unit.objects.current().filter(address_id__in=addresses).select_related("address")
    return [
        {
            "id": str(unit.pk), "address": str(unit.address_id), "hours": unit.hours, "kind": unit.kind,
            "name": {"en": unit.name_en or unit.name, "zh-hans": unit.name},
            "kind_label": both(spoken(unit.kind_label)),
        }
        for unit in units.order_by("name", "id")[:MOST_PLACES]
    ]  # fmt: skip


def _forms() -> list[dict[str, Any]]:
    """The forms that go out. Their XML is fetched one by one, by its hash: most phones have it from yesterday."""
    found = Form.objects.published().order_by("title", "id")[:MOST_FORMS]
    return [
        {
            "id": str(form.pk), "form_id": form.form_id, "version": form.version, "hash": form.hash, "duty": form.duty,
            "title": {"en": form.title, "zh-hans": form.title_zh or form.title},
        }
        for form in found.defer("xform", "workbook")
    ]  # fmt: skip


def _papers(station: Station, at: datetime, base: str) -> dict[str, Any]:
    """What checks a paper at the door without a network: keys, lists of what was taken back, what papers are called."""
    last = Certificate.objects.order_by("-list_number").values_list("list_number", flat=True).first()
    numbers = range(max((last or 0) - MOST_LISTS // 2 + 1, 0), (last or 0) + 1)
    lists, marks = [], []
    for number in numbers:
        for purpose in (REVOCATION, SUSPENSION):
            url = base + reverse("documents:status", args=[station.code, purpose, number])
            lists.append(verifying.status_list(url, purpose, number, at=at))
            indexes = Certificate.objects.marked(purpose, number).order_by("list_index")
            marks.append([url, *indexes.values_list("list_index", flat=True)])
    kinds = {one.type: _paper_kind(one) for one in all_kinds().values()}
    return {"jwks": json.loads(keys.jwks()), "lists": lists, "marks": marks, "kinds": kinds}


def _paper_kind(one: Any) -> dict[str, Any]:
    claims: list[tuple[str, Any]] = [(line.key, line.label) for line in one.lines if line.signed]
    claims.append(("number", one.label_of("number")))
    return {
        "title": both(one.title),
        "says": both(one.says),
        "claims": {key: both(said) for key, said in claims},
    }


def _map(station: Station) -> dict[str, Any]:
    lon, lat = station.lon or 0.0, station.lat or 0.0
    box = box_of(station)
    return {"lon": lon, "lat": lat, "box": box, "url": reverse("field:map", args=[station.code])}


def box_of(station: Station) -> list[float]:
    """West, south, east, north of what the office answers for: its beats, else the surroundings of its door."""
    points = [
        point for beat in Beat.objects.filter(station=station) for ring in beat.polygon for point in ring
    ]
    if not points:
        lon, lat = station.lon or 0.0, station.lat or 0.0
        return [lon - MARGIN, lat - MARGIN, lon + MARGIN, lat + MARGIN]
    lons, lats = zip(*((point[0], point[1]) for point in points), strict=True)
    return [min(lons), min(lats), max(lons), max(lats)]
