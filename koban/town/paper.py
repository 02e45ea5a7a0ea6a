"""A matter in memory with its rows and pages: what the actions of matters do to the sheet itself, mirrored."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from koban.duties.incidents.duty import DUTY
from koban.duties.incidents.models import Assignment, Thing
from koban.kernel.ledger import Actor, book
from koban.kernel.ledger.canonical import name_of
from koban.kernel.stations.rows import StationRow
from koban.matters.models import Deadline, Holding, Matter, Note
from koban.matters.places import Place
from koban.town.ids import uuid7_of
from koban.town.terms import Terms

Row = TypeVar("Row", bound=StationRow)
KIND = DUTY.key


class Paper:
    """One matter with all its rows and pages. number: its number, and the year in which it counts."""

    matter: Matter

    def __init__(
        self, station_id: UUID, terms: Terms, number: tuple[int, int], place: Place, chance: random.Random
    ) -> None:
        self.station_id, self.terms, self.number = station_id, terms, number
        self.place, self.chance = place, chance
        self.rows: list[StationRow] = []
        self.pages: list[book.Entry] = []
        self.deadlines: dict[str, Deadline] = {}
        self.holdings: list[Holding] = []
        self.assignments: list[Assignment] = []
        self.things: list[Thing] = []
        self.secret = ""

    def new(self, model: type[Row], at: datetime, /, **fields: Any) -> Row:
        row = model(id=uuid7_of(at, self.chance), station_id=self.station_id, **fields)
        self.rows.append(row)
        return row

    def page(
        self, verb: str, by: Actor, at: datetime, subject: StationRow, facts: Mapping[str, Any],
        rows: Sequence[StationRow],
    ) -> None:  # fmt: skip
        seals = {name_of(row): row.digest() for row in rows}
        self.pages.append(book.Entry(verb, by, at, self.matter.id, subject, facts, seals=seals))

    def move(
        self, key: str, by: Actor, at: datetime, *, facts: Mapping[str, Any] | None = None,
        rows: Sequence[StationRow] = (), met: Sequence[str] = (), waived: Sequence[str] = (), reason: str = "",
    ) -> None:  # fmt: skip
        """`matters.move`."""
        matter, flow = self.matter, DUTY.flow
        step = flow.step(matter.state, key)
        told = {"from": matter.state, "to": step.target, **(facts or {})}
        matter.state, matter.state_since = step.target, at
        matter.is_open = not flow.is_closed(step.target)
        matter.closed_at = None if matter.is_open else matter.closed_at or at
        written = [*rows, *self.meet(met, at, waived)]
        if reason.strip():
            written.append(self.note(reason, by, at, purpose="reason"))
            told["note"] = str(written[-1].pk)
        matter.version += 1
        self.page(f"{KIND}.{key}", by, at, matter, told, [matter, *written])

    def change(
        self, verb: str, by: Actor, at: datetime, *, fields: Sequence[str] = (),
        facts: Mapping[str, Any] | None = None, rows: Sequence[StationRow] = (), met: Sequence[str] = (),
        waived: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """`matters.change`."""
        written = [*rows, *self.meet(met, at, waived)]
        self.matter.version += 1
        self.page(
            verb, by, at, self.matter, {"fields": sorted(fields), **(facts or {})}, [self.matter, *written]
        )

    def meet(self, keys: Sequence[str], at: datetime, waived: Sequence[str] = ()) -> list[Deadline]:
        """`deadlines.meet`."""
        wanted = {*keys, *waived}
        done = [
            deadline for key, deadline in self.deadlines.items() if key in wanted and deadline.met_at is None
        ]
        for deadline in done:
            deadline.met_at, deadline.is_waived = at, deadline.key not in keys
        if wanted:
            self.next_due()
        return done

    def next_due(self) -> None:
        running = sorted((d for d in self.deadlines.values() if d.met_at is None), key=lambda d: d.due_at)
        self.matter.due_at = running[0].due_at if running else None
        self.matter.due_clause = running[0].clause if running else ""

    def deadline(self, key: str, clause: str, at: datetime) -> Deadline:
        due_at, is_provisional = self.terms.of(clause, at)
        told = {
            "clause": clause,
            "starts_at": at,
            "due_at": due_at,
            "is_provisional": is_provisional,
            "met_at": None,
            "is_waived": False,
        }
        if old := self.deadlines.get(key):
            for name, value in told.items():
                setattr(old, name, value)
            return old
        self.deadlines[key] = self.new(Deadline, at, matter=self.matter, key=key, **told)
        return self.deadlines[key]

    def set_deadline(self, key: str, clause: str, by: Actor, at: datetime) -> None:
        """`matters.set_deadline`."""
        fresh = self.deadline(key, clause, at)
        self.next_due()
        self.matter.version += 1
        facts = {"key": key, "clause": clause, "due": fresh.due_at.isoformat()}
        self.page("matters.term", by, at, self.matter, facts, [self.matter, fresh])

    def note(
        self, text: str, by: Actor, at: datetime, direction: str = "inside", purpose: str = "note"
    ) -> Note:
        return self.new(
            Note, at, matter=self.matter, direction=direction, purpose=purpose, text=text.strip(), at=at,
            label=by.label, post_id=by.at_post,
        )  # fmt: skip

    def hand_to(self, posts: Sequence[UUID], at: datetime) -> list[Holding]:
        held = {holding.post_id for holding in self.holdings if holding.to_at is None}
        fresh = [
            self.new(Holding, at, matter=self.matter, post_id=post, from_at=at)
            for post in posts
            if post not in held
        ]
        self.holdings += fresh
        return fresh

    def let_go(self, at: datetime) -> list[Holding]:
        held = [holding for holding in self.holdings if holding.to_at is None]
        for holding in held:
            holding.to_at = at
        return held

    @property
    def running(self) -> list[Assignment]:
        return [one for one in self.assignments if one.freed_at is None]

    def mine(self, by: Actor) -> Assignment:
        return next(one for one in self.running if one.post_id == by.at_post)
