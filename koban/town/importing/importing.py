"""The import as a whole: a file in, matters and messages out."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from koban.kernel import stations
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.town.importing import columns
from koban.town.importing.columns import Memory, Plan
from koban.town.importing.reading import Event, Fault, Reader
from koban.town.importing.storing import BATCH, Count, Numbered, Numbers, Store
from koban.town.importing.tables import Row, Table, opened

MESSAGES = ".messages.csv"
SOURCE_LONGEST = 60
Progress = Callable[[int, int, Count], None]
"""Bytes read, bytes of the file, what became of the rows so far."""


@dataclass(frozen=True)
class Order:
    """What is to be imported, and how. source: "" for the file's name. is_trial: nothing is written."""

    path: Path
    station: Station
    plan: Plan
    source: str = ""
    encoding: str = ""
    is_trial: bool = False

    @property
    def messages(self) -> Path:
        return self.path.with_name(self.path.name + MESSAGES)

    @property
    def named(self) -> str:
        return (self.source or self.path.name)[:SOURCE_LONGEST]


def run(order: Order, memory: Memory, *, by: Actor, at: datetime, progress: Progress) -> Count:
    """Import a file. Run again, after a kill or with more rows, it takes only what is not there yet.

    Every row that is not taken, or not as it stands, has its sentence in the messages beside the file.
    Raises Refused for a file that is no table and for a plan that does not fit it.
    """
    with opened(order.path, order.encoding) as table, stations.scope(order.station.pk):
        plan = columns.plan(order.plan, memory.read(), table.columns)
        zone = ZoneInfo(plan.zone or order.station.tz)
        work = _Import(
            order, Reader(plan, table.columns, zone, at), Store(order.station, order.named, by=by, at=at)
        )
        with _messages(order.messages) as tell:
            count = work.go(table, tell, progress)
    if not order.is_trial:
        memory.write(plan)
    return count


Tell = Callable[[int, Fault], None]


@contextmanager
def _messages(path: Path) -> Iterator[Tell]:
    """A table of sentences: row, column, what is wrong, and whether the row was taken all the same."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "message", "taken"])
        yield lambda row, fault: writer.writerow(
            [row, fault.column, fault.sentence, "no" if fault.stops else "yes"]
        )


class _Import:
    def __init__(self, order: Order, reader: Reader, store: Store) -> None:
        self.order, self.reader, self.store = order, reader, store
        self.count, self.batch = Count(), list[Numbered]()

    def go(self, table: Table, tell: Tell, progress: Progress) -> Count:
        with tempfile.TemporaryDirectory() as folder:
            numbers = Numbers(Path(folder))
            try:
                for row in table.rows:
                    self._row(row, numbers, tell)
                    if len(self.batch) == BATCH:
                        self._flush()
                        progress(row.read, table.size, self.count)
                self._flush()
            finally:
                numbers.close()
        progress(table.size, table.size, self.count)
        return self.count

    def _row(self, row: Row, numbers: Numbers, tell: Tell) -> None:
        event, faults = self.reader.event(row.cells)
        number = numbers.of(row.cells)
        if event is not None and event.number:
            number, faults = event.number, [*faults, *_twice(event, numbers)]
        for fault in faults:
            tell(row.number, fault)
        if event is None or any(fault.stops for fault in faults):
            self.count.refused += 1
        else:
            self.batch.append((number, event))

    def _flush(self) -> None:
        known = self.store.known(self.batch)
        fresh = [(number, event) for number, event in self.batch if number not in known]
        if fresh and not self.order.is_trial:
            self.store.write(fresh)
        self.count.taken += len(fresh)
        self.count.known += len(self.batch) - len(fresh)
        self.count.by_type.update(event.type for _number, event in fresh)
        self.batch = []


def _twice(event: Event, numbers: Numbers) -> list[Fault]:
    if numbers.is_new(event.number):
        return []
    return [Fault("number", "This number stands in the file before; the first one was taken.")]
