"""What this room does in the background; the worker finds it here."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django_tasks import task

from koban.registers.importing.tasks import actor_of, told
from koban.registers.premises import beats

__all__ = ["assign_beats", "told"]


@task()
def assign_beats(actor: dict[str, Any]) -> Iterator[None]:
    """Give every address and asset the beat that it lies in, in batches of its own; begun again, it goes on."""
    for _done, _total in beats.assign(by=actor_of(actor), at=timezone.now()):
        pass
    yield
