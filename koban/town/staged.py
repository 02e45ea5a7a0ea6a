"""What is going on in the office just now: a few calls of the town, moved so that each stands at a chosen point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from koban.kernel.ledger import PUBLIC
from koban.town.acts import Act, Lives, Script
from koban.town.calls import Call, calls
from koban.town.cast import Cast
from koban.town.chance import stream
from koban.town.walks import Step

FIRST_ID = 10_000_000
"""Beyond every call of the history."""
DAYS_TO_CHOOSE_FROM = 120


@dataclass(frozen=True, slots=True)
class Scene:
    """A call of `type` through `channel` whose last act is `after`, so many minutes ago. title: told at the start."""

    type: str
    channel: str
    after: str
    minutes: float
    title: str = ""
    wants_steps: tuple[str, ...] = ()
    message_minutes: float = 0.0


SCENES = (
    Scene("noise", "public", "take", 2),
    Scene("facility", "plate", "take", 38),
    Scene("traffic", "phone", "triage", 7),
    Scene("suspicious", "phone", "triage", 26),
    Scene("medical", "centre", "dispatch", 2.5, wants_steps=("dispatch",)),
    Scene("dispute", "phone", "arrive", 12, wants_steps=("dispatch",)),
    Scene("lost_property", "walk_in", "handle", 55, "lost", wants_steps=("handle",), message_minutes=21),
    Scene("public_space", "public", "triage", 95, "waiting", message_minutes=64),
    Scene("fraud", "walk_in", "refer_out", 70, wants_steps=("handle", "refer_out")),
    Scene("found_property", "walk_in", "handle", 130, wants_steps=("handle",)),
    Scene("animal", "public", "answer", 33, "answered", wants_steps=("answer",)),
)
TITLES: Mapping[int, str] = {FIRST_ID + n: scene.title for n, scene in enumerate(SCENES) if scene.title}


def acts(cast: Cast, seed: int, now: datetime, lives: Lives) -> Iterator[tuple[Call, Act]]:
    """Acts of the staged calls, each call's in order of time."""
    told = list(_to_choose_from(cast, seed, now))
    for n, scene in enumerate(SCENES):
        call = next((call for call in told if fits(call, scene)), None)
        if call is None:
            continue
        told.remove(call)
        shown = _staged(replace(call, id=FIRST_ID + n), scene, cast, now, lives)
        yield from ((moved, act) for moved, act in shown if act.at <= now)


def _to_choose_from(cast: Cast, seed: int, now: datetime) -> Iterator[Call]:
    start = now.astimezone(cast.zone).date() - timedelta(days=DAYS_TO_CHOOSE_FROM)
    return calls(cast.town, start=start, years=DAYS_TO_CHOOSE_FROM / 365, seed=seed + 1, office=cast.office)


def fits(call: Call, scene: Scene) -> bool:
    """Whether the call can stand where the scene wants it. One goes at most, so that somebody stays in the office."""
    moves = [step.move for step in call.steps]
    rest = ("merge", "cancel", "reopen")
    alone = call.crew <= 1 and call.type == scene.type
    return alone and set(scene.wants_steps) <= set(moves) and not set(rest) & set(moves)


def _staged(call: Call, scene: Scene, cast: Cast, now: datetime, lives: Lives) -> Iterator[tuple[Call, Act]]:
    there = now - timedelta(minutes=scene.minutes)
    moved = shifted(replace(call, channel=scene.channel, same_as=None), there - _reached(call, scene))
    script = Script(moved, cast, stream(cast.town.seed, "staged", moved.id), lives)
    for act in script.acts():
        if act.at <= there or act.do == "log":
            yield moved, act
    if scene.message_minutes:
        at = now - timedelta(minutes=scene.message_minutes)
        yield moved, Act(at, "write_back", PUBLIC, {"text": script.words("news")})


def _reached(call: Call, scene: Scene) -> datetime:
    """When the call itself reached the point at which the scene stands."""
    if scene.after == "take":
        return call.at
    return next(step.at for step in call.steps if step.move == scene.after)


def shifted(call: Call, by: timedelta) -> Call:
    """The same call at another time."""
    return replace(call, at=call.at + by, steps=tuple(Step(step.move, step.at + by) for step in call.steps))
