"""What the pages of the team show, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from koban.duties.permits.flow import FLOW
from koban.duties.permits.models import Application, Declaration, Occupant, Paper, Permit, Telling, Type
from koban.kernel.files.models import Attachment
from koban.kernel.flow import State
from koban.kernel.stations.models import Station
from koban.matters.deadlines import Term, terms
from koban.matters.documents.models import Certificate
from koban.matters.models import Holding, Matter, Note
from koban.matters.timeline import Entry, timeline
from koban.registers.residents import queries as register

KIND = "permits"
DECLARED = (Type.REGISTRATION, Type.DEPARTURE)
NOBODY = UUID(int=0)


def numbered(year: int, number: int) -> Matter:
    """The matter of a printed number, in the scope. Raises Matter.DoesNotExist."""
    found: Matter = Matter.objects.select_related("address", "holder", "station").get(
        kind=KIND, year=year, number=number
    )
    return found


def listed(type: str = "", state: str = "", source: str = "") -> QuerySet[Matter]:
    """Matters of this duty: what waits first, the nearest term on top. state: "" for all that is open, "all" for all."""
    rows: QuerySet[Matter] = Matter.objects.filter(kind=KIND).select_related("address")
    if type:
        rows = rows.filter(type=type)
    if source:
        rows = rows.filter(declarations__source=source)
    if state not in ("", "all"):
        rows = rows.filter(state=state)
    elif state == "":
        rows = rows.filter(is_open=True)
    return rows.annotate(people=Count("occupants")).order_by("-is_open", "due_at", "-opened_at", "-id")


def waiting() -> QuerySet[Declaration]:
    """Declarations that wait for a word, the nearest term first, each with how many people and pictures it has."""
    pictures = Attachment.objects.filter(matter_id=OuterRef("matter_id"))
    rows: QuerySet[Declaration] = Declaration.objects.filter(
        matter__kind=KIND, matter__state="declared", matter__is_open=True
    )
    rows = rows.select_related("matter__address").annotate(
        people=Count("matter__occupants"), has_pictures=Exists(pictures)
    )
    return rows.order_by("matter__due_at", "id")


@dataclass(frozen=True, slots=True)
class Living:
    """One person of a declaration: the home in the register, and who may be the same person."""

    occupant: Occupant
    home: Any = None
    doubles: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one matter."""

    matter: Matter
    declaration: Declaration | None
    application: Application | None
    living: list[Living]
    papers: list[Paper]
    tellings: list[Telling]
    terms: list[Term]
    notes: list[Note]
    timeline: list[Entry]
    files: list[Attachment]
    permits: list[Permit]
    certificates: list[Certificate]
    is_held: bool

    @property
    def state(self) -> State:
        return FLOW.state(self.matter.state)

    @property
    def is_taken(self) -> bool:
        """Whether it ever became a declaration or an application."""
        return bool(self.declaration or self.application)

    @property
    def may_tell(self) -> bool:
        """Whether the button of the notice is offered; the rule decides."""
        missing = any(paper.state in ("needed", "unfit") for paper in self.papers)
        return self.matter.state == "declared" and missing


def sheet(year: int, number: int, reader: UUID | None, station: Station) -> Sheet:
    """The page of one matter for the post `reader`. Raises Matter.DoesNotExist."""
    matter = numbered(year, number)
    declared, notes = matter.type in DECLARED, list(matter.notes.order_by("at", "id"))
    application = (
        None if declared else Application.objects.select_related("permit").filter(matter=matter).first()
    )
    return Sheet(
        matter=matter,
        declaration=Declaration.objects.filter(matter=matter).first() if declared else None,
        application=application,
        living=_living(matter) if declared else [],
        papers=list(Paper.objects.filter(matter=matter).order_by("id")) if matter.type == Type.PERMIT else [],
        tellings=list(Telling.objects.filter(matter=matter).order_by("ordinal"))
        if matter.type == Type.PERMIT
        else [],
        terms=terms(matter, station),
        notes=notes,
        timeline=list(reversed(timeline(matter, notes))),
        files=list(Attachment.objects.of_matter(matter.pk)),
        permits=list(Permit.objects.of_person(application.person_id)[:5]) if application else [],
        certificates=list(Certificate.objects.filter(matter=matter, revoked_at=None))
        if matter.state == "made"
        else [],
        is_held=Holding.objects.filter(matter=matter, post_id=reader or NOBODY, to_at=None).exists(),
    )


def _living(matter: Matter) -> list[Living]:
    """Homes and doubles of all of them at once, however many they are."""
    rows = list(Occupant.objects.filter(matter=matter).order_by("id"))
    homes: Any = register.residences(row.residence_id for row in rows if row.residence_id)
    people = [row.person_id for row in rows] if matter.is_open else []
    doubles: Any = register.doubles(people, timezone.localdate()) if people else {}
    return [Living(row, homes.get(row.residence_id), doubles.get(row.person_id, [])) for row in rows]


def cards(state: str = "", due_within: int = 0) -> QuerySet[Permit]:
    """Permits, the nearest endorsement first. due_within: days, 0 for all."""
    rows: QuerySet[Permit] = Permit.objects.select_related("address")
    rows = rows.filter(state=state) if state else Permit.objects.running().select_related("address")
    if due_within:
        rows = rows.filter(due_on__lte=timezone.localdate() + timedelta(days=due_within))
    return rows.order_by("due_on", "id")


def card(number: str) -> Permit:
    """The permit of a printed number (`P-2026-000123`). Raises Permit.DoesNotExist."""
    _p, _dash, rest = number.partition("-")
    year, _dash, count = rest.partition("-")
    if not (year.isdigit() and count.isdigit()):
        raise Permit.DoesNotExist
    found: Permit = Permit.objects.select_related("address", "matter", "replaces").get(
        year=year, number=count
    )
    return found
