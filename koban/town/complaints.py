"""Complaints about the police in the town: some answered, some on the way, all with the oversight body alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from koban.duties.oversight import actions
from koban.duties.oversight.models import Complaint
from koban.kernel.ledger import PUBLIC, Actor
from koban.kernel.stations.models import Station
from koban.town import texts
from koban.town.chance import stream

A_YEAR, FEWEST = 8.0, 4
Step = tuple[datetime, Callable[[datetime], None]]


class Complaints:
    """Plays complaints about `office` through the real actions, in the open scope of the oversight body `body`."""

    def __init__(self, body: Station, office: Station, inspector: Actor, seed: int) -> None:
        self.body, self.office, self.inspector, self.seed = body, office, inspector, seed
        self.made: dict[int, Complaint] = {}

    def play(self, now: datetime, years: float) -> int:
        """Those of the last `years` until `now`; how many came."""
        count = max(FEWEST, round(A_YEAR * years))
        span = timedelta(days=min(years, 3.0) * 365)
        steps = [
            step
            for n in range(count)
            for step in self._story(n, now - span * (n / count) - timedelta(hours=9))
        ]
        for at, do in sorted((step for step in steps if step[0] <= now), key=lambda step: step[0]):
            do(at)
        return len(self.made)

    def _story(self, n: int, came_at: datetime) -> list[Step]:
        """It comes, is taken up within days, is answered within weeks, and closed; or it is not taken up."""
        chance = stream(self.seed, "complaint", n)
        taken_at = came_at + _days(chance, 0.5, 9)
        steps: list[Step] = [(came_at, partial(self._complain, n, chance))]
        if chance.random() < 0.15:
            return [*steps, (taken_at, partial(self._decline, n, chance))]
        answered_at = taken_at + _days(chance, 12, 45)
        steps += [(taken_at, partial(self._accept, n)), (answered_at, partial(self._answer, n, chance))]
        return [*steps, (answered_at + _days(chance, 3, 15), partial(self._close, n))]

    def _complain(self, n: int, chance: random.Random, at: datetime) -> None:
        language = "en" if chance.random() < 0.15 else "zh"
        subject = chance.choice(sorted(texts.phrases(language)["complaints"]))
        words = texts.complaint(language, subject, chance)
        named = chance.random() < 0.4
        told = actions.Told(
            subject, words, about=texts.office(language, "about", chance), phone=f"000{chance.randrange(10**8):08d}" * named,
            language="en" if language == "en" else "zh-hans",
        )  # fmt: skip
        taken = actions.complain(told, about=self.office, by=PUBLIC, at=at, station=self.body)
        self.made[n] = Complaint.objects.get(matter=taken.matter)

    def _now(self, n: int) -> Complaint:
        found: Complaint = Complaint.objects.select_related("matter").get(pk=self.made[n].pk)
        return found

    def _accept(self, n: int, at: datetime) -> None:
        actions.accept(self._now(n), by=self.inspector, at=at, station=self.body)

    def _decline(self, n: int, chance: random.Random, at: datetime) -> None:
        actions.decline(self._now(n), by=self.inspector, at=at, reason=texts.office("zh", "declined", chance))

    def _answer(self, n: int, chance: random.Random, at: datetime) -> None:
        actions.answer(self._now(n), texts.office("zh", "found", chance), by=self.inspector, at=at)

    def _close(self, n: int, at: datetime) -> None:
        actions.close(self._now(n), by=self.inspector, at=at)


def _days(chance: random.Random, least: float, most: float) -> timedelta:
    return timedelta(days=chance.uniform(least, most))
