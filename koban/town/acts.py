"""What was done about each call, act by act: who, when, with which words. The loader and the real actions play it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, TypeGuard

from koban.duties.incidents.intake import ANONYMOUS, Reporter
from koban.duties.incidents.rules import ONE_OFFICER_RECORDED
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.ledger import PUBLIC, Actor
from koban.town import texts, things
from koban.town.calls import Call
from koban.town.cast import Cast, Member
from koban.town.walks import Step

OWN_SITE = frozenset({"public", "plate", "open311"})
FEEDBACK_DAYS = 12
"""Well inside the window in which a resident can say that it is not mended."""
CALLED_BACK_SHARE, MESSAGE_SHARE = 0.94, 0.1
NOBODY_TO_ASK, SAY_SOON = timedelta(hours=20), timedelta(hours=40)
WITH_THEM_SOON_SHARE = 0.97
"""What another body has confirmed is closed here within the term to answer, all but a few."""
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done. do: the name of the action. told: what it is told beside `by` and `at`."""

    at: datetime
    do: str
    by: Actor
    told: Mapping[str, Any] = field(default_factory=dict)


class Lives:
    """When the matters of the latest calls were open, so that a double is merged only into an open one."""

    LATEST = 10_000

    def __init__(self) -> None:
        self.turns: dict[int, list[tuple[datetime, bool]]] = {}

    def remember(self, call: int, acts: Sequence[Act]) -> None:
        self.turns[call] = [(act.at, act.do in CLOSING) for act in acts if act.do in CLOSING or _opens(act)]
        if len(self.turns) > self.LATEST:
            del self.turns[next(iter(self.turns))]

    def knows(self, call: int | None) -> TypeGuard[int]:
        return call in self.turns

    def is_open(self, call: int, at: datetime) -> bool:
        closed = [closed for when, closed in self.turns[call] if when <= at]
        return not (closed and closed[-1])


CLOSING = frozenset({"close", "cancel", "merge"})


def _opens(act: Act) -> bool:
    return act.do == "reopen" or (act.do == "feedback" and not act.told["is_fixed"])


class Script:
    """The acts of one call. lives: what is known of the calls before it."""

    def __init__(self, call: Call, cast: Cast, chance: random.Random, lives: Lives) -> None:
        self.call, self.cast, self.chance, self.lives = call, cast, chance, lives
        self.language = "en" if call.language == "en" else "zh"
        self.desk, self.crew = chance.choice(cast.pair(call.at)), list[Member]()
        self.made: list[Act] = []
        self.answered_at: datetime | None = None
        self.is_judged = False

    def acts(self) -> list[Act]:
        """Everything, in order of time."""
        self.take()
        steps = list(self.call.steps)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            PARTS[step.move](self, step, following)
        self.made.sort(key=lambda act: act.at)
        self.lives.remember(self.call.id, self.made)
        return self.made

    def add(self, at: datetime, do: str, by: Actor, **told: Any) -> None:
        self.made.append(Act(at, do, by, told))

    def words(self, occasion: str) -> str:
        return texts.office(self.language, occasion, self.chance)

    def minutes(self, least: float, most: float) -> timedelta:
        return timedelta(seconds=round(self.chance.uniform(least, most) * 60))

    # --- Taking it -------------------------------------------------------------------------------------------

    def take(self) -> None:
        call = self.call
        at_desk = call.channel in ("phone", "walk_in")
        by = self.desk.actor if at_desk else self.cast.centre if call.channel == "centre" else PUBLIC
        source = {"source": "110", "source_number": f"{call.at:%Y%m%d}-{call.id:06d}"}
        self.add(
            call.at, "take", by,
            code=call.type, channel=call.channel, summary=call.text, reporter=self.reporter(),
            answers=dict(call.answers) if at_desk else {}, language=call.language,
            **(source if call.channel == "centre" else {}),
        )  # fmt: skip

    def reporter(self) -> Reporter:
        call = self.call
        if call.anonymous:
            return ANONYMOUS
        reply_by = "page" if call.channel in OWN_SITE else "phone"
        secret = call.type == "domestic_violence" and self.chance.random() < 0.5
        if call.reporter is None:
            return Reporter(phone=f"000{self.chance.randrange(10**8):08d}", reply_by=reply_by)
        person = self.cast.town.residents[call.reporter]
        name = person.name_en if call.language == "en" else person.name
        handle = self.cast.people.get(person.id)
        return Reporter(name, person.phone, wants_secrecy=secret, reply_by=reply_by, person_id=handle)

    def triage(self, step: Step, following: Step | None) -> None:
        self.add(step.at, "triage", self.desk.actor, code=self.call.type, answers=dict(self.call.answers))
        self.thing(step.at)
        if following is None or following.move in ("merge", "cancel"):
            return
        wait = following.at - step.at
        if wait > timedelta(minutes=10) and self.chance.random() < MESSAGE_SHARE * 2:
            self.message(step.at + wait * self.chance.uniform(0.3, 0.6), following.at)

    def thing(self, at: datetime) -> None:
        """Lost and found things are written down, and leave again."""
        found = things.of_call(self.call, self.language, self.cast.zone, self.chance)
        if found is None:
            return
        self.add(at + self.minutes(0.05, 0.2), "thing", self.desk.actor, **found.told)
        if found.ends_at:
            self.add(found.ends_at, "thing_end", self.cast.officer.actor, state=found.state)

    def message(self, at: datetime, before: datetime) -> None:
        """The resident writes; mostly somebody writes back."""
        self.add(at, "write_back", PUBLIC, text=self.words("news"))
        answer_at = at + (before - at) * self.chance.uniform(0.2, 0.8)
        if self.chance.random() < 0.85:
            self.add(answer_at, "write_out", self.desk.actor, text=self.words("reply"))

    # --- Dealing with it -------------------------------------------------------------------------------------

    def dispatch(self, step: Step, following: Step | None) -> None:
        self.crew = self.cast.to_send(step.at, max(1, self.call.crew), self.call.id)
        self.add(step.at, "dispatch", self.desk.actor, posts=[member.post for member in self.crew])
        travel = (following.at - step.at) if following else timedelta(minutes=2)
        self.add(step.at + travel * self.chance.uniform(0.1, 0.4), "accept", self.crew[0].actor)

    def arrive(self, step: Step, following: Step | None) -> None:
        stay = (following.at - step.at) if following else timedelta(minutes=20)
        for n, member in enumerate(self.crew):
            self.add(step.at + stay * 0.02 * n, "arrive", member.actor)
        lines = self.scene()
        for n, told in enumerate(lines):
            self.add(
                step.at + stay * (0.1 + 0.8 * (n + 1) / (len(lines) + 1)), "log", self.crew[0].actor, **told
            )

    def scene(self) -> list[Told]:
        """Lines of the scene log: what was seen, the needed checks, and an act where an officer leads."""
        type_, lines = CATALOGUE[self.call.type], list[Told]()
        place = {"place": self.call.place}
        for moment in ("arrived", "seen"):
            said = texts.scene_line(self.language, moment, self.chance, place)
            lines.append({"kind": "seen", "text": said})
        acts = [act for act in type_.acts if act in ONE_OFFICER_RECORDED]
        if acts and self.crew[0] is self.cast.officer:
            lines.append({"kind": "act", "text": lines.pop()["text"], "act": acts[0], "recorded": True})
        needed = [item.key for item in CATALOGUE.checklist(type_.code).items if item.need]
        return [*lines[:1], *({"kind": "check", "text": "", "item": key} for key in needed), *lines[1:]]

    def leave_scene(self, step: Step, following: Step | None) -> None:
        for n, member in enumerate(reversed(self.crew)):
            self.add(step.at + timedelta(seconds=n), "free", member.actor)

    def handle(self, step: Step, following: Step | None) -> None:
        self.desk = self.chance.choice(self.cast.pair(step.at))
        self.add(step.at, "handle", self.desk.actor)
        if following and self.chance.random() < MESSAGE_SHARE:
            self.message(step.at + (following.at - step.at) * 0.5, following.at)

    # --- Ending it -------------------------------------------------------------------------------------------

    def answer(self, step: Step, following: Step | None) -> None:
        by = (self.crew[0] if self.crew else self.desk).actor
        self.add(step.at, "answer", by, text=self.call.answer, outcome=self.call.outcome)
        self.answered_at = step.at
        later = [s for s in self.call.steps if s.at > step.at]
        if not any(s.move == "reopen" for s in later):
            self.judge(step.at, following.at if following else step.at + timedelta(hours=6))

    def judge(self, at: datetime, before: datetime) -> None:
        """Two in five say what they think; most of the others are called back where it takes longer."""
        call = self.call
        if call.satisfaction is not None:
            told = {"is_fixed": True, "satisfaction": call.satisfaction, "text": ""}
            soon = min(before - at, SAY_SOON)
            self.add(at + soon * self.chance.uniform(0.2, 0.8), "feedback", PUBLIC, **told)
            return
        morning = datetime.combine(
            at.astimezone(self.cast.zone).date() + timedelta(days=1), time(9), self.cast.zone
        )
        rung_at = morning + self.minutes(0, 480)
        if not call.anonymous and rung_at < before and self.chance.random() < CALLED_BACK_SHARE:
            told = {"reached": True, "is_fixed": True, "text": self.words("call_back")}
            self.add(rung_at, "call_back", self.chance.choice(self.cast.pair(rung_at)).actor, **told)

    def close(self, step: Step, following: Step | None) -> None:
        at = step.at
        if self.call.anonymous and following is None and self.answered_at:
            at = min(at, self.answered_at + NOBODY_TO_ASK)  # nobody can be called back: nothing to wait for
        self.add(at, "close", self.chance.choice(self.cast.pair(at)).actor)

    def reopen(self, step: Step, following: Step | None) -> None:
        in_time = self.answered_at and step.at - self.answered_at < timedelta(days=FEEDBACK_DAYS)
        if in_time and not self.call.anonymous:
            told = {"is_fixed": False, "satisfaction": 2, "text": self.words("not_mended")}
            self.add(step.at, "feedback", PUBLIC, **told)
        else:
            self.add(step.at, "reopen", self.cast.officer.actor, reason=self.words("again"))

    def refer_out(self, step: Step, following: Step | None) -> None:
        by = (self.crew[0] if self.crew else self.desk).actor
        body = self.call.referred_to or "station"
        self.add(step.at, "refer_out", by, body=body, reason=self.words("refer"))
        self.add(step.at + self.minutes(2, 12), "write_out", self.desk.actor, text=self.words("told"))
        rest = self.until_theirs(step.at, following.at if following else step.at + timedelta(days=3))
        got_at = step.at + min(rest * 0.5, self.minutes(25, 1_200))
        number = f"{body[:2].upper()}{got_at:%y%m%d}{self.chance.randrange(1000):03d}"
        self.add(got_at, "refer_status", self.desk.actor, status="received", their_number=number)
        if rest > timedelta(days=1):
            self.add(step.at + rest * 0.97, "refer_status", self.desk.actor, status="done")
        end_at = step.at + rest
        self.add(end_at, "close", self.chance.choice(self.cast.pair(end_at)).actor)

    def until_theirs(self, at: datetime, closed_at: datetime) -> timedelta:
        """How long it stays open here after it went out."""
        if self.chance.random() < WITH_THEM_SOON_SHARE:
            return min(closed_at - at, timedelta(days=self.chance.uniform(0.5, 3.5)))
        return closed_at - at

    def close_referred(self, step: Step, following: Step | None) -> None:
        """Already told with the referral."""

    def cancel(self, step: Step, following: Step | None) -> None:
        self.add(step.at, "cancel", self.cast.officer.actor, reason=self.words("cancel"))

    def merge(self, step: Step, following: Step | None) -> None:
        """Into the earlier one while that is open; else it is linked and answered."""
        first = self.call.same_as
        if self.lives.knows(first) and self.lives.is_open(first, step.at):
            self.add(step.at, "merge", self.desk.actor, into=first, reason=self.words("merge"))
            return
        if self.lives.knows(first):
            self.add(step.at, "link", self.desk.actor, to=first)
        self.add(step.at + self.minutes(1, 2), "handle", self.desk.actor)
        told = {"text": self.words("same"), "outcome": "settled"}
        self.add(step.at + self.minutes(3, 9), "answer", self.desk.actor, **told)
        self.add(step.at + self.minutes(30, 90), "close", self.desk.actor)


PARTS: Mapping[str, Callable[[Script, Step, Step | None], None]] = {
    "triage": Script.triage, "dispatch": Script.dispatch, "arrive": Script.arrive, "leave_scene": Script.leave_scene,
    "handle": Script.handle, "answer": Script.answer, "close": Script.close, "reopen": Script.reopen,
    "refer_out": Script.refer_out, "close_referred": Script.close_referred, "cancel": Script.cancel,
    "merge": Script.merge,
}  # fmt: skip
