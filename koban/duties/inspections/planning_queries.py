"""What the plan knows of places, in a fixed number of queries. Tables of places and work only: no table of people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from koban.duties.inspections import queries, regimes, rules
from koban.duties.inspections.models import Campaign, Finding, Inspection, Venue
from koban.kernel.stations.models import Station
from koban.matters.models import Matter

MOST = 2000


@dataclass(frozen=True)
class Row:
    """One line of the list: the verdict, and the venue or the matter that it is about."""

    due: rules.Due
    venue: Venue | None
    inspection: Inspection | None

    @property
    def label(self) -> str:
        return str(self.venue) if self.venue else str(self.inspection.matter.place if self.inspection else "")

    @property
    def address(self) -> str:
        return str(self.venue.unit.address) if self.venue else self.label


def due(today: date, station: Station) -> list[Row]:
    """What is due now or soon, most pressing first (five queries)."""
    venues = list(Venue.objects.open().select_related("unit__address").order_by("due_on")[:MOST])
    waiting = _waiting()
    by_venue = {row.venue_id: row for row in waiting if row.venue_id}
    homeless = [row for row in waiting if row.venue_id is None]
    places = _places(venues, by_venue, today, station) + [_unfiled(row, today, station) for row in homeless]
    known = {str(row.pk): row for row in venues} | {str(row.pk): row for row in homeless}
    ahead = queries.value(rules.AHEAD, station, today)
    return [_row(one, known[one.place.key], by_venue) for one in rules.due(places, today, ahead)]


def _row(one: rules.Due, subject: Any, by_venue: dict[Any, Inspection]) -> Row:
    if isinstance(subject, Venue):
        return Row(one, subject, by_venue.get(subject.pk))
    return Row(one, None, subject)


def _waiting() -> list[Inspection]:
    """Inspections ahead, those without a day too (one query)."""
    rows = Inspection.objects.filter(matter__is_open=True, done_at=None)
    return list(rows.select_related("matter").order_by("id")[:MOST])


def _places(
    venues: Iterable[Venue], waiting: dict[Any, Inspection], today: date, station: Station
) -> list[rules.Place]:
    rows = list(venues)
    hazards, again = _hazards([row.unit.address_id for row in rows]), _again()
    campaigns = list(Campaign.objects.filter(from_on__lte=today, to_on__gte=today))
    found = regimes.regimes(station.pack, today)
    return [
        rules.Place(
            str(row.pk), row.kind, row.due_on, found[row.kind].weight if row.kind in found else 1, row.last_on,
            hazards[row.unit.address_id], campaign_on=_campaign(row, campaigns), again_on=again.get(row.pk),
            **_ahead(waiting.get(row.pk), station, today),
        )
        for row in rows
    ]  # fmt: skip


def _ahead(waiting: Inspection | None, station: Station, today: date) -> dict[str, Any]:
    if waiting is None:
        return {}
    if waiting.planned_on is not None:
        return {"is_planned": True}
    name = "failed_on" if waiting.matter.state == "planned" else "complaint_on"
    return {name: _last_day(waiting, station, today)}


def _last_day(row: Inspection, station: Station, today: date) -> date:
    due_at = row.matter.due_at
    return queries.day_of(due_at, station) if due_at else today


def _unfiled(row: Inspection, today: date, station: Station) -> rules.Place:
    """Work at a place without a file: a home, a site."""
    on = _last_day(row, station, today)
    told = _ahead(row, station, today)
    return rules.Place(str(row.pk), row.kind, on, **told)


def _hazards(addresses: Iterable[Any]) -> Counter[Any]:
    """Open hazards by address: matters of the duty that follows them (one query)."""
    rows = Matter.objects.filter(kind=queries.HAZARDS, is_open=True, address_id__in=list(addresses))
    return Counter(rows.values_list("address_id", flat=True))


def _again() -> dict[UUID, date]:
    """Venue → the first day on which a finding has to be looked at again (one query)."""
    rows = Finding.objects.open().filter(again_on__isnull=False, inspection__venue__isnull=False)
    found: dict[UUID, date] = {}
    for venue, on in rows.values_list("inspection__venue_id", "again_on"):
        found[venue] = min(on, found.get(venue, on))
    return found


def _campaign(row: Venue, campaigns: Iterable[Campaign]) -> date | None:
    days = [
        one.to_on for one in campaigns
        if row.kind in one.kinds and (row.last_on is None or row.last_on < one.from_on)
    ]  # fmt: skip
    return min(days, default=None)


# --- The day's stops ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stop:
    """One inspection of a day as the round needs it. opens_at, closes_at: None where nobody knows."""

    matter_id: UUID
    number: str
    label: str
    address: str
    lon: float
    lat: float
    minutes: int
    opens_at: time | None
    closes_at: time | None
    why: str


def stops(day: date, station: Station) -> list[Stop]:
    """What is planned for a day and not done, in no order: the round gives it one (one query)."""
    rows = Inspection.objects.planned().on(day).select_related("matter__address", "venue__unit")
    found = regimes.regimes(station.pack, day)
    return [_stop(row, found) for row in rows.order_by("id") if row.matter.lon is not None]


def _stop(row: Inspection, found: dict[str, regimes.Regime]) -> Stop:
    matter, venue = row.matter, row.venue
    minutes = found[row.kind].minutes if row.kind in found else 30
    return Stop(
        matter.pk, matter.printed, str(venue or matter.place), matter.place, matter.lon, matter.lat, minutes,
        venue.opens_at if venue else None, venue.closes_at if venue else None, row.why,
    )  # fmt: skip
