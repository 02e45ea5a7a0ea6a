"""What kind of day it is in the town: week or festival, wet or dry, and how much that moves the calls."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from koban.town.chance import stream
from koban.town.profile import assumed

CALENDAR = Path(__file__).parent.parent / "packs" / "cn" / "calendar"
SUNDAY, WORKING_DAY = 6, 2


@dataclass(frozen=True, slots=True)
class Day:
    """weekday: whose week the day follows, so that a festival is a Sunday and a make-up day a Wednesday.

    factors: on the volume of single types; "all" on every type.
    """

    day: date
    weekday: int
    festival: str = ""
    wet: bool = False
    factors: Mapping[str, float] = field(default_factory=dict)

    def factor(self, type_: str) -> float:
        return self.factors.get("all", 1.0) * self.factors.get(type_, 1.0)


@cache
def _announced(year: int) -> Mapping[date, tuple[str, bool]]:
    """Day → (name, day off) by the State Council's notice; nothing for a year that is not announced."""
    path = CALENDAR / f"{year}.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["days"] if path.exists() else []
    return {date.fromisoformat(row["date"]): (row["name"], row["isOffDay"]) for row in rows}


def look_up(day: date, seed: int) -> Day:
    """The day, the same for the same seed: rain is drawn, festivals are looked up."""
    name, off = _announced(day.year).get(day, ("", None))
    weekday = day.weekday() if off is None else SUNDAY if off else WORKING_DAY
    festival = name if off else ""
    wet = stream(seed, "rain", day).random() < assumed()["rain"]["chance"][day.month - 1]
    return Day(day, weekday, festival, wet, _factors(day, festival, wet))


def _factors(day: date, festival: str, wet: bool) -> dict[str, float]:
    tables: list[Mapping[str, float]] = [
        season["types"] for season in assumed()["seasons"] if _within(day, season)
    ]
    if row := assumed()["festivals"].get(festival):
        tables += [{"all": row["all"]}, row["types"]]
    if wet:
        tables.append(assumed()["rain"]["types"])
    found: dict[str, float] = {}
    for table in tables:
        for type_, factor in table.items():
            found[type_] = found.get(type_, 1.0) * factor
    return found


def _within(day: date, season: Mapping[str, Any]) -> bool:
    return bool(season["from"] <= day.strftime("%m-%d") <= season["to"])


def gamma_weights(count: int, chance: random.Random, *, shape: float = 0.6) -> list[float]:
    """Weights of places: most see little, a few see much, as every map of calls shows."""
    return [chance.gammavariate(shape, 1.0) + 1e-6 for _ in range(count)]
