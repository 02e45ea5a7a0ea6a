"""What the doctor asks about keys and the database. Each answer: (detail, what to do or "")."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from koban.kernel.ledger import reading
from koban.kernel.stations import everywhere, scope
from koban.kernel.stations.models import Station
from koban.kernel.stations.vault import keyring
from koban.lib.sealing import KeyMissing
from koban.registers.premises import beats as premises

LEAST_SQLITE = (3, 38, 0)
LEAST_POSTGRES = 140000
FULL = (2, 3)  # PRAGMA synchronous: FULL, EXTRA


def newest_page_at() -> datetime | None:
    """When the newest pages of the ledger were written; None on an empty or missing ledger."""
    if not _has_ledger():
        return None
    with everywhere("doctor"):
        return max((page.at for page in reading.latest()), default=None)


def keys() -> tuple[str, str]:
    """Without the keys nothing sealed can be read again; with them, anybody can."""
    folder: Path = settings.KOBAN_KEYS
    try:
        ring = keyring()
    except KeyMissing as missing:
        return str(missing), f"Put the right key files into {folder} (mode 0600)."
    open_to_others = [
        path.name for path in folder.iterdir() if os.name == "posix" and path.stat().st_mode & 0o077
    ]
    mend = f"chmod go-rwx {folder}/*" if open_to_others else ""
    return f"{len(ring.keys)} sealing keys in {folder}; keep a copy apart from the backups", mend


def engine() -> tuple[str, str]:
    """The database must be new enough, and say "stored" only when it is."""
    return _sqlite() if connection.vendor == "sqlite" else _postgres()


def _sqlite() -> tuple[str, str]:
    said = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        return said, "Use a Python that is built with SQLite 3.38 or newer."
    if not _one("SELECT sqlite_compileoption_used('ENABLE_FTS5')"):
        return said, "Use a Python whose SQLite has full-text search (FTS5), such as uv's or Debian's."
    mode, flush = _one("PRAGMA journal_mode"), _one("PRAGMA synchronous")
    if mode != "wal" or flush not in FULL:
        return (
            f"{said}, {mode}, synchronous={flush}",
            "Put KOBAN_VAR on a local disk: this one refuses the safe mode.",
        )
    return f"{said}, write-ahead log, flushed at every commit", ""


def _postgres() -> tuple[str, str]:
    number, flush = int(str(_one("SHOW server_version_num"))), _one("SHOW synchronous_commit")
    said = f"PostgreSQL {number // 10000}.{number % 10000}, synchronous_commit={flush}"
    if number < LEAST_POSTGRES:
        return said, "Use PostgreSQL 14 or newer."
    if flush == "off" or _one("SHOW fsync") == "off":
        return said, "Switch fsync and synchronous_commit on: acknowledged reports may be lost."
    return said, ""


def migrations() -> tuple[str, str]:
    """The tables must be those of this release."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} waiting" if waiting else "all applied", "Run: koban migrate" if waiting else ""


def ledger() -> tuple[str, str]:
    """Where the ledger ends; whether it is whole is `koban verify`'s question."""
    if not _has_ledger():
        return "no ledger yet", "Run: koban migrate"
    sizes = reading.sizes()
    return f"{sum(sizes.values()):,} pages of {len(sizes)} stations (koban verify reads them all)", ""


def _has_ledger() -> bool:
    return "ledger_page" in connection.introspection.table_names()


def _one(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def beats() -> tuple[str, str]:
    """Every address lies in exactly one beat of its office, once beats are drawn."""
    if not _has_ledger():
        return "no database yet", ""
    found = []
    for station in Station.objects.filter(kind=Station.Kind.OFFICE):
        with scope(station.pk):
            found += [f"{station.code}: {fault}" for fault in premises.faults()]
    return "; ".join(
        found
    ) or "every address lies in one", "Mend the borders at /desk/places/beats/." if found else ""
