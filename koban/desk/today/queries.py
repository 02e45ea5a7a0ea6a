"""Everything on the page, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.desk.board.slips import READ, Slip, listed_kinds, slips
from koban.kernel import law
from koban.kernel.access.roles import called
from koban.kernel.ledger import Actor, reading
from koban.kernel.stations.models import Station
from koban.lib.rota import Interval
from koban.matters.models import Deadline, Holding
from koban.matters.timeline import sentence_of
from koban.registers.roster import queries as roster
from koban.registers.roster.models import HandOver, Shift

# Terms that are promises to a resident, and what each promises.
PROMISES = {
    "answer": _("Answer the resident"),
    "reply": _("Reply to a message"),
    "call_back": _("Call back"),
    "dispatch": _("Send somebody"),
    "arrive": _("Be there"),
    "refer_out": pgettext_lazy("a promise", "Hand over"),
}
OF_MATTER = tuple(f"matter__{column}" for column in READ)
NEAREST = 60
SHIFTS_AROUND = timedelta(days=14)
CHANGES = 15


@dataclass(frozen=True, slots=True)
class Due:
    """A running term. clause: None where the pack no longer has it."""

    deadline: Deadline
    slip: Slip
    clause: law.Clause | None

    @property
    def what(self) -> Any:
        return PROMISES.get(self.deadline.key, self.deadline.key)

    @property
    def due_at(self) -> datetime:
        return self.deadline.due_at


@dataclass(frozen=True, slots=True)
class Change:
    """Something that others did to a matter that I hold."""

    at: datetime
    sentence: str
    detail: str
    by: str
    url: str


@dataclass(frozen=True)
class Today:
    """shift: the one that runs; next: the one after it. cover: intervals of the next days, none outside an office."""

    at: datetime
    mine: list[Slip]
    due: list[Due]
    promises: list[Due]
    changes: list[Change]
    since: datetime
    shift: Shift | None
    next: Shift | None
    cover: Sequence[Interval]
    note: HandOver | None

    @property
    def late(self) -> int:
        return sum(due.due_at < self.at for due in self.due)

    @property
    def hours(self) -> list[Any]:
        return roster.by_hour(self.cover)[:24]

    @property
    def gap(self) -> Interval | None:
        """The next stretch in which the promise of an open office does not hold."""
        return next((interval for interval in self.cover if not interval.ok), None)


def today(station: Station, by: Actor, at: datetime) -> Today:
    """The page of one person in the open scope: eight queries."""
    mine = held(by.post_id, station.pack)
    own = {slip.matter.pk: slip for slip in mine}
    running = terms(own, station)
    shifts = shifts_of(by.post_id, at)
    since = last_seen(shifts, at)
    is_office = station.kind == Station.Kind.OFFICE
    return Today(
        at=at,
        mine=mine,
        due=[due for due in running if due.slip.matter.pk in own],
        promises=nearest([due for due in running if due.slip.matter.pk not in own]),
        changes=changed(own, by, since),
        since=since,
        shift=next((shift for shift in shifts if shift.starts_at <= at < shift.ends_at), None),
        next=next((shift for shift in shifts if shift.starts_at > at), None),
        cover=roster.coverage_72h(station, at) if is_office else (),
        note=roster.latest_hand_over() if is_office else None,
    )


def held(post_id: Any, pack: str) -> list[Slip]:
    """Open matters in the hands of a post, what is due first (one query)."""
    rows = Holding.objects.filter(post_id=post_id, to_at=None, matter__is_open=True)
    found = rows.select_related("matter__address__beat", "matter__holder").only("matter_id", *OF_MATTER)
    matters = sorted(
        (row.matter for row in found), key=lambda matter: (matter.due_at is None, matter.due_at, matter.pk)
    )
    return slips(matters, (), pack)


def terms(own: dict[UUID, Slip], station: Station) -> list[Due]:
    """The nearest running terms: those of own matters, and promises to residents that nobody here keeps yet (one query)."""
    wanted = Q(matter_id__in=list(own)) | Q(matter__holder=None, matter__kind__in=listed_kinds())
    rows = Deadline.objects.filter(wanted, met_at=None, matter__is_open=True)
    columns = ("matter_id", "key", "clause", "starts_at", "due_at", *OF_MATTER)
    found = rows.select_related("matter__address__beat", "matter__holder").only(*columns).order_by("due_at")
    return [_due(row, own, station) for row in found[:NEAREST]]


def nearest(found: list[Due]) -> list[Due]:
    """The first term of each matter; `found` is in the order of time."""
    first: dict[UUID, Due] = {}
    for due in found:
        first.setdefault(due.slip.matter.pk, due)
    return list(first.values())


def _due(row: Deadline, own: dict[UUID, Slip], station: Station) -> Due:
    slip = own.get(row.matter_id) or slips([row.matter], (), station.pack)[0]
    try:
        clause = law.clause(row.clause, station.pack, on=row.starts_at.date())
    except law.NoClause:
        clause = None
    return Due(row, slip, clause)


def shifts_of(post_id: Any, at: datetime) -> list[Shift]:
    """A post's shifts around now (one query)."""
    found = Shift.objects.touching(at - SHIFTS_AROUND, at + SHIFTS_AROUND).filter(post_id=post_id)
    return list(found.order_by("starts_at"))


def last_seen(shifts: Sequence[Shift], at: datetime) -> datetime:
    """When the person was last on duty: the end of the shift before this one; a day ago where there is none."""
    ended = [shift.ends_at for shift in shifts if shift.ends_at <= at]
    return max(ended, default=at - timedelta(days=1))


def changed(own: dict[UUID, Slip], by: Actor, since: datetime) -> list[Change]:
    """What others did to own matters since then, the newest first (one query)."""
    pages = reading.of_matters(own).filter(at__gte=since).exclude(account_id=by.account_id)
    newest = pages.exclude(verb__endswith=".look").order_by("-number")[:CHANGES]
    return [_change(page, own[page.matter_id]) for page in newest if page.matter_id]


def _change(page: Any, slip: Slip) -> Change:
    what = f"{slip.number} · {slip.title}"
    return Change(
        page.at, str(sentence_of(page.verb, page.facts)), what, str(called(page.actor, page.role)), slip.url
    )
