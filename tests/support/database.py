"""The test database: one for each worker, and emptied although the ledger refuses to be.

Tests with real transactions empty the tables behind them; the ledger's triggers are lifted for that moment alone.
"""

from collections.abc import Callable, Iterable

import pytest
from django.db import connection

from koban.kernel.ledger import append_only

__all__ = ["django_db_modify_db_settings_xdist_suffix", "django_db_setup"]


def lifted(flush: Callable[[Iterable[str]], None]) -> Callable[[Iterable[str]], None]:
    def flushing(sql: Iterable[str]) -> None:
        if connection.vendor == "sqlite":
            sql = [*append_only.drop("sqlite"), *sql, *append_only.create("sqlite")]
        flush(sql)

    return flushing


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    connection.ops.execute_sql_flush = lifted(connection.ops.execute_sql_flush)  # type: ignore[assignment, method-assign]


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(worker_id: str) -> None:
    # pytest-django knows Django's own SQLite engine only. Ours is in memory, so each worker has its own anyway.
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"test_koban_{worker_id}"
