"""Large events: who permits them, by when to apply, the look at the place before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import planning, queries, rules
from koban.duties.inspections.models import Event, Inspection
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Matter
from koban.matters.places import Place

DECIDED = _("This was decided already.")
SITE = "event"


@dataclass(frozen=True, slots=True)
class Told:
    """What the office hears of an event. organiser: a body. applied_on: None where nobody has applied."""

    name: str
    organiser: str
    place: Place
    on: date
    expected: int
    applied_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """body: who permits. apply_by: last day to apply; decide_by: None until somebody applied."""

    body: str
    apply_by: date
    is_late: bool
    decide_by: date | None


def terms(on: date, expected: int, applied_on: date | None, station: Station, today: date) -> Terms:
    large, city, before, within = (
        queries.value(name, station, today)
        for name in (rules.EVENT_FROM, rules.EVENT_CITY, rules.EVENT_APPLY, rules.EVENT_DECIDE)
    )
    apply_by = rules.last_day_to_apply(on, before)
    decide_by = applied_on + timedelta(days=within) if applied_on else None
    return Terms(
        rules.who_decides(expected, large, city), apply_by, (applied_on or today) > apply_by, decide_by
    )


@transaction.atomic
def enter(told: Told, *, by: Actor, at: datetime, station: Station) -> Event:
    """Enter an event with the look at its site, which is asked for at once."""
    require(by, "inspections.plan")
    found = terms(told.on, told.expected, told.applied_on, station, queries.day_of(at, station))
    words = f"{told.name} · {told.organiser} · {told.expected}"
    wish = planning.Wish(SITE, Inspection.Why.EVENT, told.place, None, words)
    matter = planning.ask(wish, by=by, at=at, station=station)
    made: Event = Event.objects.create(
        matter=matter, name=told.name.strip(), organiser=told.organiser.strip(), on=told.on, expected=told.expected,
        applied_on=told.applied_on, body=found.body,
        permit=Event.Permit.NONE if found.body == rules.NO_PERMIT else Event.Permit.OPEN,
    )  # fmt: skip
    matters.change(matter, "inspections.event", by=by, at=at, rows=[made], facts={"body": found.body})
    return made


@transaction.atomic
def decided(matter: Matter, permit: str, number: str, *, by: Actor, at: datetime) -> Event:
    """What the county or the city decided."""
    require(by, "inspections.record")
    matter = matters.locked(matter)
    row: Event = Event.objects.get(matter=matter)
    if row.permit != Event.Permit.OPEN:
        raise Refused(DECIDED)
    row.permit, row.permit_number = permit, number.strip()
    row.save(update_fields=["permit", "permit_number"])
    matters.change(matter, "inspections.permit", by=by, at=at, rows=[row], facts={"permit": permit})
    return row
