"""SQLite as Koban uses it: threads and processes queue for the one write lock, and share flushes to the disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.backends.sqlite3.operations import DatabaseOperations

from koban.kernel.stations.backends.sqlite.turns import Flush, Gate, Turns

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Writer:
    """The right to write to one database file: first among the threads of this process, then among processes."""

    def __init__(self, database: str) -> None:
        self._turns, self._gate = Turns(), Gate(database)

    def acquire(self) -> None:
        self._turns.acquire()
        try:
            self._gate.acquire()
        except BaseException:
            self._turns.release()
            raise

    def release(self) -> None:
        try:
            self._gate.release()
        finally:
            self._turns.release()


@lru_cache(maxsize=8)
def writer_of(database: str) -> Writer:
    """The one of this process for a database file."""
    return Writer(database)


@lru_cache(maxsize=8)
def flush_of(database: str) -> Flush:
    """The one of this process for a database file."""
    return Flush(database)


def _instant(stored: bytes) -> datetime:
    return datetime.fromisoformat(f"{stored.decode()}+00:00")


# Django reads each value without its zone, and then asks its settings for it: half the time of a long list.
for declared in ("datetime", "timestamp"):
    sqlite3.register_converter(declared, _instant)


class Operations(DatabaseOperations):
    """Instants and identifiers are most of what a page reads, so they are turned into values as quickly as can be."""

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is UTC:
            return value
        return super().convert_datetimefield_value(value, expression, connection)

    def convert_uuidfield_value(self, value: Any, expression: Any, connection: Any) -> UUID | None:
        return None if value is None else UUID(int=int(value, 16))


class Cursor(SQLiteCursorWrapper):
    """A write outside a transaction waits for its turn too."""

    writer: Writer

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or not query.lstrip()[:7].upper().startswith(WRITES):
            return super().execute(query, params)
        self.writer.acquire()
        try:
            return super().execute(query, params)
        finally:
            self.writer.release()


class DatabaseWrapper(SQLite):
    """Connections are `synchronous=FULL`. Transactions are NORMAL, and flush themselves once they have committed:

    the next writer works while the disk does, and one flush serves everybody who waits for it. A commit returns only
    when it is on the disk.
    """

    ops_class = Operations
    _holds_writer = False

    def create_cursor(self, name: Any = None) -> Any:
        if self.is_in_memory_db():
            return self.connection.cursor(factory=SQLiteCursorWrapper)
        cursor = self.connection.cursor(factory=Cursor)
        cursor.writer = self._writer
        return cursor

    @cached_property
    def _writer(self) -> Writer:
        return writer_of(str(self.settings_dict["NAME"]))

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            self._writer.acquire()
            self._holds_writer = True
        try:
            if self._holds_writer:
                self.connection.execute("PRAGMA synchronous=NORMAL")
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_go()
            raise

    @contextmanager
    def unpromised(self) -> Iterator[None]:
        """Writes of their own that may be lost with the power, never in parts: for counts that nobody was promised."""
        if self.in_atomic_block or self.is_in_memory_db():
            yield
            return
        self.ensure_connection()
        self.connection.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA synchronous=FULL")

    def _let_go(self, *, closed: bool = False) -> None:
        if not self._holds_writer:
            return
        self._holds_writer = False
        try:
            if not closed:
                self.connection.execute("PRAGMA synchronous=FULL")
        finally:
            self._writer.release()

    def _commit(self) -> Any:
        flush, number = flush_of(str(self.settings_dict["NAME"])), 0
        try:
            done = super()._commit()  # type: ignore[misc]
            number = flush.wrote() if self._holds_writer else 0
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._let_go(closed=self.connection is None)
        if number:
            self._wait_for(flush, number)
        return done

    def _wait_for(self, flush: Flush, number: int) -> None:
        try:
            flush.wait(number)
        except OSError as error:
            raise OperationalError(f"the disk did not take a commit: {error}") from error

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._let_go()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._let_go(closed=True)
