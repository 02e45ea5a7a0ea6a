"""How long a clause gives, from when to when. Pure.

Minutes and hours run exactly. Days, months and years end with the local day, and the day of the start is not
counted (公安机关办理行政案件程序规定 art. 35; the other laws in the packs count alike).
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from koban.kernel.law.clauses import Clause, Ends, Unit
from koban.kernel.law.lookup import clause
from koban.kernel.law.packs import load
from koban.lib.calendar import Calendar

EXACT: dict[Unit | None, timedelta] = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}
END_OF_DAY = time(23, 59, 59)


class NotATerm(ValueError):
    """The clause sets no time."""


@dataclass(frozen=True, slots=True)
class Term:
    """The time that `clause` gives.

    starts_at, due_at: instants in the zone of the term. `due_at` is the last second that is still in time.
    provisional: it rests on days off not announced yet. moved: its last day was a day off, so it ends later.
    """

    clause: Clause
    starts_at: datetime
    due_at: datetime
    provisional: bool = False
    moved: bool = False

    @property
    def due_on(self) -> date:
        """The last local day."""
        return self.due_at.date()

    def is_late(self, at: datetime) -> bool:
        """Whether the instant `at` is past the end. The last second itself is in time, all of it."""
        return at >= self.due_at + timedelta(seconds=1) if self.ends_with_a_day else at > self.due_at

    @property
    def ends_with_a_day(self) -> bool:
        """Whether it ends with a local day and not at a minute of its own: show the date alone."""
        return self.clause.unit not in EXACT


def term(id: str, start: datetime, *, pack: str = "cn", tz: tzinfo | str, on: date | None = None) -> Term:
    """The term that clause `id` of `pack` gives from `start`.

    start: aware instant. tz: the station's zone. on: local day whose law holds, else the day of `start`.
    Raises NoClause, NotATerm, and ValueError for a naive `start`.
    """
    if start.tzinfo is None:
        raise ValueError("a term starts at an instant with a zone")
    local = start.astimezone(ZoneInfo(tz) if isinstance(tz, str) else tz)
    return measure(clause(id, pack, on=on or local.date()), local, load(pack).calendar)


def measure(rule: Clause, start: datetime, calendar: Calendar) -> Term:
    """The term of `rule` from `start`, an aware instant in the zone whose days count. Raises NotATerm."""
    if rule.unit in EXACT:
        # Through UTC, so that 24 hours stay 24 hours when the clocks change.
        due = start.astimezone(UTC) + rule.value * EXACT[rule.unit]
        return Term(rule, start, due.astimezone(start.tzinfo))
    if rule.unit in LAST_DAY:
        return _whole_days(rule, start, LAST_DAY[rule.unit](start.date(), rule.value, calendar), calendar)
    raise NotATerm(f"{rule.id} sets no time")


def _whole_days(rule: Clause, start: datetime, counted: date, calendar: Calendar) -> Term:
    rolls = rule.ends is Ends.NEXT_WORKING_DAY
    last = calendar.on_or_after(counted) if rolls else counted
    by_working_days = rule.unit is Unit.WORKING_DAYS
    asked = start.date() + timedelta(days=1) if by_working_days else counted
    provisional = (rolls or by_working_days) and not calendar.certain_through(asked, last)
    due = datetime.combine(last, END_OF_DAY, start.tzinfo)
    return Term(rule, start, due, provisional, moved=last != counted)


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


LAST_DAY: dict[Unit | None, Callable[[date, int, Calendar], date]] = {
    Unit.DAYS: lambda day, count, _: day + timedelta(days=count),
    Unit.WORKING_DAYS: lambda day, count, calendar: calendar.add(day, count),
    Unit.MONTHS: lambda day, count, _: months_after(day, count),
    Unit.YEARS: lambda day, count, _: months_after(day, 12 * count),
}
