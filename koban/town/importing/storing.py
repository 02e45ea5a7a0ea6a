"""Imported events as closed matters: in batches, each whole with its page, so that a stopped import goes on."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from koban.duties.incidents.duty import DUTY
from koban.duties.incidents.models import Channel, Incident
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import numbers
from koban.kernel.stations.models import Station
from koban.matters.actions import REGISTER
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.town.importing.reading import Event

BATCH = 1_000
ROWS_A_PAGE = 200
CLOSED = "closed"


@dataclass
class Count:
    """What became of the rows."""

    taken: int = 0
    known: int = 0
    refused: int = 0
    by_type: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return self.taken + self.known + self.refused


class Numbers:
    """Numbers for rows that have none: by their content, and how often the same content came before in the file.

    Two equal rows may be two people at one event, so both count. Kept on disk, so that memory stays flat.
    """

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "rows.sqlite3")
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.execute("CREATE TABLE row (digest BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")

    def of(self, cells: Sequence[Any]) -> str:
        digest = hashlib.sha256(
            "\x1f".join(str(cell).strip() for cell in cells).encode("utf-8", "replace")
        ).digest()[:15]
        return f"{digest.hex()}-{self._times(digest)}"

    def is_new(self, number: str) -> bool:
        """Whether the file's own number comes for the first time."""
        return self._times(hashlib.sha256(number.encode()).digest()) == 1

    def _times(self, digest: bytes) -> int:
        upsert = "INSERT INTO row VALUES (?, 1) ON CONFLICT (digest) DO UPDATE SET times = times + 1 RETURNING times"
        return int(self.db.execute(upsert, [digest]).fetchone()[0])

    def close(self) -> None:
        self.db.close()


Numbered = tuple[str, Event]
"""Number in the source, and the event."""


class Store:
    """Writes batches of events into the open scope of `station`. source: which table they are from."""

    def __init__(self, station: Station, source: str, *, by: Actor, at: datetime) -> None:
        require(by, "incidents.import")
        self.station, self.source, self.by, self.at = station, source, by, at
        self.zone = ZoneInfo(station.tz)

    def known(self, batch: Sequence[Numbered]) -> set[str]:
        """Numbers of the batch that are stored already."""
        wanted = [number for number, _event in batch]
        rows = Incident.objects.filter(source=self.source, source_number__in=wanted)
        return set(rows.values_list("source_number", flat=True))

    @transaction.atomic
    def write(self, batch: Sequence[Numbered]) -> None:
        """Store events that are not known, with their pages."""
        matters = [self._matter(event) for _number, event in batch]
        self._give_numbers(matters)
        incidents = [self._incident(*pair) for pair in zip(matters, batch, strict=True)]
        Matter.objects.bulk_create(matters, batch_size=ROWS_A_PAGE)
        Incident.objects.bulk_create(incidents, batch_size=ROWS_A_PAGE)
        pairs = list(zip(matters, incidents, strict=True))
        book.write_many([self._page(pairs[n : n + ROWS_A_PAGE]) for n in range(0, len(pairs), ROWS_A_PAGE)])

    def _matter(self, event: Event) -> Matter:
        place = Place(event.place, None, event.lon, event.lat)
        return Matter(
            station_id=self.station.pk, kind=DUTY.key, type=event.type, state=CLOSED, state_since=event.closed_at,
            is_open=False, closed_at=event.closed_at, opened_at=event.opened_at, summary=event.summary,
            priority=CATALOGUE[event.type].priority, **place.fields(),
        )  # fmt: skip

    def _give_numbers(self, matters: Sequence[Matter]) -> None:
        """The office's own numbers, in the year in which each came in."""
        by_year = sorted(matters, key=lambda matter: matter.opened_at.astimezone(self.zone).year)
        for year, group in groupby(by_year, lambda matter: matter.opened_at.astimezone(self.zone).year):
            same = list(group)
            last = numbers.take(REGISTER, year, len(same))
            for number, matter in enumerate(same, last - len(same) + 1):
                matter.year, matter.number = year, number

    def _incident(self, matter: Matter, numbered: Numbered) -> Incident:
        return Incident(
            station_id=self.station.pk, matter=matter, kind=CATALOGUE[matter.type].kind, channel=Channel.HISTORY,
            source=self.source, source_number=numbered[0],
        )  # fmt: skip

    def _page(self, pairs: Sequence[tuple[Matter, Incident]]) -> book.Entry:
        facts = {"source": self.source, "count": len(pairs)}
        return book.Entry("incidents.import", self.by, self.at, facts=facts, rows=list(_flat(pairs)))


def _flat(pairs: Sequence[tuple[Matter, Incident]]) -> Iterator[Any]:
    for pair in pairs:
        yield from pair
