"""Learn the rhythm of calls from real open data: `python -m koban.town.learn` rewrites `data/profile.json`.

Learned are volumes by kind, hour, weekday, month and year from Toronto's police data, and the days that cases stay
open from New York's constituent casework. Never learned: places, texts, persons.

Rounding is taken out first. Who does not know when something happened is booked at midnight or noon, on the first of
the month, or on New Year's Day: those hours and days are replaced by the mean of their neighbours.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from koban.town.names import DATA

INCIDENTS = DATA / "incidents"
PROFILE = DATA / "profile.json"
TORONTO = ("toronto-mci-train.csv.gz", "toronto-mci-test.csv.gz")
NEW_YORK = "cases-NYCC26-NYCC05.csv.gz"
FIRST_YEAR, LAST_YEAR = 2014, 2021
"""Earlier rows are old events reported late."""
TREND_YEARS = range(2014, 2020)
"""The two pandemic years say nothing about a trend."""
ROUNDED_HOURS = (0, 12)
HOURS, DAYS, MONTHS = 24, 7, 12
QUANTILES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
FEWEST_CASES = 300
KINDS = {
    "Assault": "assault", "Break and Enter": "burglary", "Auto Theft": "vehicle", "Robbery": "robbery",
    "Theft Over": "theft",
}  # fmt: skip
CASES = {
    "Housing and Buildings": "housing", "Transportation": "streets", "Parks": "parks", "Public Safety": "safety",
    "General Welfare": "welfare", "Sanitation": "sanitation", "Quality of Life": "nuisance", "Health": "health",
    "Legal Services": "legal", "Utilities": "utilities", "Consumer Affairs": "consumer", "Aging": "aging",
}  # fmt: skip


Event = tuple[date, int, str]
"""Local day, local hour, kind."""


def toronto() -> Iterator[Event]:
    """Rows of both halves. The time stamp is local midnight told in UTC, so its date is the local day."""
    for name in TORONTO:
        with gzip.open(INCIDENTS / name, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                day = date(*(int(part) for part in row["occurrencedate"][:10].split("/")))
                if FIRST_YEAR <= day.year <= LAST_YEAR:
                    yield day, int(row["occurrencehour"]), KINDS[row["MCI"]]


def new_york() -> Iterator[tuple[str, date, date | None]]:
    """(kind, opened, closed or None) of the cases whose kind is worth learning."""
    with gzip.open(INCIDENTS / NEW_YORK, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["complaint_type"] in CASES:
                closed = date.fromisoformat(row["closedate"]) if row["closedate"] else None
                yield CASES[row["complaint_type"]], date.fromisoformat(row["opendate"]), closed


def without_rounded_hours(week: Sequence[float]) -> list[float]:
    """168 counts, Monday midnight first, with hours 0 and 12 of each day replaced by the mean of their neighbours."""
    mended = list(week)
    for i in range(len(week)):
        if i % HOURS in ROUNDED_HOURS:
            mended[i] = (week[i - 1] + week[(i + 1) % len(week)]) / 2
    return mended


def without_rounded_days(days: Mapping[date, int]) -> dict[date, float]:
    """Counts by day with the first of each month replaced by the mean of the days before and after it."""
    mended: dict[date, float] = dict(days)
    for day in days:
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        if day.day == 1:
            around = [days[other] for other in (before, after) if other in days]
            mended[day] = sum(around) / len(around) if around else days[day]
    return mended


def shares(counts: Sequence[float]) -> list[float]:
    """The counts as factors around one, to four digits."""
    mean = sum(counts) / len(counts)
    return [round(count / mean, 4) for count in counts]


def by_month(days: Mapping[date, float]) -> list[float]:
    """Factor of each month, January first, for the mean day in it: a short February is not a quiet one."""
    total, count = [0.0] * MONTHS, [0] * MONTHS
    for day, number in days.items():
        total[day.month - 1] += number
        count[day.month - 1] += 1
    return shares([events / max(1, seen) for events, seen in zip(total, count, strict=True)])


def trend(days: Mapping[date, float]) -> float:
    """Growth in one year as a factor, by least squares over the logarithms of the yearly sums."""
    years = [year for year in TREND_YEARS if any(day.year == year for day in days)]
    sums = [math.log(sum(count for day, count in days.items() if day.year == year)) for year in years]
    middle, level = sum(years) / len(years), sum(sums) / len(sums)
    spread = sum((year - middle) ** 2 for year in years)
    slope = sum((year - middle) * (value - level) for year, value in zip(years, sums, strict=True)) / (
        spread or 1
    )
    return round(math.exp(slope), 4)


def volumes(events: Iterable[Event]) -> dict[str, dict[str, object]]:
    """For each kind: its share, its week of 168 hours, its months, and its yearly growth."""
    week: dict[str, list[float]] = defaultdict(lambda: [0.0] * (DAYS * HOURS))
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for day, hour, kind in events:
        week[kind][day.weekday() * HOURS + hour] += 1
        days[kind][day] += 1
    total = sum(sum(hours) for hours in week.values())
    return {kind: _volume(week[kind], days[kind], total) for kind in sorted(week)}


def _volume(week: Sequence[float], days: Mapping[date, int], total: float) -> dict[str, object]:
    smooth = without_rounded_days(days)
    return {
        "share": round(sum(week) / total, 4),
        "week": shares(without_rounded_hours(week)),
        "month": by_month(smooth),
        "yearly_growth": trend(smooth),
    }


def durations(cases: Iterable[tuple[str, date, date | None]]) -> dict[str, dict[str, object]]:
    """For each kind: how many cases, and quantiles of the days until they closed.

    Their weekdays are not learned: they are the hours of that council's staff, not of the people who ask.
    """
    count: Counter[str] = Counter()
    closed: dict[str, list[int]] = defaultdict(list)
    for kind, start, end in cases:
        count[kind] += 1
        if end is not None and end >= start:
            closed[kind].append((end - start).days)
    kinds = sorted(kind for kind, days in closed.items() if len(days) >= FEWEST_CASES)
    return {kind: _duration(count[kind], closed[kind]) for kind in kinds}


def _duration(cases: int, closed: Sequence[int]) -> dict[str, object]:
    order = sorted(closed)
    return {"cases": cases, "days_to_close": {str(q): order[int(q * len(order))] for q in QUANTILES}}


def main(path: Path = PROFILE) -> None:
    """Read the real sets, write the profile."""
    learned = {
        "source": "Toronto Police Service, Major Crime Indicators 2014-2021 (Open Government Licence - Ontario); "
        "New York City Council, CouncilStat 2015-2023 (NYC Open Data). See incidents/ and README.md.",
        "volumes": volumes(toronto()),
        "durations": durations(new_york()),
    }
    path.write_text(json.dumps(learned, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
