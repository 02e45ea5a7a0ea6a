"""Working days, and how far they are known. Whole local days in, whole local days out: no clock, no zone."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SATURDAY = 5
LONGEST_SEARCH = 366  # more days off in a row than any calendar holds

# A State Council notice has moved days as early as 29 December of the year before it (2008, 2019).
FIRST_DAY_A_NEXT_NOTICE_MAY_MOVE = (12, 29)


class CalendarError(ValueError):
    """The data of a calendar cannot be right. The message names the file."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which local days are worked.

    off_days: days off that the plain week would have worked. working_days: weekend days that are worked.
    known_years: years whose notice is out; in other years Saturdays and Sundays are off, and `certain` says no.
    source: where the data comes from, shown beside a term.
    """

    off_days: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()
    source: str = "plain weeks, Saturday and Sunday off"

    def is_working(self, day: date) -> bool:
        """Whether `day` is worked; a guess from the plain week where `certain(day)` is false."""
        if day in self.working_days:
            return True
        return day not in self.off_days and day.weekday() < SATURDAY

    def certain(self, day: date) -> bool:
        """Whether the notices that can change `day` are all out."""
        if day.year not in self.known_years:
            return False
        may_still_move = (day.month, day.day) >= FIRST_DAY_A_NEXT_NOTICE_MAY_MOVE
        return not may_still_move or day.year + 1 in self.known_years

    def certain_through(self, first: date, last: date) -> bool:
        """Whether every day from `first` to `last`, both included, is certain."""
        return all(self.certain(day) for day in _days(first, last))

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, not counting `day` itself.

        `count` 0 gives `day` where it is worked, else the next working day. Raises ValueError if negative.
        """
        if count < 0:
            raise ValueError("working days are counted forwards only")
        found = day if count else self.on_or_after(day)
        for _ in range(count):
            found = self.on_or_after(found + timedelta(days=1))
        return found

    def on_or_after(self, day: date) -> date:
        """`day` if it is worked, else the first working day after it."""
        for candidate in _days(day, day + timedelta(days=LONGEST_SEARCH)):
            if self.is_working(candidate):
                return candidate
        raise CalendarError(f"{self.source}: no working day within {LONGEST_SEARCH} days of {day}")

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; 0 where `last` is not later than `first`."""
        return sum(self.is_working(day) for day in _days(first + timedelta(days=1), last))


WEEKS = Calendar()


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def from_state_council(files: Iterable[Path], source: str) -> Calendar:
    """Calendar from the yearly JSON of holiday-cn: `{"year", "days": [{"name", "date", "isOffDay"}]}`.

    A year without days is one that is not announced yet. Raises CalendarError that names the file.
    """
    off: set[date] = set()
    working: set[date] = set()
    known: set[int] = set()
    for path in files:
        year, days = _read_year(path)
        off |= {day for day, is_off in days if is_off}
        working |= {day for day, is_off in days if not is_off}
        known |= {year} if days else set()
    if clash := off & working:
        raise CalendarError(f"{source}: {min(clash)} is both a day off and a working day")
    return Calendar(frozenset(off), frozenset(working), frozenset(known), source)


def _read_year(path: Path) -> tuple[int, list[tuple[date, bool]]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return int(content["year"]), [_read_day(day) for day in content["days"]]
    except (ValueError, KeyError, TypeError) as error:
        raise CalendarError(
            f"{path.name}: not a year of holidays ({type(error).__name__}: {error})"
        ) from error


def _read_day(day: dict[str, Any]) -> tuple[date, bool]:
    if not isinstance(day["isOffDay"], bool):
        raise TypeError(f"isOffDay of {day['date']} is not true or false")
    return date.fromisoformat(day["date"]), day["isOffDay"]
