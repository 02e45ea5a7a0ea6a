"""The learned rhythm of calls, as numbers to draw from. Made by `koban.town.learn`, read from `data/profile.json`."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from koban.town.names import DATA

HOURS = 24
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Factors around one: week of 168 hours from Monday midnight, months from January; growth in one year."""

    share: float
    week: tuple[float, ...]
    month: tuple[float, ...]
    yearly_growth: float

    def at(self, weekday: int, hour: int, month: int) -> float:
        """Factor of an hour. weekday: Monday 0. month: January 1."""
        return self.week[weekday * HOURS + hour] * self.month[month - 1]


# The slowest tenth of the cases lies open for a year and more: habits of a staff that never closed them (SOURCE.md), not
# times that the work takes.
DRAWN_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Closing:
    """How long cases stay open: (share of the cases, days), both rising."""

    quantiles: tuple[tuple[float, float], ...]

    def draw(self, chance: random.Random) -> float:
        """Days, between the learned quantiles in a straight line."""
        share = chance.random()
        for (low, days), (high, more) in pairwise(self.quantiles):
            if share <= high:
                return days + (more - days) * (share - low) / (high - low)
        return self.quantiles[-1][1]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of call goes in the town; see the head of `data/calls.toml` for the words."""

    code: str
    per_100: float
    rhythm: Rhythm
    night: float
    spots: Mapping[str, float]
    channels: Mapping[str, float]
    on_the_spot: float
    closing: Closing
    go: float
    refer: float
    anonymous: float
    again: float
    scene_minutes: float
    months: tuple[float, ...]

    def rate(self, weekday: int, hour: int, month: int) -> float:
        """Share of the calls in this hour, in calls per hundred and mean hour."""
        night = self.night if hour in NIGHT else 1.0
        return self.per_100 * night * self.months[month - 1] * self.rhythm.at(weekday, hour, month)


@cache
def learned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "profile.json").read_text(encoding="utf-8"))
    return found


@cache
def assumed() -> dict[str, Any]:
    return tomllib.loads((DATA / "calls.toml").read_text(encoding="utf-8"))


def rhythm(kind: str) -> Rhythm:
    """The rhythm of a learned kind. Raises KeyError if the profile has none of that name."""
    row = learned()["volumes"][kind]
    return Rhythm(row["share"], tuple(row["week"]), tuple(row["month"]), row["yearly_growth"])


def closing(cases: str) -> Closing:
    """The times to close of a learned kind of case. Raises KeyError if the profile has none of that name."""
    days = learned()["durations"][cases]["days_to_close"]
    told = [
        (float(share) / DRAWN_SHARE, float(count))
        for share, count in days.items()
        if float(share) <= DRAWN_SHARE
    ]
    return Closing(((0.0, 0.0), *told))


@cache
def kinds() -> tuple[Kind, ...]:
    """Every type of call of the town."""
    return tuple(_kind(code, row) for code, row in assumed()["types"].items())


def _kind(code: str, row: Mapping[str, Any]) -> Kind:
    offences = sum(rhythm(name).share for name in row.get("learned", ())) * assumed()["offences"]
    return Kind(
        code=code, per_100=row.get("per_100", 0.0) + offences, rhythm=rhythm(row["rhythm"]), night=row["night"],
        spots=row["spots"], channels=assumed()["channels"][row["channels"]], on_the_spot=row["on_the_spot"],
        closing=closing(row["cases"]), go=row["go"], refer=row["refer"], anonymous=row["anonymous"],
        again=row["again"], scene_minutes=row["scene"], months=tuple(row.get("months", (1.0,) * 12)),
    )  # fmt: skip
