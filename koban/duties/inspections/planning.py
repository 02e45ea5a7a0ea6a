"""Asking for an inspection, planning it, a visit that failed, campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import queries, regimes, round_tasks, rules
from koban.duties.inspections.models import Attempt, Campaign, Inspection, Venue
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.registers.premises.models import Unit

PAST = _("Choose today or a day ahead.")
OVER = _("This inspection is over.")
TURNED = _("The campaign ends before it begins.")
NO_KINDS = _("Choose the kinds of places that the campaign looks at.")
Why = Inspection.Why


def said_no(why: Sentence | None) -> None:
    """Raise Refused with the sentence of a rule, if it says no."""
    if why is not None:
        raise Refused(spoken(why), clause=why.clause)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be looked at, and why. venue: None for a home or a site without a file."""

    kind: str
    why: str
    place: Place
    venue: Venue | None = None
    words: str = ""
    again: Inspection | None = None
    campaign: Campaign | None = None

    @classmethod
    def of(cls, venue: Venue, why: str, **told: Any) -> "Wish":
        place = Place.at(venue.unit.address, f"{venue} · {venue.unit.address}")
        return cls(venue.kind, why, place, venue, **told)


@transaction.atomic
def ask(wish: Wish, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Open an inspection without a day; a complaint runs against its term."""
    require(by, "inspections.ask")
    if regimes.newest(wish.kind, station.pack) is None:
        raise Refused(_("This kind of place has no regime here."))
    terms = {"verify": rules.VERIFY} if wish.why in (Why.COMPLAINT, Why.ASKED) else {}
    return matters.open_matter(
        queries.KIND, by=by, at=at, station=station, type=wish.kind, place=wish.place, summary=wish.words.strip(),
        terms=terms, facts={"why": wish.why}, rows=[lambda matter: _row(matter, wish)],
    )  # fmt: skip


def _row(matter: Matter, wish: Wish) -> Inspection:
    return Inspection(
        matter=matter,
        venue=wish.venue,
        kind=wish.kind,
        why=wish.why,
        again=wish.again,
        campaign=wish.campaign,
    )


@transaction.atomic
def plan(wish: Wish, on: date, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Open an inspection for a day. One that waits at the same venue gets the day instead: nobody goes twice."""
    require(by, "inspections.plan")
    waiting = waiting_at(wish.venue) if wish.venue else None
    matter = waiting.matter if waiting else ask(wish, by=by, at=at, station=station)
    return set_day(matter, on, by=by, at=at, station=station)


def waiting_at(venue: Venue) -> Inspection | None:
    rows = Inspection.objects.select_related("matter").filter(venue=venue, matter__is_open=True, done_at=None)
    found: Inspection | None = rows.order_by("id").first()
    return found


@transaction.atomic
def set_day(matter: Matter, on: date, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Give an inspection its day, or another one."""
    require(by, "inspections.plan")
    matter = matters.locked(matter)
    row = queries.inspection(matter)
    if row.done_at is not None or not matter.is_open:
        raise Refused(OVER)
    if on < queries.day_of(at, station):
        raise Refused(PAST)
    row.planned_on = on
    row.save(update_fields=["planned_on"])
    facts = {"on": on.isoformat()}
    if matter.state == "asked":
        return matters.move(matter, "plan", by=by, at=at, rows=[row], facts=facts)
    return matters.change(matter, "inspections.set_day", by=by, at=at, rows=[row], facts=facts)


@transaction.atomic
def failed(matter: Matter, why: str, *, by: Actor, at: datetime, station: Station) -> Attempt:
    """Somebody went and could not inspect: it is on the list again, to be made up within its term."""
    require(by, "inspections.failed")
    matter = matters.locked(matter)
    row = queries.inspection(matter)
    if matter.state != "planned":
        raise Refused(OVER)
    made: Attempt = Attempt.objects.create(inspection=row, at=at, why=why, label=by.label)
    round_tasks.after_failing(matter.pk, row.planned_on, by)
    row.planned_on = None
    row.save(update_fields=["planned_on"])
    matters.change(matter, "inspections.failed", by=by, at=at, rows=[row, made], facts={"why": why})
    matters.set_deadline(matter, "make_up", rules.AGAIN_SOON, by=by, at=at, station=station)
    return made


@transaction.atomic
def cancel(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    return matters.move(matter, "cancel", by=by, at=at, reason=reason, waived=("verify", "make_up"))


@transaction.atomic
def reopen(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    return matters.move(matter, "reopen", by=by, at=at, reason=reason)


@transaction.atomic
def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Open an inspection for what another duty refers: at the venue of the address where there is one file there."""
    place, today = joins.place_of(source), queries.day_of(at, station)
    found = list(Venue.objects.open().select_related("unit__address").filter(unit__address=place.address)[:2])
    venue = found[0] if place.address and len(found) == 1 else None
    kind = venue.kind if venue else _kind(type, source, station, today)
    why = Why.COMPLAINT if source.kind == "incidents" else Why.ASKED
    return ask(Wish(kind, why, place, venue, summary), by=by, at=at, station=station)


def _kind(type: str, source: Matter, station: Station, today: date) -> str:
    known = regimes.regimes(station.pack, today)
    if type in known:
        return type
    homes = [kind for kind, row in known.items() if row.is_home]
    return homes[0] if homes and source.kind in ("lettings", "visits") else next(iter(known), "")


def unit_kind(unit: Unit, station: Station, on: date) -> str:
    return regimes.kind_of_unit(unit.kind, station.pack, on)


@transaction.atomic
def begin_campaign(
    title: str, kinds: Sequence[str], from_on: date, to_on: date, *, by: Actor, at: datetime
) -> Campaign:
    """Places of these kinds that were not looked at since `from_on` are due by `to_on`."""
    require(by, "inspections.campaign")
    if to_on < from_on:
        raise Refused(TURNED)
    if not kinds:
        raise Refused(NO_KINDS)
    made: Campaign = Campaign.objects.create(
        title=title.strip(), kinds=sorted(kinds), from_on=from_on, to_on=to_on
    )
    book.write("inspections.campaign", by=by, at=at, subject=made, facts={"kinds": made.kinds}, rows=[made])
    return made
