"""Taking rows out again: whatever nothing hangs on, and nothing else."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from koban.kernel.ledger import Actor, book
from koban.lib.sentence import Sentence, gettext_noop

HANGS = gettext_noop("Something hangs on it already.")


def used(model: Any, ids: set[UUID]) -> set[UUID]:
    """Those that a row points at which is not itself among them; and, with them, what they lie in."""
    found: set[UUID] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        name = relation.field.attname
        pointing = relation.related_model._default_manager.filter(**{f"{name}__in": ids})
        if relation.related_model is model:
            pointing = pointing.exclude(pk__in=ids)
        found |= set(pointing.values_list(name, flat=True))
    return found | _above(model, found, ids) if hasattr(model, "parent") else found


def _above(model: Any, found: Iterable[UUID], ids: set[UUID]) -> set[UUID]:
    above, held = dict(model.objects.filter(pk__in=ids).values_list("pk", "parent_id")), set[UUID]()
    for one in found:
        inner = above.get(one)
        while inner is not None:
            held.add(inner)
            inner = above.get(inner)
    return held


def remove(
    model: Any, ids: Iterable[UUID], *, verb: str, by: Actor, at: datetime
) -> tuple[set[UUID], Mapping[UUID, Sentence]]:
    """(the rows that are gone, with their page; those that stay, with the reason). Ids of other tables are passed over."""
    asked = set(model.objects.filter(pk__in=set(ids)).values_list("pk", flat=True))
    held = used(model, asked)
    gone = list(model.objects.select_for_update(of=("self",)).filter(pk__in=asked - held))
    rows = model.objects.filter(pk__in=[row.pk for row in gone])
    rows._raw_delete(rows.db)
    if gone:
        book.write(verb, by=by, at=at, facts={"rows": len(gone)}, gone=gone)
    return {row.pk for row in gone}, dict.fromkeys(held, Sentence(HANGS))
