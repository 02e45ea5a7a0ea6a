"""The tables of the index. They follow from other rows and can be made anew; no page seals them."""

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from koban.kernel.search.keys import LONGEST
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationManager


class Terms(models.Field[Any, Any]):
    """The terms of a row: a `tsvector` on PostgreSQL, one line of text with a blank on both sides elsewhere."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "array_to_tsvector(%s)" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return list(value) if connection.vendor == "postgresql" else f" {' '.join(value)} "

    def from_db_value(self, value: str, expression: Any, connection: BaseDatabaseWrapper) -> tuple[str, ...]:
        return tuple(term.strip("'") for term in value.split())


class Entry(models.Model):
    """What one row of some table is found by. kind: which table, in a word; row_id: which row.

    terms: with their keys on PostgreSQL (see `keys`), bare on SQLite, where a full-text table holds the keys.
    """

    n = models.BigAutoField(primary_key=True)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    row_id = models.UUIDField()
    terms = Terms()

    objects = StationManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "kind", "row_id"], name="search_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


class Term(models.Model):
    """How many entries hold a key: what is rare is looked up first. The vocabulary in which typing slips are found."""

    key = models.CharField(primary_key=True, max_length=LONGEST)
    count = models.IntegerField()

    def __str__(self) -> str:
        return self.key
