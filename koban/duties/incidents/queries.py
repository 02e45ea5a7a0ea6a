"""What the pages of an incident show, in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from koban.duties.incidents import duplicates, rules
from koban.duties.incidents.duplicates import Suggestion, Telling
from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.models import Assignment, Incident, SceneEntry, Thing
from koban.duties.incidents.types import CATALOGUE, Prompt, Type
from koban.kernel import law
from koban.kernel.flow import Move, State, spoken
from koban.kernel.stations.models import Station
from koban.lib.geo import Point, cells_within
from koban.matters.models import Deadline, Link, Matter, Note, Party, Referral
from koban.matters.timeline import Entry, timeline

KIND = "incidents"
# Tellings that are looked through for a double; more than an office gets in a month.
MOST_COMPARED = 200


@dataclass(frozen=True, slots=True)
class Term:
    """A running or met deadline with its clause, None where the pack no longer has it."""

    key: str
    due_at: datetime
    met_at: datetime | None
    clause: law.Clause | None
    is_provisional: bool


def terms(matter: Matter, station: Station) -> list[Term]:
    """The deadlines of a matter, the nearest first."""
    return [
        Term(
            row.key, row.due_at, row.met_at, clause_of(row.clause, station, row.starts_at), row.is_provisional
        )
        for row in Deadline.objects.filter(matter=matter).order_by("due_at")
    ]


def clause_of(id: str, station: Station, at: datetime) -> law.Clause | None:
    try:
        return law.clause(id, station.pack, on=at.date())
    except law.NoClause:
        return None


@dataclass(frozen=True, slots=True)
class Tick:
    """A checklist item as the design system draws it."""

    key: str
    label: Any
    done: bool
    hint: Any = ""
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one incident."""

    matter: Matter
    incident: Incident
    type: Type | None
    verdict: rules.Triage | None
    terms: list[Term]
    assignments: list[Assignment]
    scene: list[SceneEntry]
    notes: list[Note]
    parties: list[Party]
    referrals: list[Referral]
    links: list[Link]
    things: list[Thing]
    timeline: list[Entry]

    @property
    def state(self) -> State:
        return FLOW.state(self.matter.state)

    @property
    def moves(self) -> tuple[Move, ...]:
        return FLOW.moves_from(self.matter.state)

    @property
    def is_handed_over(self) -> bool:
        """Referred out: from now on the office sees the status alone (it is not an investigating unit)."""
        return self.matter.state == "referred_out" or any(
            r.status in ("received", "done") for r in self.referrals
        )

    @property
    def running(self) -> list[Assignment]:
        return [assignment for assignment in self.assignments if assignment.freed_at is None]

    @property
    def prompts(self) -> list[Prompt]:
        return prompts(self.verdict)

    def ticks(self) -> list[Tick]:
        done = {entry.item: entry for entry in self.scene if entry.item}
        items = CATALOGUE.checklist(self.matter.type).items if self.type else ()
        return [_tick(item.key, spoken(item.words), done.get(item.key)) for item in items]


def _tick(key: str, label: Any, done: SceneEntry | None) -> Tick:
    return Tick(key, label, done is not None, at=done.at if done else None, by=done.label if done else "")


def prompts(verdict: rules.Triage | None) -> list[Prompt]:
    return [CATALOGUE.prompts[key] for key in verdict.prompts] if verdict else []


def sheet(matter: Matter, station: Station) -> Sheet:
    """The page of one incident (11 queries)."""
    incident = Incident.objects.get(matter=matter)
    notes = list(matter.notes.order_by("at", "id"))
    return Sheet(
        matter=matter,
        incident=incident,
        type=CATALOGUE.types.get(matter.type),
        verdict=rules.triage(matter.type, incident.answers) if matter.type in CATALOGUE else None,
        terms=terms(matter, station),
        assignments=list(matter.assignments.select_related("post").order_by("sent_at", "id")),
        scene=list(matter.scene.select_related("second").order_by("at", "id")),
        notes=notes,
        parties=list(matter.parties.order_by("id")),
        referrals=list(matter.referrals.order_by("at")),
        links=list(
            Link.objects.filter(Q(source=matter) | Q(target=matter)).select_related("source", "target")
        ),
        things=list(matter.things.order_by("id")),
        timeline=list(reversed(timeline(matter, notes))),
    )


def numbered(year: int, number: int) -> Matter:
    """The incident of a printed number, in the scope. Raises Matter.DoesNotExist."""
    found: Matter = Matter.objects.select_related("address", "holder", "station", "merged_into").get(
        kind=KIND, year=year, number=number
    )
    return found


def likely_doubles(
    type_code: str, text: str, lon: float | None, lat: float | None, at: datetime, *, but: Any = None
) -> list[tuple[Matter, Suggestion]]:
    """Matters that may tell of the same event, best first (one query). but: id of a matter to leave out."""
    if type_code not in CATALOGUE:
        return []
    olds = {str(matter.pk): matter for matter in _compared(type_code, lon, lat, at) if matter.pk != but}
    told = [(key, _telling(matter)) for key, matter in olds.items() if matter.type in CATALOGUE]
    found = duplicates.suggestions(Telling(type_code, text, at, lon, lat), told)
    return [(olds[key], suggestion) for key, suggestion in found]


def _compared(type_code: str, lon: float | None, lat: float | None, at: datetime) -> QuerySet[Matter]:
    same = CATALOGUE[type_code].same
    since = at - timedelta(hours=same.window_h)
    group = [t.code for t in CATALOGUE.types.values() if t.group == CATALOGUE[type_code].group]
    rows = Matter.objects.filter(
        kind=KIND, opened_at__gte=since, opened_at__lte=at, type__in=group, merged_into=None
    )
    if lon is not None and lat is not None and 0 < same.radius_m <= 500:
        rows = rows.filter(Q(cell__in=cells_within(Point(lon, lat), same.radius_m)) | Q(cell=""))
    found: QuerySet[Matter] = rows.order_by("-opened_at")[:MOST_COMPARED]
    return found


def _telling(matter: Matter) -> Telling:
    return Telling(matter.type, matter.summary, matter.opened_at, matter.lon, matter.lat)


# Columns by which a list may be sorted, each with an order that is the same every time.
SORTS = {"opened": "opened_at", "number": "number", "priority": "priority", "due": "due_at"}


def listed(wanted: Mapping[str, Any]) -> QuerySet[Matter]:
    """Incidents by the filters of the list; newest first where no order is asked for."""
    rows = Matter.objects.filter(kind=KIND).select_related("address", "holder").defer("receipt", "salt")
    for name, lookup in FILTERS.items():
        if value := wanted.get(name):
            rows = rows.filter(**{lookup: value})
    if wanted.get("open"):
        rows = rows.filter(is_open=wanted["open"] == "yes")
    if words := wanted.get("q"):
        rows = rows.filter(_named(words))
    return _sorted(rows, str(wanted.get("sort") or ""))


FILTERS = {
    "state": "state",
    "type": "type",
    "priority": "priority",
    "since": "opened_at__gte",
    "until": "opened_at__lt",
}


def _named(words: str) -> Q:
    year, dash, number = words.strip().partition("-")
    if dash and year.isdigit() and number.isdigit() and len(words) < 14:
        return Q(year=int(year), number=int(number))
    return Q(place__icontains=words)


def _sorted(rows: QuerySet[Matter], sort: str) -> QuerySet[Matter]:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return rows.order_by("-opened_at", "-id")
    dash = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{dash}{column}", "-id")


def looked_for(thing: Thing, days: int = 30) -> list[Thing]:
    """Things that may be this one: lost against found, the same category, near in time. A person decides."""
    other = Thing.Way.FOUND if thing.way == Thing.Way.LOST else Thing.Way.LOST
    near = (thing.on - timedelta(days=days), thing.on + timedelta(days=days))
    rows = Thing.objects.filter(way=other, category=thing.category, on__range=near, ended_at=None)
    return list(rows.select_related("matter").order_by("-on")[:10])


def things(way: str = "", state: str = "") -> QuerySet[Thing]:
    rows: QuerySet[Thing] = Thing.objects.select_related("matter").order_by("-on", "-id")
    if way:
        rows = rows.filter(way=way)
    return rows.filter(state=state) if state else rows
