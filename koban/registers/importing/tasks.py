"""What this room does in the background; the worker finds it here."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone
from django_tasks import task

from koban.kernel.ledger import Actor
from koban.registers.importing import actions
from koban.registers.importing.models import Import


def told(by: Actor) -> dict[str, Any]:
    """The actor as values that a job can carry."""
    ids = {
        name: str(getattr(by, name)) for name in ("station_id", "account_id", "post_id") if getattr(by, name)
    }
    return {"role": by.role, "label": by.label, **ids}


def actor_of(values: dict[str, Any]) -> Actor:
    ids = {name: UUID(value) for name, value in values.items() if name.endswith("_id")}
    return Actor(role=values["role"], label=values["label"], **ids)


@task()
def work(import_id: str, actor: dict[str, Any]) -> Iterator[None]:
    """A trial, a run or an undoing, in batches of its own; begun again after a crash, it goes on."""
    one = Import.objects.get(pk=UUID(import_id))
    if one.is_busy:
        actions.work(one, by=actor_of(actor), at=timezone.now())
    yield
