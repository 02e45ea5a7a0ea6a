"""Who is in, now and for the next days: shifts from a rotating pattern, coverage, gaps and rest.

Instants are aware datetimes, reported in UTC; watches are written in local wall time, so a night shift lasts
11 or 13 hours when the clocks change, and two watches that meet on the clock also meet in time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from koban.lib.sentence import gettext_noop

DAY = timedelta(days=1)


class Role(StrEnum):
    """What a member may do: only the sworn decide and act in law."""

    SWORN = "sworn"
    AUXILIARY = "auxiliary"


@dataclass(frozen=True, slots=True)
class Shift:
    """One member's duty, half open: `starts_at` belongs to it, `ends_at` does not.

    member: any key of the member. on_call: not in the office but reachable and near (the live-in officer).
    Raises ValueError if it does not end after it starts, or if an instant has no zone.
    """

    member: str
    role: Role
    starts_at: datetime
    ends_at: datetime
    on_call: bool = False

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a shift needs instants with a zone")
        if self.ends_at <= self.starts_at:
            raise ValueError("a shift must end after it starts")

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Watch:
    """A stretch of the day in local wall time; one that ends at or before its start ends on the next day."""

    key: str
    starts: time
    ends: time

    def on(self, day: date, tz: tzinfo) -> tuple[datetime, datetime]:
        """The watch of local `day` as two instants in UTC."""
        last = day if self.ends > self.starts else day + DAY
        return _instant(day, self.starts, tz), _instant(last, self.ends, tz)


def _instant(day: date, clock: time, tz: tzinfo) -> datetime:
    return datetime.combine(day, clock, tz).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """In a cycle day: `team` stands `watch`, in the office or on call."""

    watch: str
    team: str
    on_call: bool = False


@dataclass(frozen=True)
class Pattern:
    """A rotation as a table: row n holds the turns of every day whose distance from `anchor` is n modulo rows.

    Raises ValueError if a turn names an unknown watch.
    """

    watches: tuple[Watch, ...]
    cycle: tuple[tuple[Turn, ...], ...]
    anchor: date

    def __post_init__(self) -> None:
        known = {watch.key for watch in self.watches}
        named = {turn.watch for row in self.cycle for turn in row}
        if not self.cycle or named - known:
            raise ValueError(f"the pattern has no rows or names unknown watches: {sorted(named - known)}")

    def turns_on(self, day: date) -> tuple[Turn, ...]:
        return self.cycle[(day - self.anchor).days % len(self.cycle)]


@dataclass(frozen=True, slots=True)
class Member:
    key: str
    role: Role
    team: str


def one_and_six(anchor: date) -> Pattern:
    """One officer and six auxiliaries in three pairs: day, night, off; two are always in.

    The officer (team "officer") is in by day and on call by night, because the officer lives on the beat.
    Pairs are the teams "A", "B", "C"; between two watches of a pair lie 24 hours.
    """
    day, night = Watch("day", time(8), time(20)), Watch("night", time(20), time(8))
    officer = (Turn("day", "officer"), Turn("night", "officer", on_call=True))
    pairs = (("A", "C"), ("B", "A"), ("C", "B"))
    cycle = tuple((Turn("day", d), Turn("night", n), *officer) for d, n in pairs)
    return Pattern((day, night), cycle, anchor)


def three_watches(anchor: date) -> Pattern:
    """Day, evening and night by pairs, turning backwards every day; the officer is in by day, else on call."""
    clocks = {"day": (8, 16), "evening": (16, 0), "night": (0, 8)}
    watches = tuple(Watch(key, time(start), time(end)) for key, (start, end) in clocks.items())
    officer = tuple(Turn(key, "officer", on_call=key != "day") for key in clocks)
    rows = (("C", "B", "A"), ("B", "A", "C"), ("A", "C", "B"))
    cycle = tuple((*(Turn(k, t) for k, t in zip(clocks, row, strict=True)), *officer) for row in rows)
    return Pattern(watches, cycle, anchor)


def expand(pattern: Pattern, members: Iterable[Member], first: date, last: date, tz: tzinfo) -> list[Shift]:
    """The shifts of all local days from `first` to `last`, both counted, by start and member."""
    teams: dict[str, list[Member]] = {}
    for member in members:
        teams.setdefault(member.team, []).append(member)
    days = (first + DAY * n for n in range((last - first).days + 1))
    shifts = [shift for day in days for shift in _shifts_on(pattern, teams, day, tz)]
    return sorted(shifts, key=lambda shift: (shift.starts_at, shift.member))


def _shifts_on(pattern: Pattern, teams: dict[str, list[Member]], day: date, tz: tzinfo) -> Iterator[Shift]:
    watches = {watch.key: watch for watch in pattern.watches}
    for turn in pattern.turns_on(day):
        starts_at, ends_at = watches[turn.watch].on(day, tz)
        for member in teams.get(turn.team, []):
            # A watch inside the hour that the clocks skip has no length that day.
            if starts_at < ends_at:
                yield Shift(member.key, member.role, starts_at, ends_at, turn.on_call)


@dataclass(frozen=True, slots=True)
class Absence:
    """A member signed out: not in from `starts_at` until `ends_at`."""

    member: str
    starts_at: datetime
    ends_at: datetime


def without(shifts: Iterable[Shift], absences: Sequence[Absence]) -> list[Shift]:
    """The shifts with the absences cut out of them; a shift may fall into several pieces or vanish."""
    pieces = list(shifts)
    for absence in absences:
        pieces = [piece for shift in pieces for piece in _cut(shift, absence)]
    return pieces


def _cut(shift: Shift, gone: Absence) -> Iterator[Shift]:
    if gone.member != shift.member or gone.ends_at <= shift.starts_at or gone.starts_at >= shift.ends_at:
        yield shift
        return
    if shift.starts_at < gone.starts_at:
        yield replace(shift, ends_at=gone.starts_at)
    if gone.ends_at < shift.ends_at:
        yield replace(shift, starts_at=gone.ends_at)


NOBODY = gettext_noop("Nobody is on duty.")
NO_OFFICER = gettext_noop("No officer can be reached; auxiliaries may not act alone.")
COVERED = gettext_noop("Covered.")


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch in which the same people are on duty.

    on_duty: members in the office. on_call: members who can be called out. why: a msgid for the reader.
    """

    starts_at: datetime
    ends_at: datetime
    on_duty: tuple[str, ...]
    on_call: tuple[str, ...]
    sworn_reachable: bool
    ok: bool
    why: str


def coverage(shifts: Iterable[Shift], now: datetime, hours: float = 72) -> list[Interval]:
    """Who is on duty from `now` for `hours`, without holes between the intervals.

    An interval is ok if somebody is in the office and a sworn officer is in or on call
    (auxiliaries may not act alone, CN-AUX-1).
    """
    start = now.astimezone(UTC)
    end = start + timedelta(hours=hours)
    near = [shift for shift in shifts if shift.starts_at < end and shift.ends_at > start]
    edges = {start, end} | {_utc(e) for s in near for e in (s.starts_at, s.ends_at) if start < e < end}
    return _merged(_interval(near, a, b) for a, b in pairwise(sorted(edges)))


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _interval(shifts: Sequence[Shift], start: datetime, end: datetime) -> Interval:
    here = [shift for shift in shifts if shift.covers(start)]
    on_duty = tuple(sorted({shift.member for shift in here if not shift.on_call}))
    on_call = tuple(sorted({shift.member for shift in here if shift.on_call} - set(on_duty)))
    sworn = any(shift.role is Role.SWORN for shift in here)
    why = NOBODY if not on_duty else COVERED if sworn else NO_OFFICER
    return Interval(start, end, on_duty, on_call, sworn, why == COVERED, why)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for interval in intervals:
        if merged and _same_people(merged[-1], interval):
            merged[-1] = replace(merged[-1], ends_at=interval.ends_at)
        else:
            merged.append(interval)
    return merged


def _same_people(a: Interval, b: Interval) -> bool:
    return (a.on_duty, a.on_call, a.sworn_reachable) == (b.on_duty, b.on_call, b.sworn_reachable)


def gaps(intervals: Iterable[Interval]) -> list[Interval]:
    """The intervals in which the promise of an open office does not hold."""
    return [interval for interval in intervals if not interval.ok]


@dataclass(frozen=True, slots=True)
class Presence:
    """is_in: somebody is in the office now. changes_at: when that changes, None if not within the horizon."""

    is_in: bool
    changes_at: datetime | None


def presence(shifts: Iterable[Shift], now: datetime, hours: float = 72) -> Presence:
    """What the sign on the door says at `now`; looks `hours` ahead for the next change."""
    intervals = coverage(shifts, now, hours)
    is_in = bool(intervals and intervals[0].on_duty)
    changes = (interval.starts_at for interval in intervals if bool(interval.on_duty) != is_in)
    return Presence(is_in, next(changes, None))


@dataclass(frozen=True, slots=True)
class ShortRest:
    """Between `earlier` and `later` the same member has only `rest`."""

    earlier: Shift
    later: Shift
    rest: timedelta


def short_rests(shifts: Iterable[Shift], least: timedelta) -> list[ShortRest]:
    """Where a member rests less than `least` between two shifts in the office; overlaps show a negative rest.

    Being on call is not counted as work. Shifts that meet without a pause count as one.
    """
    found: list[ShortRest] = []
    for worked in _by_member(shifts).values():
        for earlier, later in pairwise(worked):
            rest = later.starts_at - earlier.ends_at
            if rest and rest < least:
                found.append(ShortRest(earlier, later, rest))
    return found


def _by_member(shifts: Iterable[Shift]) -> dict[str, list[Shift]]:
    members: dict[str, list[Shift]] = {}
    for shift in sorted(shifts, key=lambda shift: (shift.starts_at, shift.ends_at)):
        if not shift.on_call:
            members.setdefault(shift.member, []).append(shift)
    return members
