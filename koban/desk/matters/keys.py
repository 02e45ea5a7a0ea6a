"""Keyset paging: a page starts after a row, not after so many rows, so that the thousandth page costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from koban.matters.models import Matter


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted. column: of Matter, never null where the list is sorted by it. The id breaks ties."""

    column: str
    descending: bool

    def by(self, backwards: bool = False) -> tuple[str, str]:
        sign = "-" if self.descending != backwards else ""
        return f"{sign}{self.column}", f"{sign}id"

    def beyond(self, cursor: "Cursor", backwards: bool = False) -> Q:
        """Rows after the cursor; before it where `backwards`."""
        than = "lt" if self.descending != backwards else "gt"
        ties = Q(**{self.column: cursor.value, f"id__{than}": cursor.id})
        # The first condition is what an index can start from.
        return Q(**{f"{self.column}__{than}e": cursor.value}) & (
            Q(**{f"{self.column}__{than}": cursor.value}) | ties
        )


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of one row in an order."""

    value: Any
    id: UUID

    def written(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else str(self.value)
        return f"{value}~{self.id}"


def cursor_of(matter: Matter, order: Order) -> str:
    return Cursor(getattr(matter, order.column), matter.pk).written()


def understood(text: str, order: Order) -> Cursor | None:
    """The cursor that an address carries; None for one that this list never wrote."""
    value, _, key = text.partition("~")
    try:
        known = int(value) if order.column == "priority" else datetime.fromisoformat(value)
        if isinstance(known, datetime) and known.tzinfo is None:
            return None
        return Cursor(known, UUID(key))
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Cut:
    """One page of a list: its rows, and the cursors of its neighbours ("" where there is none)."""

    rows: Sequence[Matter]
    next: str
    previous: str


def cut(rows: Any, order: Order, *, size: int, after: str = "", before: str = "") -> Cut:
    """The page of `rows` (a queryset) after or before a cursor; the first page for a cursor that is none (one query)."""
    forward, backward = understood(after, order), understood(before, order)
    if backward and not forward:
        found = list(rows.filter(order.beyond(backward, True)).order_by(*order.by(True))[: size + 1])
        shown = found[:size][::-1]
        return _between(shown, order, more_before=len(found) > size, more_after=True)
    if forward:
        rows = rows.filter(order.beyond(forward))
    found = list(rows.order_by(*order.by())[: size + 1])
    return _between(found[:size], order, more_before=forward is not None, more_after=len(found) > size)


def _between(shown: list[Matter], order: Order, *, more_before: bool, more_after: bool) -> Cut:
    if not shown:
        return Cut((), "", "")
    return Cut(
        shown,
        cursor_of(shown[-1], order) if more_after else "",
        cursor_of(shown[0], order) if more_before else "",
    )
