"""Rounds in the background: working out takes seconds, and nobody waits for it with a page open."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task
from django_tasks.base import TaskContext

from koban.duties.inspections import round_planning, rounds
from koban.duties.inspections.models import Round
from koban.kernel import stations
from koban.kernel.jobs import progress
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.periodic import described
from koban.registers.importing.tasks import actor_of, told

__all__ = ["PLAN_DAY", "draw_line", "plan_day", "plan_rest", "told"]

PLAN_DAY = "koban.duties.inspections.round_tasks.plan_day"
PLAN_REST = "koban.duties.inspections.round_tasks.plan_rest"
described[PLAN_DAY] = gettext_noop("Work out the day's round")
described[PLAN_REST] = gettext_noop("Work out the rest of a round anew")
described["koban.duties.inspections.round_tasks.draw_line"] = gettext_noop("Draw the line of a round")


def _here() -> Station:
    return Station.objects.get(pk=stations.home())


def _telling(context: TaskContext) -> Callable[[float], None]:
    whole = int(round_planning.SECONDS)
    return lambda gone: progress.tell(context.task_result.id, int(gone), whole)


@task(takes_context=True)
def plan_day(context: TaskContext, on: str, actor: dict[str, Any]) -> Iterator[None]:
    """Who calls where on a day."""
    found = rounds.worked_out(date.fromisoformat(on), _here(), timezone.now(), _telling(context))
    yield
    rounds.keep(found, by=actor_of(actor), at=timezone.now())


@task(takes_context=True)
def plan_rest(context: TaskContext, one: str, actor: dict[str, Any]) -> Iterator[None]:
    """The rest of a round, from where its walker is."""
    row = Round.objects.get(pk=UUID(one))
    found = rounds.worked_anew(row, _here(), timezone.now(), _telling(context))
    yield
    rounds.keep(found, by=actor_of(actor), at=timezone.now())


@task()
def draw_line(one: str, actor: dict[str, Any]) -> Iterator[None]:
    """The line of an order that somebody chose."""
    row = Round.objects.get(pk=UUID(one))
    corners = rounds.drawn(row, _here())
    yield
    rounds.keep_line(row, corners, by=actor_of(actor), at=timezone.now())


def after_failing(matter_id: UUID, on: date | None, by: Actor) -> None:
    """Somebody stood before a closed door: the rest of the round that led there is worked out anew."""
    if on and (row := rounds.with_stop(matter_id, on)):
        plan_rest.enqueue(str(row.pk), told(by))
