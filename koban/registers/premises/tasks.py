"""What this room does in the background; the worker finds it here."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task
from django_tasks.base import TaskContext

from koban.kernel.jobs import progress
from koban.lib.periodic import described
from koban.registers.importing.tasks import actor_of, told
from koban.registers.premises import beats

__all__ = ["ASSIGN", "assign_beats", "told"]


@task(takes_context=True)
def assign_beats(context: TaskContext, actor: dict[str, Any]) -> Iterator[None]:
    """Give every address and asset the beat that it lies in, in batches of its own; begun again, it goes on."""
    for done, total in beats.assign(by=actor_of(actor), at=timezone.now()):
        progress.tell(context.task_result.id, done, total)
    yield


ASSIGN = "koban.registers.premises.tasks.assign_beats"
described[ASSIGN] = gettext_noop("Give every address its beat")
