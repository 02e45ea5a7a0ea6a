"""What the pages and the plan read: places, days, findings. No name of a person is read here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from koban.duties.inspections import regimes
from koban.duties.inspections.models import Attempt, Finding, Inspection, Venue
from koban.kernel import law
from koban.kernel.law.terms import months_after
from koban.kernel.stations.models import Station
from koban.matters.models import Matter, Note
from koban.matters.timeline import Entry, timeline
from koban.registers.premises.models import Unit

KIND, HAZARDS = "inspections", "hazards"
SORTS = {"opened": "opened_at", "number": "number", "planned": "inspections__planned_on"}


def day_of(at: datetime, station: Station) -> date:
    return at.astimezone(ZoneInfo(station.tz)).date()


def clause(id: str, station: Station, on: date) -> law.Clause:
    return law.clause(id, station.pack, on=on)


def clause_or_none(id: str, station: Station, on: date) -> law.Clause | None:
    try:
        return clause(id, station, on)
    except law.NoClause:
        return None


def value(id: str, station: Station, on: date) -> int:
    return clause(id, station, on).value


def next_due(kind: str, last: date, station: Station) -> date:
    """When the interval of a kind ends that began on `last`."""
    row = regimes.regime(kind, station.pack, last) or regimes.newest(kind, station.pack)
    months = value(row.every if row else "OFFICE-INSP-1", station, last)
    return months_after(last, months)


# --- Matters -----------------------------------------------------------------------------------------------------


def numbered(year: int, number: int) -> Matter:
    """Raises Matter.DoesNotExist."""
    found: Matter = Matter.objects.select_related("address", "holder", "station").get(
        kind=KIND, year=year, number=number
    )
    return found


def inspection(matter: Matter) -> Inspection:
    """Raises Inspection.DoesNotExist."""
    found: Inspection = Inspection.objects.select_related(
        "venue__unit__address", "again__matter", "matter__station", "campaign"
    ).get(matter=matter)
    return found


def listed(wanted: Mapping[str, Any]) -> QuerySet[Matter]:
    """Inspections by the filters of the list; the newest first where no order is asked for."""
    rows: QuerySet[Matter] = (
        Matter.objects.filter(kind=KIND).select_related("address").defer("receipt", "salt")
    )
    for name, column in (("state", "state"), ("kind", "type"), ("why", "inspections__why")):
        if told := wanted.get(name):
            rows = rows.filter(**{column: told})
    if on := wanted.get("on"):
        rows = rows.filter(inspections__planned_on=on)
    if words := wanted.get("q"):
        rows = rows.filter(place__icontains=words)
    sort = str(wanted.get("sort") or "")
    column = SORTS.get(sort.removeprefix("-"), "")
    order = f"{'-' if sort.startswith('-') else ''}{column}" if column else "-opened_at"
    return rows.order_by(order, "-id")


def inspections_of(rows: Iterable[Matter]) -> dict[UUID, Inspection]:
    """Matter → its inspection (one query)."""
    found = Inspection.objects.filter(matter__in=[row.pk for row in rows])
    return {row.matter_id: row for row in found}


@dataclass(frozen=True)
class Sheet:
    """One inspection as its page shows it."""

    inspection: Inspection
    findings: list[Finding]
    attempts: list[Attempt]
    later: list[Inspection]
    notes: list[Note]
    timeline: list[Entry]


def sheet(matter: Matter) -> Sheet:
    notes, found = list(matter.notes.order_by("at", "id")), inspection(matter)
    return Sheet(
        found, findings_of(found), list(found.attempts.order_by("at")),
        list(found.later.select_related("matter").order_by("id")), notes, list(reversed(timeline(matter, notes))),
    )  # fmt: skip


def findings_of(found: Inspection) -> list[Finding]:
    return list(Finding.objects.filter(inspection=found).select_related("hazard").order_by("id"))


# --- Venues ------------------------------------------------------------------------------------------------------


def venue(pk: UUID) -> Venue:
    """Raises Venue.DoesNotExist."""
    found: Venue = Venue.objects.select_related("unit__address").get(pk=pk)
    return found


def venues(wanted: Mapping[str, Any]) -> QuerySet[Venue]:
    rows: QuerySet[Venue] = Venue.objects.open().select_related("unit__address").order_by("due_on", "id")
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if words := wanted.get("q"):
        rows = rows.filter(unit__name__icontains=words) | rows.filter(unit__name_en__icontains=words)
    return rows


def units_without_file(station: Station, on: date) -> QuerySet[Unit]:
    """Units of the register that the pack has a regime for, and that have no file yet."""
    kinds = [kind for row in regimes.regimes(station.pack, on).values() for kind in row.units]
    rows: QuerySet[Unit] = Unit.objects.current().filter(kind__in=kinds, venues=None)
    return rows.select_related("address").order_by("kind", "name", "id")


def history_of(venue: Venue) -> list[Inspection]:
    """Inspections of a venue, the newest first (one query)."""
    rows = Inspection.objects.filter(venue=venue).select_related("matter")
    return list(rows.order_by("-id")[:50])


def open_findings(venue: Venue) -> list[Finding]:
    rows = Finding.objects.open().filter(inspection__venue=venue)
    return list(rows.select_related("inspection__matter", "hazard").order_by("id"))
