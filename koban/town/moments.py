"""When people call: a stream of moments in order, with the hours, weeks, seasons and growth that were learned."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

from koban.duties.incidents.types import CATALOGUE
from koban.town.almanac import Day, look_up
from koban.town.chance import Weighted, poisson, stream
from koban.town.profile import HOURS, Kind, kinds

DAYS_IN_A_YEAR = 365.25
MOST_ECHOES = 4
MONTHS, WEEKDAYS = range(1, 13), range(7)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """Somebody calls. first: serial of the moment at which another told of the same event, -1 for none."""

    at: datetime
    serial: int
    type: str
    first: int = -1


@dataclass(frozen=True, slots=True)
class Span:
    """years from the local day `start`, with `per_day` first calls in the mean."""

    start: date
    years: float
    per_day: float
    zone: ZoneInfo

    @property
    def days(self) -> int:
        return round(self.years * DAYS_IN_A_YEAR)


def moments(span: Span, seed: int, office: int) -> Iterator[Moment]:
    """All moments in order of time; a second call about one event waits in a heap until it is due."""
    waiting, serials = list[Moment](), count()
    for offset in range(span.days):
        day = span.start + timedelta(days=offset)
        chance = stream(seed, "calls", office, day)
        middle = (offset - span.days / 2) / DAYS_IN_A_YEAR
        for kind, at in _day(look_up(day, seed), middle, span, chance):
            for moment in _event(kind, at, serials, chance):
                heapq.heappush(waiting, moment)
        tomorrow = datetime.combine(day + timedelta(days=1), time(), span.zone)
        while waiting and waiting[0].at < tomorrow:
            yield heapq.heappop(waiting)


def _day(day: Day, middle: float, span: Span, chance: random.Random) -> Iterator[tuple[Kind, datetime]]:
    """First calls of one day. middle: years from the middle of the span, where growth is one."""
    hours = [
        (
            kind,
            hour,
            kind.rate(day.weekday, hour, day.day.month) * _growth(kind, middle) * day.factor(kind.code),
        )
        for kind in kinds()
        for hour in range(HOURS)
    ]
    rates = [rate for _, _, rate in hours]
    drawn = Weighted(hours, rates)
    for _ in range(poisson(chance, span.per_day * sum(rates) / usual_day())):
        kind, hour, _rate = drawn.draw(chance)
        local = datetime.combine(day.day, time(hour, chance.randrange(60), chance.randrange(60)), span.zone)
        yield kind, local.astimezone(UTC)


def _growth(kind: Kind, middle: float) -> float:
    return float(kind.rhythm.yearly_growth**middle)


@cache
def usual_day() -> float:
    """The sum of all rates on a mean day, by which the volume is scaled."""
    rates = (
        kind.rate(weekday, hour, month)
        for kind in kinds()
        for weekday in WEEKDAYS
        for hour in range(HOURS)
        for month in MONTHS
    )
    return sum(rates) / len(WEEKDAYS) / len(MONTHS)


def _event(kind: Kind, at: datetime, serials: Iterator[int], chance: random.Random) -> Iterator[Moment]:
    """The first call, and those of others who saw the same within the window of its type."""
    first = next(serials)
    yield Moment(at, first, kind.code)
    window_h = CATALOGUE[kind.code].same.window_h
    for _ in range(MOST_ECHOES):
        if chance.random() >= kind.again:
            return
        later = min(chance.expovariate(6 / window_h), 0.9 * window_h)
        yield Moment(at + timedelta(seconds=round(later * 3600) + 20), next(serials), kind.code, first)
