"""What the register of places puts into the search index when that is made anew."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from koban.kernel.search.rebuilding import Source, register
from koban.registers.premises import indexing
from koban.registers.premises.models import Address, Asset, Unit

BATCH = 1_000


def _source(kind: str, model: Any, put: Callable[[Any], None], *related: str) -> Source:
    def batches() -> Iterator[int]:
        after = None
        while batch := _after(model, after, related):
            with transaction.atomic():
                put(batch)
            after = batch[-1].pk
            yield len(batch)

    return Source(kind, lambda: model.objects.current().count(), batches)


def _after(model: Any, after: Any, related: tuple[str, ...]) -> list[Any]:
    rows = model.objects.current().select_related(*related).order_by("pk")
    return list((rows.filter(pk__gt=after) if after else rows)[:BATCH])


register(_source(indexing.ADDRESS, Address, indexing.put_addresses, "parent"))
register(_source(indexing.UNIT, Unit, indexing.put_units, "address"))
register(_source(indexing.ASSET, Asset, indexing.put_assets))
