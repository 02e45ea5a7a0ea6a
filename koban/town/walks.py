"""How a call of the town went: its walk through the states of an incident, with times."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from koban.town.profile import Kind

BEFORE_DISPATCH_MINUTES: Mapping[int, tuple[float, float]] = {
    1: (0.3, 1.5),
    2: (1, 4),
    3: (3, 25),
    4: (10, 150),
}
"""By priority: from triage until somebody is sent."""
ON_FOOT_M_PER_MINUTE, SETTING_OUT_MINUTES = 110.0, 1.5
CANCELLED_SHARE, REOPENED_SHARE, SLOW_ANSWER_SHARE = 0.012, 0.025, 0.03
OUTCOMES: Mapping[str, tuple[tuple[str, float], ...]] = {
    "dispute": (("agreed", 6), ("settled", 4)), "advice": (("advised", 1),), "fraud": (("advised", 1),),
    "lost_property": (("returned", 4), ("advised", 6)), "found_property": (("returned", 6), ("advised", 4)),
    "missing_person": (("found_safe", 1),), "medical": (("rescued", 1),), "self_harm": (("rescued", 1),),
    "fire": (("rescued", 7), ("false_alarm", 3)), "gas": (("rescued", 5), ("false_alarm", 5)),
    "sos": (("rescued", 4), ("false_alarm", 6)), "suspicious": (("nothing_found", 7), ("settled", 3)),
    "noise": (("settled", 7), ("nothing_found", 3)), "animal": (("settled", 7), ("nothing_found", 3)),
}  # fmt: skip
OTHERWISE = (("settled", 8), ("nothing_found", 2))


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the incident's flow, by its key, and when it was made."""

    move: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """outcome: "" where nothing was answered. sent: somebody went. satisfaction: 1 to 5, None where nobody asked."""

    steps: tuple[Step, ...]
    outcome: str
    sent: bool
    referred: bool
    satisfaction: int | None
    fixed: bool | None


class _Clock:
    """Writes steps down, each some minutes after the one before."""

    def __init__(self, start: datetime) -> None:
        self.now, self.steps = start, list[Step]()

    def step(self, move: str, minutes: float) -> None:
        self.now += timedelta(seconds=max(1, round(minutes * 60)))
        self.steps.append(Step(move, self.now))


def walk(
    kind: Kind, at: datetime, *, priority: int, distance_m: float, again: bool, chance: random.Random
) -> Walk:
    """How a call went that came at `at`.

    distance_m: from the office as the crow flies. again: it tells of an event that is known, and is merged into it.
    """
    clock = _Clock(at)
    clock.step("triage", chance.uniform(0.3, 2.0))
    if again:
        clock.step("merge", chance.uniform(0.5, 6.0))
        return Walk(tuple(clock.steps), "", sent=False, referred=False, satisfaction=None, fixed=None)
    if chance.random() < CANCELLED_SHARE:
        clock.step("cancel", chance.uniform(1.0, 15.0))
        return Walk(tuple(clock.steps), "", sent=False, referred=False, satisfaction=None, fixed=None)
    sent = _work(kind, clock, priority, distance_m, chance)
    if chance.random() < kind.refer:
        return _refer(kind, clock, sent, chance)
    return _finish(kind, clock, sent, chance)


def _work(kind: Kind, clock: _Clock, priority: int, distance_m: float, chance: random.Random) -> bool:
    """Somebody goes, or it is handled from the office."""
    sent = chance.random() < kind.go or priority == 1
    if not sent:
        clock.step("handle", chance.uniform(0.5, 12.0))
        return False
    clock.step("dispatch", chance.uniform(*BEFORE_DISPATCH_MINUTES[priority]))
    clock.step("arrive", travel_minutes(distance_m, priority) * chance.uniform(0.8, 1.4))
    clock.step("leave_scene", kind.scene_minutes * chance.lognormvariate(0, 0.5))
    return True


def travel_minutes(distance_m: float, priority: int) -> float:
    """Streets are a third longer than the straight line; who is in a hurry runs or rides."""
    hurry = 2.0 if priority <= 2 else 1.0
    return SETTING_OUT_MINUTES + distance_m * 4 / 3 / (ON_FOOT_M_PER_MINUTE * hurry)


def _refer(kind: Kind, clock: _Clock, sent: bool, chance: random.Random) -> Walk:
    clock.step("refer_out", chance.uniform(5, 90) if chance.random() < 0.8 else chance.uniform(90, 1_000))
    clock.step("close_referred", kind.closing.draw(chance) * 1440 + chance.uniform(60, 600))
    return Walk(tuple(clock.steps), "handed_over", sent, True, *_opinion(chance, 3.6))


def _finish(kind: Kind, clock: _Clock, sent: bool, chance: random.Random) -> Walk:
    outcome = _outcome(kind, chance)
    slow = chance.random() < SLOW_ANSWER_SHARE
    clock.step("answer", chance.uniform(1_500, 9_000) if slow else chance.lognormvariate(math.log(25), 1.0))
    if chance.random() < kind.on_the_spot:
        clock.step("close", chance.uniform(20, 1_200))
    else:
        clock.step("close", kind.closing.draw(chance) * 1440 + chance.uniform(60, 600))
    satisfaction, fixed = _opinion(chance, 3.2 if slow else 4.3)
    if chance.random() < REOPENED_SHARE:
        satisfaction, fixed = _again(kind, clock, chance)
    return Walk(tuple(clock.steps), outcome, sent, False, satisfaction, fixed)


def _again(kind: Kind, clock: _Clock, chance: random.Random) -> tuple[int | None, bool | None]:
    """Closed, not fixed: taken up once more, and then mended."""
    clock.step("reopen", chance.uniform(120, 6_000))
    clock.step("handle", chance.uniform(5, 240))
    clock.step("answer", chance.uniform(30, 2_000))
    clock.step("close", kind.closing.draw(chance) * 720 + 60)
    return chance.choice((3, 4, 4, 5)), True


def _outcome(kind: Kind, chance: random.Random) -> str:
    options = OUTCOMES.get(kind.code, OTHERWISE)
    return chance.choices([name for name, _ in options], [weight for _, weight in options])[0]


def _opinion(chance: random.Random, mean: float) -> tuple[int | None, bool | None]:
    """Two in five say what they think."""
    if chance.random() > 0.4:
        return None, None
    score = min(5, max(1, round(chance.gauss(mean, 0.9))))
    return score, score > 2
