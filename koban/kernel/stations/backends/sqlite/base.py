"""SQLite as Koban uses it: threads of one process queue for the one write lock instead of polling for it."""

import threading
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

# SQLite's own busy handler sleeps and tries again, so that under load a writer may lose the race for seconds.
_writer = threading.Lock()


class DatabaseWrapper(SQLite):
    _holds_writer = False

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            _writer.acquire()
            self._holds_writer = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._holds_writer:
            self._holds_writer = False
            _writer.release()

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            if not self.connection or not self.connection.in_transaction:
                self._let_go()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._let_go()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._let_go()
