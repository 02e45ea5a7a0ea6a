"""What the office and the resident read of requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from koban.duties.datarights.models import Request
from koban.lib.errors import Absent
from koban.matters.models import Deadline, Matter, Note
from koban.matters.timeline import Entry, timeline

KIND = "datarights"


def requests() -> QuerySet[Request]:
    rows: QuerySet[Request] = Request.objects.select_related("matter")
    return rows.order_by("-matter__is_open", "matter__due_at", "-id")


def numbered(year: int, number: int) -> Request:
    """Raises Request.DoesNotExist."""
    found: Request = Request.objects.select_related("matter", "person").get(
        matter__kind=KIND, matter__year=year, matter__number=number
    )
    return found


def of_person(person_id: UUID) -> QuerySet[Request]:
    """A resident's requests, the newest first."""
    rows: QuerySet[Request] = Request.objects.filter(person=person_id).select_related("matter")
    return rows.order_by("-matter__opened_at", "-id")


def own(person_id: UUID, year: int, number: int) -> Request:
    """A request of this resident and nobody else's. Raises Absent."""
    found = of_person(person_id).filter(matter__year=year, matter__number=number).first()
    if found is None:
        raise Absent
    return found


def open_of(person_id: UUID, now: datetime) -> int:
    """How many of a resident's requests wait for an answer."""
    return of_person(person_id).filter(matter__is_open=True).count()


def objected(looks: list[UUID]) -> dict[UUID, Request]:
    """Look → the request that objects to it."""
    rows = Request.objects.filter(look_id__in=looks).select_related("matter").order_by("id")
    return {row.look_id: row for row in rows if row.look_id}


@dataclass(frozen=True)
class File:
    """One request with what was written and promised."""

    request: Request
    notes: list[Note]
    timeline: list[Entry]
    deadlines: list[Deadline]

    @property
    def matter(self) -> Matter:
        found: Any = self.request.matter
        return found  # type: ignore[no-any-return]

    @property
    def talk(self) -> list[Note]:
        """Words to and from the resident."""
        return [note for note in self.notes if note.direction != Note.Direction.INSIDE]


def file(request: Request) -> File:
    notes = list(request.matter.notes.order_by("at", "id"))
    terms = list(Deadline.objects.filter(matter=request.matter).order_by("due_at"))
    return File(request, notes, list(reversed(timeline(request.matter, notes))), terms)
