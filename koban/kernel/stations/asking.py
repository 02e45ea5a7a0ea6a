"""Reading by a statement that is written once: what every visit asks for would else be composed anew each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models


@dataclass(frozen=True, slots=True)
class Shape:
    """How one model stands in a row: where, under which names, and what turns its columns into values."""

    model: type[models.Model]
    first: int
    names: tuple[str, ...]
    turns: tuple[tuple[int, Any, Any], ...]

    def made(self, row: Sequence[Any]) -> models.Model:
        values = list(row[self.first : self.first + len(self.names)])
        for at, turn, column in self.turns:
            values[at] = turn(values[at], column, connection)
        return self.model.from_db(connection.alias, self.names, values)


class Question:
    """Rows of several models, joined: `Question("FROM {p} JOIN {s} ON s.id = p.station_id WHERE ...", p=Post, s=Station)`.

    Each alias stands in braces once, where its table does. No scope filters it: for tables that have none, and for
    statements that name the station themselves.
    """

    def __init__(self, told: str, **asked: type[models.Model]) -> None:
        self._told, self._asked = told, asked

    def ask(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows, each as one model for each alias, in the order of the aliases."""
        statement, shapes = _composed(self, connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(statement, [_plain(value) for value in values])
            return [tuple(shape.made(row) for shape in shapes) for row in cursor.fetchall()]

    def composed(self) -> tuple[str, tuple[Shape, ...]]:
        columns, shapes = [], []
        for alias, model in self._asked.items():
            shapes.append(_shape(model, alias, len(columns)))
            columns += [f"{alias}.{_quoted(field.column)}" for field in model._meta.concrete_fields]
        return f"SELECT {', '.join(columns)} {self._told.format_map(_tables(self._asked))}", tuple(shapes)


@lru_cache(maxsize=64)
def _composed(question: Question, vendor: str) -> tuple[str, tuple[Shape, ...]]:
    """vendor: the statement and the turns differ from one database to the other."""
    return question.composed()


def _tables(asked: Mapping[str, type[models.Model]]) -> dict[str, str]:
    return {alias: f"{_quoted(model._meta.db_table)} {alias}" for alias, model in asked.items()}


def _shape(model: type[models.Model], alias: str, first: int) -> Shape:
    turns: list[tuple[int, Any, Any]] = []
    for at, field in enumerate(model._meta.concrete_fields):
        column = field.get_col(alias)
        found = (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        turns += [(at, turn, column) for turn in found]
    return Shape(model, first, tuple(field.attname for field in model._meta.concrete_fields), tuple(turns))


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
