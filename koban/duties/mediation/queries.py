"""Reads over several tables of this duty."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from koban.duties.mediation.models import (
    Agreement,
    Evidence,
    FollowUp,
    Mediation,
    Performance,
    Proposal,
    ProtectionStep,
    Session,
    Side,
)
from koban.kernel import law
from koban.kernel.law.terms import months_after
from koban.kernel.stations.models import Station
from koban.matters.duty import is_ours
from koban.matters.models import Deadline, Matter, Note
from koban.matters.timeline import Entry, timeline

KIND = "mediation"
REPEATS = "OFFICE-MED-6"


def numbered(year: int, number: int) -> Mediation:
    """The mediation of a printed number, in the scope. Raises Mediation.DoesNotExist."""
    rows = Mediation.objects.select_related("matter__address", "matter__station", "matter__holder")
    found: Mediation = rows.get(matter__kind=KIND, matter__year=year, matter__number=number)
    return found


def listed(state: str = "", kind: str = "") -> QuerySet[Matter]:
    """What is open first, the nearest term on top. state: "" for all that is open, "all" for all."""
    rows: QuerySet[Matter] = Matter.objects.filter(kind=KIND).select_related("address")
    if kind:
        rows = rows.filter(type=kind)
    if state == "":
        rows = rows.filter(is_open=True)
    elif state != "all":
        rows = rows.filter(state=state)
    return rows.order_by("-is_open", "due_at", "-opened_at")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One mediation with everything on it."""

    mediation: Mediation
    sides: list[Side]
    evidence: list[Evidence]
    sessions: list[Session]
    proposals: list[Proposal]
    agreement: Agreement | None
    owed: list[Performance]
    protection: list[ProtectionStep]
    follow_ups: list[FollowUp]
    terms: list[Deadline]
    notes: list[Note]
    timeline: list[Entry]
    repeats: list[Matter]

    @property
    def matter(self) -> Matter:
        found: Any = self.mediation.matter
        return found  # type: ignore[no-any-return]

    @property
    def is_ours(self) -> bool:
        return is_ours(self.matter)


def sheet(year: int, number: int) -> Sheet:
    """Everything of one page."""
    mediation = numbered(year, number)
    matter = mediation.matter
    sides = list(
        Side.objects.filter(mediation=mediation)
        .select_related("party__matter", "guardian__matter", "delegate__matter", "address")
        .order_by("letter")
    )
    agreement = mediation.agreements.order_by("-agreed_on", "-id").first()
    owed = list(agreement.performances.select_related("owed_by").order_by("number")) if agreement else []
    notes = list(matter.notes.order_by("at", "id"))
    return Sheet(
        mediation, sides, list(mediation.evidence.order_by("at")), list(mediation.sessions.order_by("number")),
        list(mediation.proposals.order_by("at")), agreement, owed, list(mediation.protection_steps.order_by("at")),
        list(mediation.follow_ups.order_by("at")), list(Deadline.objects.filter(matter=matter).order_by("due_at")), notes,
        list(reversed(timeline(matter, notes))), repeats(sides, matter, matter.station),
    )  # fmt: skip


def repeats(sides: list[Side], matter: Matter, station: Station) -> list[Matter]:
    """Other disputes between the same two addresses, newest first. Addresses alone: nobody is counted."""
    pair = {side.address_id for side in sides if side.address_id}
    if len(pair) < 2:
        return []
    first, second = pair
    rows = Matter.objects.filter(
        mediations__sides__address_id=first, opened_at__gte=since(station, matter.opened_at)
    )
    rows = rows.filter(pk__in=Side.objects.filter(address_id=second).values("mediation__matter_id"))
    return list(rows.exclude(pk=matter.pk).distinct().order_by("-opened_at")[:20])


def since(station: Station, at: datetime) -> datetime:
    """How far back repeats are seen."""
    on = timezone.localtime(at).date()
    months = law.clause(REPEATS, station.pack, on=on).value
    return at - (on - months_after(on, -months))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two addresses between which there was more than one dispute."""

    a: Any
    b: Any
    matters: list[Matter]


def pairs(station: Station, at: datetime) -> list[Pair]:
    """Pairs of addresses with more than one dispute, the most first. Two addresses, never two people."""
    rows = Side.objects.filter(address__isnull=False, mediation__matter__opened_at__gte=since(station, at))
    by_mediation: Mapping[Any, list[Side]] = defaultdict(list)
    for side in rows.select_related("address__street", "mediation__matter").order_by("letter"):
        by_mediation[side.mediation_id].append(side)
    found: dict[Any, Pair] = {}
    for both in by_mediation.values():
        if len({side.address_id for side in both}) == 2:  # a pair
            key = frozenset(side.address_id for side in both)
            pair = found.setdefault(key, Pair(both[0].address, both[1].address, []))
            pair.matters.append(both[0].mediation.matter)
    many = [pair for pair in found.values() if len(pair.matters) > 1]
    return sorted(many, key=lambda pair: -len(pair.matters))


def owed_soon(until: date) -> QuerySet[Performance]:
    """What is owed up to a day, the nearest first."""
    rows: QuerySet[Performance] = Performance.objects.owed().filter(
        due_on__lte=until, agreement__mediation__matter__state="performing"
    )
    return rows.select_related("agreement__mediation__matter", "owed_by").order_by("due_on")


def side_of_receipt(number: str, fingerprint: bytes) -> Side | None:
    """The side whose own receipt this is, in the scope."""
    year, _dash, count = number.strip().partition("-")
    if not (year.isdecimal() and count.isdecimal() and len(number.strip()) < 16 and fingerprint):
        return None
    found: Side | None = Side.objects.filter(
        receipt=fingerprint, mediation__matter__year=int(year), mediation__matter__number=int(count)
    ).first()
    return found


def sides_of_person(person_id: Any) -> list[Side]:
    """A resident's own mediations, open ones first."""
    rows = Side.objects.filter(party__person_id=person_id).select_related("mediation__matter")
    return list(rows.order_by("-mediation__matter__is_open", "-mediation__matter__opened_at"))


def open_of(person_id: UUID, at: datetime) -> int:
    """How many mediations of a resident are open."""
    rows = Side.objects.filter(
        party__person_id=person_id, mediation__matter__is_open=True, mediation__matter__opened_at__lte=at
    )
    return int(rows.count())
