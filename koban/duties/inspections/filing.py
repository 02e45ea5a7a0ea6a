"""Keeping the file of a place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import queries, regimes
from koban.duties.inspections.models import Venue
from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.registers.premises.models import Unit

FIELDS = (
    "kind", "paper", "paper_number", "paper_from", "paper_to", "area_m2", "capacity", "guards", "camera_days",
    "trained_on", "trained_count", "opens_at", "closes_at",
)  # fmt: skip
UNKNOWN = _("This kind of place has no regime here.")
CLOSED = _("This unit has closed.")
HAS_ONE = _("This unit has a file already.")


@transaction.atomic
def open_file(
    unit: Unit, kind: str, told: Mapping[str, Any] | None = None, *, by: Actor, at: datetime, station: Station
) -> Venue:
    """Begin the file of a unit. It is due from the first day: nobody has looked at it yet."""
    require(by, "inspections.file")
    today = queries.day_of(at, station)
    if regimes.regime(kind, station.pack, today) is None:
        raise Refused(UNKNOWN)
    if unit.to_on is not None:
        raise Refused(CLOSED)
    if Venue.objects.filter(unit=unit).exists():
        raise Refused(HAS_ONE)
    row = Venue(unit=unit, kind=kind, due_on=today, **_fields(told or {}))
    row.save(force_insert=True)
    book.write("inspections.open_file", by=by, at=at, subject=row, facts={"kind": kind}, rows=[row])
    return row


@transaction.atomic
def change_file(venue: Venue, told: Mapping[str, Any], *, by: Actor, at: datetime, station: Station) -> Venue:
    """Write what is known of the place. A new kind brings its own interval."""
    require(by, "inspections.file")
    row = locked(venue)
    changed = [name for name, value in _fields(told).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, told[name])
    if "kind" in changed and regimes.regime(row.kind, station.pack, queries.day_of(at, station)) is None:
        raise Refused(UNKNOWN)
    if "kind" in changed and row.last_on:
        row.due_on = queries.next_due(row.kind, row.last_on, station)
        changed.append("due_on")
    if changed:
        row.save(update_fields=changed)
        facts = {"fields": sorted(changed)}
        book.write("inspections.change_file", by=by, at=at, subject=row, facts=facts, rows=[row])
    return row


@transaction.atomic
def keep_plan(venue: Venue, taken: intake.Taken, *, by: Actor, at: datetime) -> Venue:
    """Put a floor plan into the file; an earlier one stays in the store and is no longer shown."""
    require(by, "inspections.file")
    row = locked(venue)
    row.plan_id = intake.attach(taken, matter_id=row.pk, by=by, at=at).pk
    row.save(update_fields=["plan_id"])
    book.write("inspections.floor_plan", by=by, at=at, subject=row, rows=[row])
    return row


def locked(venue: Venue) -> Venue:
    """The file as it is now, held until the transaction ends."""
    rows = Venue.objects.select_for_update(of=("self",), no_key=True)
    found: Venue = rows.get(pk=venue.pk)
    return found


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in FIELDS if name in told}
