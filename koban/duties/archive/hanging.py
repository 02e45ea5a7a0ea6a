"""Everything that hangs on a matter, whatever duty it is of: found by the keys between the tables, not by a list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey

from koban.kernel.files.models import Attachment
from koban.kernel.notices.models import Notice
from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Link, Matter

ABOUT = frozenset({"archive.dossier", "archive.volume"})  # about the file, not of it
BESIDE = ("koban.registers.", "koban.kernel.")  # who looked, who was on duty: kept where it is
TO_MATTER = frozenset(
    {"matter", "source", "target"}
)  # a key of another name points at a matter and is not of it
BATCH = 500
Model = type[StationRow]


@dataclass
class Hanging:
    """Rows by table, a table before those that point at it. foreign: rows of other matters that rest on ours."""

    matter: Matter
    ids: dict[Model, list[UUID]] = field(default_factory=dict)

    @property
    def models(self) -> list[Model]:
        """Each after whatever it points at."""
        order: list[Model] = []
        for model in self.ids:
            _after(model, self.ids, order, frozenset())
        return order

    def rows(self) -> Iterator[StationRow]:
        for model in self.models:
            yield from self.of(model)

    def of(self, model: Model) -> Iterator[StationRow]:
        ids = self.ids[model]
        for start in range(0, len(ids), BATCH):
            yield from model.objects.filter(pk__in=ids[start : start + BATCH]).order_by("pk")

    def resting(self) -> Iterator[StationRow]:
        """Rows of another matter that point at a row of this one: they would lose what they stand on."""
        for model in self.ids:
            if model is not Link and _has_matter(model):
                yield from (row for row in self.of(model) if _matter_id(row) not in (None, self.matter.pk))


def hanging(matter: Matter) -> Hanging:
    """Find them, a few queries for each table."""
    found = Hanging(matter)
    waiting: list[tuple[Model, list[UUID]]] = []
    beside: tuple[Any, ...] = (Attachment, Notice)
    for one in beside:
        _take(found, waiting, one, one.objects.filter(matter_id=matter.pk).values_list("pk", flat=True))
    for child, key in keys_to(Matter):
        if key in TO_MATTER:
            rows = child.objects.filter(**{key: matter.pk}).values_list("pk", flat=True)
            _take(found, waiting, child, rows)
    while waiting:
        model, ids = waiting.pop()
        for child, key in keys_to(model):
            rows = child.objects.filter(**{f"{key}__in": ids}).values_list("pk", flat=True)
            _take(found, waiting, child, rows)
    return found


def _take(found: Hanging, waiting: list[tuple[Model, list[UUID]]], model: Model, ids: Iterable[UUID]) -> None:
    known = set(found.ids.get(model, ()))
    if fresh := [pk for pk in ids if pk not in known]:
        found.ids.setdefault(model, []).extend(fresh)
        waiting.append((model, fresh))


def keys_to(model: Model) -> Iterator[tuple[Model, str]]:
    """Tables that point at this one, and by which field."""
    for relation in model._meta.get_fields(include_hidden=True):
        key = getattr(relation, "field", None)
        if relation.concrete or not isinstance(key, StationFK):
            continue
        child: Any = relation.related_model
        if child is Matter or child._meta.label_lower in ABOUT or child.__module__.startswith(BESIDE):
            continue
        yield child, key.name


def _after(model: Model, ids: dict[Model, list[UUID]], order: list[Model], above: frozenset[Model]) -> None:
    if model in order or model in above:
        return
    for target in _targets(model):
        if target in ids and target is not model:
            _after(target, ids, order, above | {model})
    order.append(model)


def _targets(model: Model) -> Iterator[Any]:
    for one in model._meta.concrete_fields:
        if isinstance(one, ForeignKey):
            yield one.related_model


def _has_matter(model: Model) -> bool:
    return any(one.name == "matter" for one in model._meta.concrete_fields)


def _matter_id(row: Any) -> UUID | None:
    found: UUID | None = row.matter_id
    return found
