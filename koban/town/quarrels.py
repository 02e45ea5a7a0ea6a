"""Quarrels of the first office, one in every state: asked, in mediation, agreed, kept, broken, refused, protected, told.

Played through the real actions; a dozen a year, most of them between two doors of one street.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from koban.duties.mediation import actions, performing, protecting, rules, sitting, standing, taking, tasks
from koban.duties.mediation.models import Mediation, Side
from koban.duties.mediation.sitting import Content, Owed, Sitting
from koban.duties.mediation.taking import Facts, SideTold
from koban.matters.places import Place
from koban.registers.premises.models import Address
from koban.town.bulk import Event
from koban.town.cast import Cast
from koban.town.chance import stream

STORIES = (
    "kept", "performing", "sessions", "consent", "case", "broken", "protection", "told", "people", "received", "kept", "handed",
)  # fmt: skip
"""What becomes of each, the latest first."""
A_YEAR = 12.0
WORDS = {
    "noise": ("楼上夜间噪声，双方在楼道推搡。", "夜间十点后保持安静，赔礼道歉。"),
    "water": ("卫生间漏水到楼下，争吵中踢坏房门。", "修好防水并赔偿房门。"),
    "parking": ("争车位时划伤电动车。", "赔偿修车费用，按线停车。"),
    "family": ("夫妻争吵中动手。", "告诫并查访。"),
    "wages": ("拖欠两个月工资，未涉及违法行为。", "分两次付清工资。"),
}
NEIGHBOURS = Facts("beating", relation="neighbours", over_trifles=True)
SITTING = Sitting("双方分别陈述经过，民警说明规定。", "none", officers=1, is_recorded=True)
Do = Callable[[datetime], Any]


@dataclass
class Quarrel:
    """One of them. came_at: when it was taken. homes: of both sides; the same pair comes back now and then."""

    story: str
    kind: str
    homes: tuple[Address, Address]
    came_at: datetime
    mediation: Mediation | None = None

    @property
    def row(self) -> Mediation:
        assert self.mediation is not None  # noqa: S101  # taken before anything else happens to it
        found: Mediation = Mediation.objects.select_related("matter__station").get(pk=self.mediation.pk)
        return found

    def sides(self) -> list[Side]:
        return standing.sides_of(self.row)


def events(cast: Cast, seed: int, now: datetime, start: datetime) -> list[Event]:
    """Everything that happens in them, from `start` to `now`; nothing in the neighbour's office."""
    doors = sorted(cast.doors.values(), key=lambda door: door.label)
    if cast.office != 0 or len(doors) < 4:  # two pairs
        return []
    chance, found = stream(seed, "quarrels", cast.office), []
    days = (now - start).days
    for number in range(max(len(STORIES), round(A_YEAR * days / 365))):
        quarrel = _quarrel(number, doors, chance, now, days)
        if quarrel.came_at >= start:
            found += [Event(at, run) for at, run in _life(cast, quarrel) if at <= now]
    return sorted(found, key=lambda event: event.at)


def _quarrel(number: int, doors: list[Address], chance: random.Random, now: datetime, days: int) -> Quarrel:
    story = STORIES[number % len(STORIES)]
    kind = {"protection": "family", "told": "wages", "people": "wages"}.get(
        story, ("noise", "water", "parking")[number % 3]
    )
    first = chance.randrange(len(doors) - 1) if number % 4 else 0
    age = (
        RECENT.get(story, 20 + chance.random() * 60)
        if number < len(STORIES)
        else chance.uniform(60, max(61, days - 5))
    )
    return Quarrel(
        story, kind, (doors[first], doors[first + 1]), now - timedelta(days=min(age, max(1, days - 1)))
    )


RECENT = {
    "received": 0.3,
    "consent": 1.2,
    "sessions": 4,
    "people": 3,
    "performing": 3,
    "case": 6,
    "broken": 14,
    "protection": 9,
}
"""Days ago, so that these still stand there today."""


def _life(cast: Cast, quarrel: Quarrel) -> list[tuple[datetime, Do]]:
    """The steps of a story, hours and days apart."""
    lives = {"protection": _protected, "told": _told, "people": _people, "received": _nothing}
    steps: list[Do] = [partial(_take, cast, quarrel), *lives.get(quarrel.story, _mediated)(cast, quarrel)]
    moments = (0, 2, 4, 20, 22, 26, 50, 75, 99, 120, 140)
    timed = [(quarrel.came_at + timedelta(hours=hour), do) for hour, do in zip(moments, steps, strict=False)]
    return timed + _later(cast, quarrel)


def _nothing(cast: Cast, quarrel: Quarrel) -> list[Do]:
    return []


def _later(cast: Cast, quarrel: Quarrel) -> list[tuple[datetime, Do]]:
    """What follows days after the agreement."""
    days = {"kept": 3, "broken": 12, "handed": 12}.get(quarrel.story)
    if days is None:
        return []
    at = quarrel.came_at + timedelta(days=days)
    if quarrel.story == "kept":
        return [
            (at, partial(_perform, cast, quarrel)),
            (at + timedelta(days=7), partial(_ask, cast, quarrel)),
        ]
    night: list[tuple[datetime, Do]] = [(at, partial(_night, cast, quarrel))]
    return (
        night
        if quarrel.story == "broken"
        else [*night, (at + timedelta(days=1), partial(_hand_on, cast, quarrel))]
    )


def _take(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    facts = (
        replace(NEIGHBOURS, relation="kin", violence_at_home=True)
        if quarrel.story == "protection"
        else NEIGHBOURS
    )
    facts = Facts() if quarrel.kind == "wages" else facts
    a, b = (SideTold(name, address=home) for name, home in zip(("甲某", "乙某"), quarrel.homes, strict=True))
    quarrel.mediation = taking.take(
        quarrel.kind, WORDS[quarrel.kind][0], by=cast.officer.actor, at=at, station=cast.station, facts=facts, a=a,
        b=replace(b, acted=bool(facts.offence)), place=Place.at(quarrel.homes[0]),
    )  # fmt: skip


def _decide(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    taking.write_evidence(quarrel.row, "statement", "双方询问笔录", by=cast.officer.actor, at=at)
    actions.decide(quarrel.row, by=cast.officer.actor, at=at, station=cast.station)


def _yes(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    for side in quarrel.sides():
        actions.answer(side, "yes", by=cast.officer.actor, at=at, station=cast.station)
    actions.begin(quarrel.row, by=cast.officer.actor, at=at, station=cast.station)


def _sit(cast: Cast, quarrel: Quarrel, at: datetime, ground: str = "") -> None:
    sitting.hold(
        quarrel.row, replace(SITTING, ground=ground), by=cast.officer.actor, at=at, station=cast.station
    )


def _agree(cast: Cast, quarrel: Quarrel, at: datetime, form: str = "session") -> None:
    first = standing.day(at) + timedelta(days=4)
    owed = [
        Owed("b", "pay", "第一期", first, "转账", 15_000),
        Owed(
            "b", "pay", "第二期", first + timedelta(days=3 if quarrel.story == "kept" else 20), "转账", 15_000
        ),
    ]
    story, terms = WORDS[quarrel.kind]
    content = Content(
        cast.station.name, cast.officer.actor.label, "无", "前日晚", str(quarrel.homes[0]), "双方当事人", story, story,
        "情节较轻", "无人受伤", terms, signed_a=True, signed_b=True, form=form,
    )  # fmt: skip
    sitting.agree(quarrel.row, content, owed, by=cast.officer.actor, at=at, station=cast.station)


def _leave(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    actions.leave(quarrel.sides()[1], by=cast.officer.actor, at=at, station=cast.station)


def _mediated(cast: Cast, quarrel: Quarrel) -> list[Do]:
    """As far as the story goes: to the asking, to a session, to an agreement, or to a side that leaves."""
    steps: list[Do] = [
        partial(_decide, cast, quarrel),
        partial(_yes, cast, quarrel),
        partial(_sit, cast, quarrel),
    ]
    if quarrel.story == "consent":
        return steps[:1]
    if quarrel.story == "sessions":
        return steps
    if quarrel.story == "case":
        return [*steps, partial(_leave, cast, quarrel)]
    return [*steps, partial(_agree, cast, quarrel)]


def _told(cast: Cast, quarrel: Quarrel) -> list[Do]:
    return [lambda at: actions.decide(quarrel.row, by=cast.officer.actor, at=at, station=cast.station)]


def _people(cast: Cast, quarrel: Quarrel) -> list[Do]:
    who = f"{cast.station.name}人民调解委员会"
    return [lambda at: actions.send_to_people(quarrel.row, who, by=cast.officer.actor, at=at)]


def _protected(cast: Cast, quarrel: Quarrel) -> list[Do]:
    def warn(at: datetime) -> None:
        officer = cast.officer.actor
        protecting.warn(quarrel.row, "推搡", identity=True, ban=True, by=officer, at=at, station=cast.station)
        for key in ("violent", "victim", "committee"):
            protecting.did(quarrel.row, key, "", by=officer, at=at)

    return [partial(_decide, cast, quarrel), warn]


def _perform(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    agreement = performing.running_agreement(quarrel.row)
    for row in agreement.performances.order_by("number"):
        done_on = min(row.due_on, standing.day(at))
        performing.perform(row, done_on, by=cast.officer.actor, at=at, station=cast.station)


def _ask(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    performing.follow_up(
        quarrel.row, next(iter(rules.FOLLOW_UPS)), "calm", "双方相安无事", by=cast.officer.actor, at=at
    )


def _night(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    """The night's work finds what was missed; the case runs from the day of that failure."""
    tasks.break_missed(cast.station, at)


def _hand_on(cast: Cast, quarrel: Quarrel, at: datetime) -> None:
    if quarrel.row.matter.state == "case":
        actions.hand_on(quarrel.row, "", by=cast.officer.actor, at=at, reason="协议未履行，移交办理")
