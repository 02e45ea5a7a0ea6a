"""What the pages of an incident show, in a fixed number of queries."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import duplicates, rules
from koban.duties.incidents.duplicates import Suggestion, Telling
from koban.duties.incidents.models import Thing
from koban.duties.incidents.types import CATALOGUE, Prompt
from koban.lib.errors import Refused
from koban.lib.geo import Point, cells_within
from koban.matters.models import Matter

KIND = "incidents"
# Tellings that are looked through for a double; more than an office gets in a month.
MOST_COMPARED = 200
# What is compared, and shown, of each: a third of its columns.
COMPARED = (
    "station", "kind", "year", "number", "type", "state", "is_open", "summary", "opened_at", "lon", "lat",
)  # fmt: skip


def prompts(verdict: rules.Triage | None) -> list[Prompt]:
    return [CATALOGUE.prompts[key] for key in verdict.prompts] if verdict else []


def numbered(year: int, number: int) -> Matter:
    """The incident of a printed number, in the scope. Raises Matter.DoesNotExist."""
    found: Matter = Matter.objects.select_related("address", "holder", "station", "merged_into").get(
        kind=KIND, year=year, number=number
    )
    return found


def by_printed(printed: str) -> Matter:
    """The incident of a number as it is printed, in the scope. Raises Refused where there is none."""
    year, _dash, number = printed.partition("-")
    found: Matter | None = None
    if year.isdecimal() and number.isdecimal() and len(printed) < 16:
        found = Matter.objects.filter(kind=KIND, year=int(year), number=int(number)).first()
    if found is None:
        raise Refused(_("There is no matter with this number."))
    return found


def likely_doubles(
    type_code: str, text: str, lon: float | None, lat: float | None, at: datetime, *, but: Any = None
) -> list[tuple[Matter, Suggestion]]:
    """Matters that may tell of the same event, best first (one query). but: id of a matter to leave out."""
    if type_code not in CATALOGUE:
        return []
    olds = {str(matter.pk): matter for matter in _compared(type_code, lon, lat, at) if matter.pk != but}
    told = [(key, _telling(matter)) for key, matter in olds.items()]
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
    found: QuerySet[Matter] = rows.only(*COMPARED).order_by("-opened_at")[:MOST_COMPARED]
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
