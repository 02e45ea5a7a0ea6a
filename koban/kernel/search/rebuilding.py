"""Making the whole index anew from the rows that it follows from. Rooms say in their module `reindexing` what they put in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from koban.kernel import stations
from koban.kernel.search.models import Entry, Term
from koban.kernel.search.schema import FULL_TEXT
from koban.kernel.stations.models import Station


@dataclass(frozen=True, slots=True)
class Source:
    """count: how many rows the open scope has. put: puts them in, batch by batch, and says how many each time."""

    key: str
    count: Callable[[], int]
    put: Callable[[], Iterator[int]]


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    SOURCES[source.key] = source


def rebuild() -> Iterator[tuple[int, int]]:
    """Empty the index, then fill it station by station. (done, total). Nobody may write meanwhile; run again if stopped."""
    ids = list(Station.objects.order_by("path").values_list("pk", flat=True))
    total = sum(_in_scope(station) for station in ids)
    _clear()
    done = 0
    yield done, total
    for station in ids:
        for source in SOURCES.values():
            with stations.scope(station):
                for put in source.put():
                    done += put
                    yield done, total


def _in_scope(station: object) -> int:
    with stations.scope(station):  # type: ignore[arg-type]
        return sum(source.count() for source in SOURCES.values())


@transaction.atomic
def _clear() -> None:
    with connection.cursor() as cursor:
        for model in (Entry, Term):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608  our own names
        if connection.vendor != "postgresql":
            cursor.execute(f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}) VALUES ('delete-all')")  # noqa: S608
