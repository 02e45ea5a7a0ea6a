"""Who looked: the rows of looks, as the person may read them. No personal value but the fact itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min

from koban.registers.residents.models import Look, Person


def looks_of(
    person: Person, *, now: datetime, start: datetime | None = None, end: datetime | None = None
) -> Any:
    """Looks at a person that may be told by now, newest first; also at those who were merged into them."""
    found = Look.objects.told(now).filter(person__in=_all_of(person)).select_related("delay")
    if start:
        found = found.filter(at__gte=start)
    if end:
        found = found.filter(at__lt=end)
    return found.order_by("-at", "-id")


def usage(
    person: Person,
    *,
    now: datetime,
    start: datetime | None,
    end: datetime | None,
    offset: int = 0,
    limit: int = 1000,
) -> tuple[int, Sequence[Look]]:
    """(how many in all, those from `offset` on)."""
    found = looks_of(person, now=now, start=start, end=end)
    return found.count(), list(found[offset : offset + limit])


def the_look(pk: UUID | None) -> Look | None:
    """One look by its own key: when, who, in which matter, at which fields."""
    found: Look | None = Look.objects.filter(pk=pk).first()
    return found


def first_look(person: Person, *, now: datetime) -> datetime | None:
    """From when on there is something to tell."""
    told: datetime | None = looks_of(person, now=now).aggregate(first=Min("at"))["first"]
    return told


def shown_in(matter_id: UUID, people: Sequence[UUID]) -> set[UUID]:
    """Which of these people a search showed in this matter."""
    found = Look.objects.filter(matter_id=matter_id, action="find", person__in=people)
    return set(found.values_list("person_id", flat=True))


def _all_of(person: Person) -> list[UUID]:
    ids, new = [person.pk], [person.pk]
    while new:
        new = list(Person.objects.filter(merged_into__in=new).values_list("pk", flat=True))
        ids += new
    return ids
