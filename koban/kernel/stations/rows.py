"""Rows of a station: the convention that lets one code run on SQLite, PostgreSQL and Citus.

`id` is the only key that Django knows; `station` is on every row, and every query, join, update and refresh names it.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.sql.where import AND, WhereNode

from koban.kernel.stations import scoping as scopes
from koban.lib.ids import uuid7

Row = TypeVar("Row", bound=models.Model, covariant=True)


def make_salt() -> bytes:
    """Sixteen random bytes that leave with the row, so that its digest in the ledger tells nothing afterwards."""
    return os.urandom(16)


class StationQuerySet(models.QuerySet[Row], Generic[Row]):
    """Reads and bulk writes inside the scope."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            if isinstance(row, StationRow):
                row.claim_station()
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if {"station", "station_id"} & kwargs.keys():
            raise scopes.OutsideScope("a row never changes its station")
        return super().update(**kwargs)


class ScopedManager(models.Manager[Row]):
    """Gives querysets that are already filtered by the open scope."""

    def get_queryset(self) -> models.QuerySet[Row]:
        seen, found = scopes.current().ids, super().get_queryset()
        if seen is None:
            return found
        if len(seen) == 1:
            return found.filter(station_id=next(iter(seen)))
        return found.filter(station_id__in=seen)


StationManager = ScopedManager.from_queryset(StationQuerySet)


def managed(queryset_class: type[StationQuerySet[Any]]) -> Any:
    """A scoped manager that also offers the verbs of `queryset_class`."""
    return StationManager.from_queryset(queryset_class)()


class StationFK(models.ForeignKey[Any, Any]):
    """A foreign key between rows of one station: joins and look-ups compare the station too."""

    def get_extra_restriction(self, alias: str, related_alias: str) -> WhereNode:
        theirs: Any = self.remote_field.model._meta.get_field("station")
        ours: Any = self.model._meta.get_field("station")
        same: Any = theirs.get_lookup("exact")(theirs.get_col(alias), ours.get_col(related_alias))
        return WhereNode([same], connector=AND)

    def get_extra_descriptor_filter(self, instance: models.Model) -> dict[str, Any]:
        return {"station_id": instance.station_id}  # type: ignore[attr-defined]


class StationRow(models.Model):
    """Abstract. Every write is named in a ledger page, unless `sealed` is False (counters, queues).

    unsealed: fields whose change needs no page (search text, states of a delivery).
    """

    sealed: ClassVar[bool] = True
    unsealed: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="+", db_index=False, editable=False
    )
    salt = models.BinaryField(default=make_salt, editable=False)

    objects = StationManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def claim_station(self) -> None:
        """Give a new row the scope's home; raise OutsideScope for a row of a station outside the scope."""
        station_id: UUID | None = self.station_id
        self.station_id = station_id or scopes.home()
        if self.station_id != scopes.current().home or not self._hangs_on_own():
            raise scopes.OutsideScope(f"{type(self).__name__} belongs to another station than the open scope")

    def _hangs_on_own(self) -> bool:
        """Whether every row that this one points at, as far as it was read, is of the same station."""
        pointed = self._state.fields_cache.values()
        return all(row.station_id == self.station_id for row in pointed if isinstance(row, StationRow))

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        self.claim_station()
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.claim_station()
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        if from_queryset is None:
            from_queryset = type(self).objects.filter(station_id=self.station_id)
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(super()._do_update(base_qs.filter(station_id=self.station_id), *args, **kwargs))

    def digest(self) -> str:
        """SHA-256 (64 hex digits) over every sealed field of this row; what a ledger page promises about it."""
        return hashlib.sha256(self.digested().encode()).hexdigest()

    def digested(self) -> str:
        """What the digest is taken of: the name of the table and every sealed field, as JSON."""
        fields = {
            field.attname: _plain(field.value_from_object(self))
            for field in self._meta.concrete_fields
            if field.name not in self.unsealed
        }
        return json.dumps(
            [self._meta.label_lower, fields], sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | UUID():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)
