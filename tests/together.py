"""Things that happen at the same moment: threads with connections of their own on a database that can be shared."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

from koban.kernel import stations
from koban.kernel.stations.models import Station

Work = Callable[[], Any]


def together(station: Station, *works: Work) -> list[Any]:
    """Start all works at one moment, each in the station's scope; what each returned, or the exception it raised."""
    gate = threading.Barrier(len(works))
    connection.close()  # the pool is for the works

    def run(work: Work) -> Any:
        try:
            with stations.scope(station.pk):
                connection.ensure_connection()  # so that the first one has no lead
                gate.wait(30)
                return work()
        except Exception as no:  # noqa: BLE001  the test asks what came out, whatever it is
            return no
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@contextmanager
def shared_sqlite(folder: Path) -> Iterator[None]:
    """Work on a file copy of the migrated test database in memory, which threads could not share."""
    around, named = connections["default"], connection.settings_dict["NAME"]
    around.ensure_connection()
    with sqlite3.connect(folder / "races.sqlite3") as file:
        around.connection.backup(file)
    file.close()
    connections.settings["default"]["NAME"] = str(folder / "races.sqlite3")
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"]["NAME"] = named
        connections["default"] = around
