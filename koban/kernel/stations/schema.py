"""What Django's migrations cannot say: on PostgreSQL every key between station rows also names the station."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from koban.kernel.stations.rows import StationFK, StationRow


def tie_stations(app_config: Any, using: str, **kwargs: Any) -> None:
    """After migrations: make the composite constraints of one app. Runs again without effect."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    for model in app_config.get_models():
        if issubclass(model, StationRow) and model._meta.managed:
            _tie(connection, model)


def _tie(connection: BaseDatabaseWrapper, model: type[Model]) -> None:
    with connection.cursor() as cursor:
        for field in model._meta.local_fields:
            if not isinstance(field, StationFK):
                continue
            target = field.remote_field.model._meta.db_table
            name = f"{model._meta.db_table}_{field.column}_station"[:63]
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
            if cursor.fetchone():
                continue
            _unique_target(cursor, target)
            _drop_single(cursor, model._meta.db_table, field.column)
            quote = connection.ops.quote_name
            cursor.execute(
                f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(name)} "
                f"FOREIGN KEY (station_id, {quote(field.column)}) REFERENCES {quote(target)} (station_id, id) "
                "NOT DEFERRABLE"
            )


def _unique_target(cursor: Any, table: str) -> None:
    name = f"{table}_station_id_key"[:63]
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
    if not cursor.fetchone():
        cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (station_id, id)')


def _drop_single(cursor: Any, table: str, column: str) -> None:
    cursor.execute(
        "SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND array_length(c.conkey, 1) = 1 AND a.attname = %s",
        [f'"{table}"', column],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def station_models() -> list[type[StationRow]]:
    """Every table whose rows belong to a station, in a stable order."""
    found = [model for model in apps.get_models() if issubclass(model, StationRow)]
    return sorted(found, key=lambda model: model._meta.label)
