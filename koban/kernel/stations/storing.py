"""Storing new rows without asking Django anew how each statement looks: a report writes five of them."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection, models

from koban.kernel.stations.rows import StationRow


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one model are stored: the statement up to its values, and the fields in its order."""

    start: str
    fields: tuple[Any, ...]

    def values(self, row: models.Model) -> list[Any]:
        return [field.get_db_prep_save(field.pre_save(row, True), connection) for field in self.fields]

    def places(self, values: Sequence[Any]) -> str:
        return f"({', '.join(map(_place, self.fields, values))})"


@lru_cache(maxsize=64)
def _plan(model: type[models.Model]) -> Plan:
    fields, quote = tuple(model._meta.concrete_fields), connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    return Plan(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ", fields)  # noqa: S608  our own names


def _place(field: Any, value: Any) -> str:
    asked = getattr(field, "get_placeholder", None)
    return asked(value, None, connection) if asked else "%s"


def insert(rows: Iterable[models.Model]) -> None:
    """Store new rows in the given order, neighbours of one model in one statement: as `save(force_insert=True)` on each.

    For a handful of rows with their own keys; years of them are `bulk_create`'s. Raises OutsideScope for a row of
    another station, and the database's own errors.
    """
    for model, same in groupby(rows, key=type):
        _insert(_plan(model), list(same))


def _insert(plan: Plan, rows: Sequence[models.Model]) -> None:
    for row in rows:
        if isinstance(row, StationRow):
            row.claim_station()
    told = [plan.values(row) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            plan.start + ", ".join(map(plan.places, told)), [value for values in told for value in values]
        )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def unpromised() -> AbstractContextManager[Any]:
    """Single writes inside may be lost with the power: counts of tries, which need not wait for a disk.

    SQLite flushes for each writer; PostgreSQL flushes for many at once and does not need it.
    """
    quick: Any = getattr(connection, "unpromised", nullcontext)
    found: AbstractContextManager[Any] = quick()
    return found
