"""What residents say of a visit, what other duties refer, and the chief's look at the month."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.visits import queries, rules
from koban.duties.visits.actions import NO_ADDRESS, plan, write_down
from koban.duties.visits.models import MonthSeen
from koban.duties.visits.queries import day_of
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Matter, Note
from koban.registers.premises.models import Address

# --- What residents do -------------------------------------------------------------------------------------------


@transaction.atomic
def correct(matter: Matter, words: str, *, by: Actor, at: datetime, station: Station) -> Note:
    """Who lives there says what is wrong in what was written. The office replies within the term."""
    require(by, "visits.ask")
    if not words.strip():
        raise Refused(_("Write something first."))
    matter = matters.locked(matter)
    note = write_down(matter, words, Note.Direction.IN, by, at)
    matters.change(matter, "visits.correct", by=by, at=at, rows=[note])
    if matter.is_open:
        matters.set_deadline(matter, "reply", rules.REPLY, by=by, at=at, station=station)
    return note


def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Plan a visit for what another duty refers: the next morning, to be moved by whoever goes."""
    if source.address is None:
        raise Refused(NO_ADDRESS)
    local = at.astimezone(ZoneInfo(station.tz)) + timedelta(days=2)
    starts_at = local.replace(hour=10, minute=0, second=0, microsecond=0)
    why = rules.LETTING if source.kind == "lettings" else rules.AFTER
    party = source.parties.exclude(person_id=None).first()
    return plan(
        source.address, _open_to(why, source.address, at, station), starts_at, words=summary,
        person_id=party.person_id if party else None, by=by, at=at, station=station,
    )  # fmt: skip


def _open_to(why: str, address: Address, at: datetime, station: Station) -> str:
    """Something happened there: that may be followed up also where the address rests."""
    return rules.AFTER if queries.is_resting(address.pk, day_of(at, station)) else why


# --- The month ---------------------------------------------------------------------------------------------------


@transaction.atomic
def month_seen(first: Any, totals: Mapping[str, Any], *, by: Actor, at: datetime) -> MonthSeen:
    """The chief has looked at the numbers of a month."""
    require(by, "visits.review")
    if MonthSeen.objects.filter(month=first).exists():
        raise Refused(_("This month was looked at already."))
    made: MonthSeen = MonthSeen.objects.create(month=first, totals=dict(totals), at=at, label=by.label)
    book.write("visits.month", by=by, at=at, subject=made, facts={"month": f"{first:%Y-%m}"}, rows=[made])
    return made
