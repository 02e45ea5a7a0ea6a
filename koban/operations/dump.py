"""A whole database into one file and back, by the database's own means, while the office works."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

PAGES_A_STEP = 2000
NAMES = {"sqlite": "koban.sqlite3", "postgresql": "koban.pgdump"}


def dump(to: Path, progress: Callable[[int, int], None]) -> None:
    """Write a consistent copy of the database to `to`; progress(done, of) in steps of no fixed unit."""
    if connection.vendor == "sqlite":
        _dump_sqlite(to, progress)
    else:
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={to}", str(_settings("NAME")))


def load(source: Path) -> None:
    """Bring the copy in `source` back into a database that is empty or was put aside.

    On PostgreSQL what stands there goes first, whole: tables of a later release would stay beside the older ones.
    """
    connections.close_all()
    if connection.vendor == "sqlite":
        shutil.copyfile(source, sqlite_path())
        sqlite_path().chmod(0o600)
    else:
        _empty_postgres()
        _postgres("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
                  f"--dbname={_settings('NAME')}", str(source))  # fmt: skip


def _empty_postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connections.close_all()


def sqlite_path() -> Path:
    """Where the embedded database lies."""
    return Path(str(_settings("NAME")))


def holds_an_office() -> bool:
    """Whether there is a database with tables of ours."""
    if connection.vendor == "sqlite" and not sqlite_path().exists():
        return False
    return "stations_station" in connection.introspection.table_names()


def _dump_sqlite(to: Path, progress: Callable[[int, int], None]) -> None:
    with (
        closing(sqlite3.connect(sqlite_path().as_uri() + "?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target, pages=PAGES_A_STEP, progress=lambda _s, left, of: progress(of - left, of))
        target.execute("PRAGMA journal_mode=DELETE")


def _settings(name: str) -> object:
    return connection.settings_dict[name]


def _postgres(tool: str, *arguments: str) -> None:
    found = shutil.which(tool, path=os.environ.get("KOBAN_PG_BIN")) or shutil.which(tool)
    if found is None:
        raise ImproperlyConfigured(
            f"{tool} is needed and not on the PATH: install PostgreSQL's client programs, or set KOBAN_PG_BIN"
        )
    wanted = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    env = {name: str(value) for name, key in wanted.items() if (value := _settings(key))}
    done = subprocess.run(  # noqa: S603  a fixed program with our own arguments
        [found, *arguments], env=os.environ | env, text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise ImproperlyConfigured(f"{tool} ended with {done.returncode}: {done.stderr.strip()}")
