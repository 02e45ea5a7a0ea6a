"""Newcomers of the first office: declared, confirmed, with a permit after half a year; and the queue at the desk.

Played through the real actions, a few dozen people: what they show is every state, not a mass.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from koban.duties.permits import queries, told
from koban.duties.permits.actions import applications, cards, nights, queue, registrations
from koban.duties.permits.models import Occupant
from koban.kernel.ledger import PUBLIC, SYSTEM
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.registers.premises.models import Address
from koban.registers.residents.actions import Entry
from koban.town.bulk import Event
from koban.town.cast import Cast
from koban.town.chance import stream

NEWCOMERS, MOST_EVERY = 36, 40
"""How many come, and at most one for so many residents."""
STAYS_BEFORE, YEAR = timedelta(days=190), timedelta(days=365)
PAPERS = ("identity", "picture", "address", "job")
SOURCES = ("landlord", "landlord", "self", "employer", "host")
# What becomes of the applications of those who came long enough ago, in turn.
ENDS = ("issued", "issued", "incomplete", "made", "declared", "accepted", "issued", "refused")


@dataclass
class Newcomer:
    """Somebody who comes, and what they have by now."""

    entry: Entry
    home: Address
    source: str
    came_at: datetime
    number: int
    registration: Matter | None = None
    application: Matter | None = None
    permit: Any = None
    told: dict[str, Any] = field(default_factory=dict)


def events(cast: Cast, seed: int, now: datetime, start: datetime) -> list[Event]:
    """Everything that newcomers do and get, from `start` to `now`; nothing in the neighbour's office."""
    if cast.office != 0 or not cast.doors:
        return []
    chance = stream(seed, "permits", cast.office)
    found: list[Event] = []
    for one in _newcomers(cast, chance, now, start):
        found += _life(cast, one, now)
    found += _desk(cast, now)
    return sorted((event for event in found if start <= event.at <= now), key=lambda event: event.at)


def _newcomers(cast: Cast, chance: random.Random, now: datetime, start: datetime) -> list[Newcomer]:
    count = min(NEWCOMERS, max(4, len(cast.people) // MOST_EVERY))
    names = sorted({resident.name for resident in cast.town.residents})
    doors = list(cast.doors.values())
    span = (now - start).days
    made = []
    for n in range(count):
        day = now - timedelta(days=1 + n * max(1, span - 2) // count)
        name = chance.choice(names)[0] + chance.choice(names)[1:]
        home, source = chance.choice(doors), chance.choice(SOURCES)
        made.append(
            Newcomer(Entry(name, f"{chance.randint(1958, 2005)}"), home, source, _office_hour(day, chance), n)
        )
    return made


def _office_hour(day: datetime, chance: random.Random) -> datetime:
    local = day.astimezone(ZoneInfo("Asia/Shanghai"))
    return local.replace(hour=chance.randint(9, 16), minute=chance.randint(0, 59), second=0, microsecond=0)


def _life(cast: Cast, one: Newcomer, now: datetime) -> list[Event]:
    found = [Event(one.came_at, lambda at: _declare(cast, one, at))]
    if one.number >= 4:  # the newest wait for the officer
        found.append(Event(one.came_at + timedelta(hours=1, minutes=7), lambda at: _confirm(cast, one, at)))
    if one.came_at + STAYS_BEFORE < now:
        found += _permit(cast, one, one.came_at + STAYS_BEFORE, ENDS[one.number % len(ENDS)], now)
    return found


def _permit(cast: Cast, one: Newcomer, at: datetime, end: str, now: datetime) -> list[Event]:
    """An application that comes as far as `end` says; an issued permit is endorsed by two of three when its year ends."""
    steps: list[tuple[timedelta, Callable[[datetime], object]]] = [
        (timedelta(), lambda at: _apply(cast, one, at))
    ]
    if end != "declared":
        steps.append((timedelta(hours=2), lambda at: _look(cast, one, at, end)))
    if end in ("accepted", "made", "issued"):
        steps.append((timedelta(days=1), lambda at: _accept(cast, one, at)))
    if end in ("made", "issued"):
        steps.append((timedelta(days=6), lambda at: _issue(cast, one, at)))
    if end == "issued":
        steps.append((timedelta(days=7), lambda at: _hand_over(cast, one, at)))
        steps += _year(cast, one)
    return [Event(at + after, _quietly(act)) for after, act in steps]


def _year(cast: Cast, one: Newcomer) -> list[tuple[timedelta, Callable[[datetime], object]]]:
    """In time, or not at all and then suspended."""
    issued = timedelta(days=6)
    if one.number % 3:
        return [(issued + YEAR - timedelta(days=12), lambda at: _endorse(cast, one, at))]
    return [(issued + YEAR + timedelta(days=2), lambda at: _lapse(cast, at))]


def _quietly(act: Callable[[datetime], object]) -> Callable[[datetime], None]:
    def run(at: datetime) -> None:
        act(at)

    return run


def _declare(cast: Cast, one: Newcomer, at: datetime) -> None:
    day = at.astimezone(cast.zone).date()
    stay = told.Residence(
        [told.Someone(one.entry)],
        Place.at(one.home),
        one.source,
        "web",
        day - timedelta(days=1),
        reply=told.Reply(),
    )
    one.registration = registrations.declare(stay, by=PUBLIC, at=at, station=cast.station).matter


def _confirm(cast: Cast, one: Newcomer, at: datetime) -> None:
    if one.registration is not None:
        registrations.confirm(one.registration, by=cast.officer.actor, at=at)


def _apply(cast: Cast, one: Newcomer, at: datetime) -> None:
    if one.registration is None:
        return
    person = told.Someone(person_id=Occupant.objects.get(matter=one.registration).person_id)
    since = one.came_at.astimezone(cast.zone).date() - timedelta(days=1)
    wish = told.Wish(person, "web", "job", since, Place.at(one.home))
    one.application = applications.apply(wish, by=PUBLIC, at=at, station=cast.station).matter


def _look(cast: Cast, one: Newcomer, at: datetime, end: str) -> None:
    """By an auxiliary: all papers right, or one missing and told."""
    if one.application is None:
        return
    by = cast.auxiliaries[0].actor
    right = PAPERS[:-1] if end == "incomplete" else PAPERS
    applications.judge(one.application, dict.fromkeys(right, ""), by=by, at=at)
    if end == "incomplete":
        applications.tell_missing(one.application, by=by, at=at, station=cast.station)
    if end == "refused":
        reason = "房屋已退租，且没有其他申领条件。"
        registrations.refuse(one.application, reason=reason, by=cast.officer.actor, at=at)


def _accept(cast: Cast, one: Newcomer, at: datetime) -> None:
    if one.application is not None:
        applications.accept(one.application, by=cast.officer.actor, at=at, station=cast.station)


def _issue(cast: Cast, one: Newcomer, at: datetime) -> None:
    if one.application is not None:
        one.permit = cards.issue(one.application, by=cast.officer.actor, at=at, station=cast.station)


def _hand_over(cast: Cast, one: Newcomer, at: datetime) -> None:
    if one.application is not None:
        cards.hand_over(one.application, by=cast.officer.actor, at=at)


def _endorse(cast: Cast, one: Newcomer, at: datetime) -> None:
    officer, station = cast.officer.actor, cast.station
    asked = cards.ask(one.permit, "endorsement", way="desk", by=officer, at=at, station=station)
    cards.finish(asked.matter, by=officer, at=at, station=station)


def _lapse(cast: Cast, at: datetime) -> None:
    nights.lapse(at.astimezone(cast.zone).date(), by=SYSTEM, at=at)


def _desk(cast: Cast, now: datetime) -> list[Event]:
    """The hours of the desk since last week; some times booked for the next days, some numbers taken just now."""
    zone = cast.zone
    hours = [queue.Span(day, time(h), time(h + 3), 30, 2) for day in range(5) for h in (9, 14)]
    set_at = now - timedelta(days=7)
    found = [Event(set_at, _quietly(lambda at: queue.set_hours(hours, by=cast.officer.actor, at=at)))]
    found += [Event(now - timedelta(hours=5, minutes=n), partial(_book, cast, n)) for n in range(6)]
    waiting = now.astimezone(zone).replace(second=0, microsecond=0) - timedelta(minutes=25)
    return found + [Event(waiting + timedelta(minutes=n), partial(_take_number, cast)) for n in range(3)]


def _take_number(cast: Cast, at: datetime) -> None:
    queue.take_number("permit", by=PUBLIC, at=at, station=cast.station)


def _book(cast: Cast, n: int, at: datetime) -> None:
    days = queries.free_days(cast.station, at, most=2)
    free = [slot.starts_at for day in days for slot in day.slots]
    if free:
        queue.reserve(free[n * 3 % len(free)], "permit", by=PUBLIC, at=at, station=cast.station)
