"""Writes years of matters at once: rows as they ended, pages as they were written, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from koban.duties.incidents.models import Assignment, Incident, SceneEntry, Thing
from koban.kernel.ledger import book
from koban.kernel.stations import numbers
from koban.kernel.stations.rows import StationRow
from koban.matters.actions import REGISTER
from koban.matters.models import Deadline, Holding, Link, Matter, Note, Party, Referral
from koban.town.acts import Act, Lives, Script
from koban.town.calls import Call
from koban.town.cast import Cast
from koban.town.chance import stream
from koban.town.player import place_of
from koban.town.sheet import Sheet
from koban.town.terms import Terms

MODELS: tuple[Any, ...] = (
    Matter, Party, Incident, Deadline, Holding, Assignment, SceneEntry, Thing, Note, Referral, Link,
)  # fmt: skip
"""Each after what it points at."""
ROWS_AT_ONCE, PAGES_AT_ONCE = 500, 2_000
Late = tuple[datetime, int, Call, Act]


@dataclass(frozen=True, slots=True)
class Event:
    """Something else that happens in the office at a moment of its history: `run` writes its own pages."""

    at: datetime
    run: Callable[[datetime], None]


class Bulk:
    """Plays calls up to `until` in the open scope of the cast's station; what is left over is played one by one.

    matters: id of a call → its matter. late: acts after `until`. Memory holds one batch, and pages still to come.
    """

    def __init__(
        self, cast: Cast, seed: int, until: datetime, now: datetime, events: Sequence[Event] = ()
    ) -> None:
        self.cast, self.seed, self.until, self.now = cast, seed, until, now
        self.terms, self.lives = Terms(cast.station), Lives()
        self.events = sorted(events, key=lambda event: event.at)
        self.matters: dict[int, UUID] = {}
        self.sheets: dict[int, Matter] = {}
        self.waiting: list[tuple[datetime, int, book.Entry]] = []
        self.late: list[Late] = []
        self.count = 0

    def add(self, batch: Sequence[Call], before: datetime) -> None:
        """Play calls that came before the instant `before`, and write every page up to it."""
        given = iter(self._numbers([call for call in batch if call.at <= self.until]))
        sheets = [sheet for call in batch if (sheet := self._play(call, given)) is not None]
        store(row for sheet in sheets for row in sheet.rows)
        self.write(min(before, self.until))

    def write(self, until: datetime) -> None:
        """Write the pages up to `until`, and let happen what happened between them."""
        while self.events and self.events[0].at <= until:
            event = self.events.pop(0)
            self._write(event.at)
            event.run(event.at)
        self._write(until)

    def _write(self, until: datetime) -> None:
        entries: list[book.Entry] = []
        while self.waiting and self.waiting[0][0] <= until:
            entries.append(heapq.heappop(self.waiting)[2])
        for first in range(0, len(entries), PAGES_AT_ONCE):
            book.write_many(entries[first : first + PAGES_AT_ONCE])

    def _numbers(self, calls: Sequence[Call]) -> list[tuple[int, int]]:
        """(number, year) for each call, without a gap."""
        given: list[tuple[int, int]] = []
        for year, group in groupby(call.at.astimezone(self.cast.zone).year for call in calls):
            count = len(list(group))
            last = numbers.take(REGISTER, year, count)
            given += [(number, year) for number in range(last - count + 1, last + 1)]
        return given

    def _play(self, call: Call, given: Iterable[tuple[int, int]]) -> Sheet | None:
        acts = Script(
            call, self.cast, stream(self.seed, "acts", self.cast.office, call.id), self.lives
        ).acts()
        self.late += [(act.at, call.id, call, act) for act in acts if self.until < act.at <= self.now]
        early = [act for act in acts if act.at <= self.until]
        return self._sheet(call, early, next(iter(given))) if early else None

    def _sheet(self, call: Call, acts: Sequence[Act], number: tuple[int, int]) -> Sheet:
        chance = stream(self.seed, "rows", self.cast.office, call.id)
        sheet = Sheet(self.cast.station.pk, self.terms, number, place_of(call, self.cast), chance)
        for act in acts:
            getattr(sheet, act.do)(act.by, act.at, **self._told(act))
        self.matters[call.id], self.sheets[call.id] = sheet.matter.pk, sheet.matter
        if len(self.sheets) > Lives.LATEST:
            del self.sheets[next(iter(self.sheets))]
        for entry in sheet.pages:
            self.count += 1
            heapq.heappush(self.waiting, (entry.at, self.count, entry))
        return sheet

    def _told(self, act: Act) -> dict[str, Any]:
        """What the act is told, other calls replaced by their matters."""
        return {
            key: self.sheets[value] if key in ("into", "to") else value for key, value in act.told.items()
        }


def store(rows: Iterable[StationRow]) -> None:
    """Store new rows, model by model."""
    by_model: dict[Any, list[StationRow]] = {model: [] for model in MODELS}
    for row in rows:
        by_model[type(row)].append(row)
    for model, same in by_model.items():
        model.objects.bulk_create(same, batch_size=ROWS_AT_ONCE)
