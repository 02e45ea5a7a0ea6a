"""What wakes the hub: commits of this process, writes of other processes, a database's NOTIFY. Never what was written."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from urllib.parse import quote

import psycopg
from django.db import connection

from koban.kernel.ledger import book

log = logging.getLogger("koban.live")
Wake = Callable[[], None]
LOOK_S = 0.2  # how often another process's write to SQLite is looked for
LISTEN_S = 1.0  # how long one wait for a NOTIFY takes before `stop` is looked at
CHANNEL = "koban_pages"  # what ledger.book notifies


class Watch:
    """Calls `wake` from any thread, after each commit that may have written pages, until `stop`."""

    def __init__(self, wake: Wake) -> None:
        self._wake = wake
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._others, name="koban-live-watch", daemon=True)

    def start(self) -> None:
        book.on_page(self._ours)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(LISTEN_S * 3)

    def _ours(self, _station_id: object) -> None:
        if not self._stop.is_set():
            self._wake()

    def _others(self) -> None:
        watch = self._listen if connection.vendor == "postgresql" else self._poll
        while not self._stop.is_set():
            try:
                watch()
            except (psycopg.Error, sqlite3.Error) as error:
                # Whatever was missed meanwhile is read from the ledger at the next wake.
                log.warning("the live boards wait for the database (%s)", type(error).__name__)
                self._stop.wait(LISTEN_S)
                self._wake()

    def _poll(self) -> None:
        name = connection.settings_dict["NAME"]
        if connection.is_in_memory_db():  # type: ignore[attr-defined]  # nobody else can write to it
            self._stop.wait()
            return
        database = sqlite3.connect(f"file:{quote(str(name))}?mode=ro", uri=True)
        try:
            self._look_at(database)
        finally:
            database.close()

    def _look_at(self, database: sqlite3.Connection) -> None:
        seen = None
        while not self._stop.wait(LOOK_S):
            version = database.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                self._wake()

    def _listen(self) -> None:
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as database:
            database.execute(f"LISTEN {CHANNEL}")
            self._wake()
            while not self._stop.is_set():
                for _notice in database.notifies(timeout=LISTEN_S, stop_after=1):
                    self._wake()
