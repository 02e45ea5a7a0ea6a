"""Entering places. The search text follows from the label; nobody types it."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.rows import StationRow
from koban.lib import geo, text
from koban.registers.premises.models import Address

PLATE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read aloud without mistakes
BATCH = 400  # rows a ledger page seals


def new_plate() -> str:
    """What the code at a door says: ten random characters that tell nothing of the place."""
    return "".join(secrets.choice(PLATE) for _ in range(10))


def prepared(address: Address) -> Address:
    """An unsaved address with what follows from its own fields: cell, plate, search text."""
    address.cell = geo.cell(address.lon, address.lat)
    address.plate = address.plate or new_plate()
    address.search = search_of(address)
    return address


def search_of(address: Address) -> str:
    """Tokens with a blank before each, so that a prefix is found by `contains`."""
    return f" {text.search_text(address.label, address.label_en)}"


@transaction.atomic
def enter(rows: Sequence[StationRow], *, by: Actor, at: datetime) -> int:
    """Store unsaved rows of the register of places (streets before their addresses), with their pages. How many.

    Rows are stored model by model in the given order.
    """
    require(by, "premises.enter")
    for model in dict.fromkeys(type(row) for row in rows):
        kind: Any = model
        same = [row for row in rows if type(row) is kind]
        kind.objects.bulk_create(same, batch_size=BATCH)
    book.write_many([_entry(batch, by, at) for batch in _batches(rows)])
    return len(rows)


def _batches(rows: Sequence[StationRow]) -> Iterator[list[StationRow]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _entry(batch: list[StationRow], by: Actor, at: datetime) -> book.Entry:
    return book.Entry("premises.enter", by, at, facts={"rows": len(batch)}, rows=batch)
