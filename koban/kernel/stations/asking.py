"""Reading by a statement that is written once: what every visit asks for would else be composed anew each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from koban.kernel.stations import scoping

SCOPE = "{scope}"


@dataclass(frozen=True, slots=True)
class Shape:
    """How one model stands in a row: where, under which names, and what turns its columns into values."""

    model: type[models.Model]
    first: int
    key: int
    names: tuple[str, ...]
    turns: tuple[tuple[int, Any, Any], ...]

    def made(self, row: Sequence[Any]) -> models.Model | None:
        """The model; None where an outer join found nothing."""
        values = list(row[self.first : self.first + len(self.names)])
        if values[self.key] is None:
            return None
        for at, turn, column in self.turns:
            values[at] = turn(values[at], column, connection)
        return self.model.from_db(connection.alias, self.names, values)


class Question:
    """Rows of several models, joined: `Question("FROM {p} JOIN {s} ON s.id = p.station_id WHERE ...", p=Post, s=Station)`.

    Each alias stands in braces once, where its table does. Nothing filters by the scope: for tables that have none, or
    with `x.station_id IN ({scope})` as the last condition. more: further columns, such as `EXISTS (...) AS has_notes`.
    """

    def __init__(self, told: str, *, more: Sequence[str] = (), **asked: type[models.Model]) -> None:
        self._told, self._more, self._asked = told, tuple(more), asked

    def ask(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows: one model for each alias in their order, None where an outer join found none; then the rest."""
        statement, shapes, width = _composed(self, connection.vendor)
        given = [_plain(value) for value in values]
        if SCOPE in statement:
            seen = [_plain(key) for key in _seen()]
            statement, given = statement.replace(SCOPE, ", ".join(["%s"] * len(seen))), given + seen
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return [(*(shape.made(row) for shape in shapes), *row[width:]) for row in cursor.fetchall()]

    def composed(self) -> tuple[str, tuple[Shape, ...], int]:
        """The statement, the models in its rows, and how many columns these take."""
        columns: list[str] = []
        shapes = []
        for alias, model in self._asked.items():
            shapes.append(_shape(model, alias, len(columns)))
            columns += [f"{alias}.{_quoted(field.column)}" for field in model._meta.concrete_fields]
        told = self._told.format_map(_tables(self._asked) | {"scope": SCOPE})
        return f"SELECT {', '.join([*columns, *self._more])} {told}", tuple(shapes), len(columns)


@lru_cache(maxsize=64)
def _composed(question: Question, vendor: str) -> tuple[str, tuple[Shape, ...], int]:
    """vendor: the statement and the turns differ from one database to the other."""
    return question.composed()


def _seen() -> frozenset[UUID]:
    """The stations of the scope. Raises OutsideScope where there is none, or where it spans all of them."""
    if (seen := scoping.current().ids) is None:
        raise scoping.OutsideScope("this is asked for named stations only")
    return seen


def _tables(asked: Mapping[str, type[models.Model]]) -> dict[str, str]:
    return {alias: f"{_quoted(model._meta.db_table)} {alias}" for alias, model in asked.items()}


def _shape(model: type[models.Model], alias: str, first: int) -> Shape:
    turns: list[tuple[int, Any, Any]] = []
    fields = model._meta.concrete_fields
    for at, field in enumerate(fields):
        column = field.get_col(alias)
        found = (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        turns += [(at, turn, column) for turn in found]
    names = tuple(field.attname for field in fields)
    return Shape(model, first, names.index(model._meta.pk.attname), names, tuple(turns))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value
