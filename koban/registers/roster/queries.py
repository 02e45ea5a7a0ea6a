"""Who is on duty, who can be reached, and for how long somebody will be in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from koban.kernel import law
from koban.kernel.access.models import Post
from koban.kernel.stations.models import Station
from koban.lib import rota
from koban.lib.rota import Absence, Interval, Presence
from koban.registers.roster.absent import Away, away
from koban.registers.roster.models import Attendance, HandOver, Outing, Shift

COVER_AHEAD = "OFFICE-COVER-4"
SWORN_ROLES = frozenset({"officer", "chief"})
# A shift that runs is looked for this far back: no watch is longer than a day and a half.
LONGEST_SHIFT = timedelta(hours=36)
# Who is still signed on this long after the end of the shift forgot to sign off: the door must not lie.
OVERTIME = timedelta(hours=1)


def role_of(post: Post) -> str:
    """sworn or auxiliary, as coverage counts them."""
    return Shift.Role.SWORN if post.role in SWORN_ROLES else Shift.Role.AUXILIARY


@dataclass(frozen=True, slots=True)
class Standing:
    """A member of the team now. status: "in", "out", "planned" (meant to be in, not signed on) or "on_call".

    until: end of the shift, None without one. back_at: for "out", when the member means to be back, None on a task.
    """

    post: Post
    status: str
    is_sworn: bool
    until: datetime | None = None
    back_at: datetime | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return self.post.badge or self.post.title or self.post.role

    def is_late_back(self, now: datetime) -> bool:
        return self.back_at is not None and self.back_at < now


@dataclass(frozen=True, slots=True)
class Door:
    """The sign: presence, and whether somebody signed on or only the roster says so.

    back_soon: everybody on duty is out on a task; nobody knows when the first is back, but it will not be long.
    """

    presence: Presence
    confirmed: bool
    back_soon: bool = False

    @property
    def is_in(self) -> bool:
        return self.presence.is_in


class Book:
    """Shifts, attendances and outings around a stretch of time, read once (three queries)."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        shifts = Shift.objects.touching(start - LONGEST_SHIFT, end).select_related("post", "post__account")
        self.near = list(shifts.order_by("starts_at", "id"))
        self.shifts = [shift for shift in self.near if shift.ends_at > start]
        attendances = Attendance.objects.touching(start - LONGEST_SHIFT, end)
        self.attendances = list(attendances.select_related("post", "post__account").order_by("signed_on_at"))
        self.outings = list(Outing.objects.touching(start, end).order_by("left_at"))

    def signed_on(self) -> dict[UUID, Attendance]:
        """Who is signed on, without those who evidently forgot to sign off."""
        return {a.post_id: a for a in self.attendances if a.signed_off_at is None and not self._forgotten(a)}

    def _forgotten(self, attendance: Attendance) -> bool:
        theirs = [s for s in self.near if s.post_id == attendance.post_id and not s.on_call]
        if any(shift.starts_at <= self.start < shift.ends_at for shift in theirs):
            return False
        ended = [s.ends_at for s in theirs if attendance.signed_on_at < s.ends_at <= self.start]
        last = max(ended, default=attendance.signed_on_at + LONGEST_SHIFT)
        return self.start > last + OVERTIME

    def planned(self) -> list[rota.Shift]:
        return [_rota(s.post_id, s.role, s.starts_at, s.ends_at, s.on_call) for s in self.shifts]

    def effective(self, away: Iterable[Away] = ()) -> list[rota.Shift]:
        """The plan, corrected by what people signed: who signed off early is gone, who came unplanned is there.

        away: on a task, which is duty and no gap in the cover, but leaves the office empty: the door needs it.
        """
        tasks = [Absence(str(one.post_id), one.since, self.end) for one in away]
        gone = [*self.signed_off(), *self._out(), *tasks]
        return rota.without([*self.planned(), *self._unplanned()], gone)

    def _unplanned(self) -> list[rota.Shift]:
        planned = {s.post_id for s in self.shifts if not s.on_call and s.starts_at <= self.start}
        # Nobody knows when they will leave: they count for the next hour, not for the days ahead.
        until = self.start + OVERTIME
        signed = self.signed_on().values()
        return [
            _rota(a.post_id, a.role, a.signed_on_at, until, False) for a in signed if a.post_id not in planned
        ]

    def signed_off(self) -> list[Absence]:
        """The rest of each shift whose member signed off before its end."""
        left = [(shift, self._left_within(shift)) for shift in self.shifts if not shift.on_call]
        return [Absence(str(shift.post_id), at, shift.ends_at) for shift, at in left if at is not None]

    def _left_within(self, shift: Shift) -> datetime | None:
        theirs = [a for a in self.attendances if a.post_id == shift.post_id]
        if any(a.signed_off_at is None for a in theirs):
            return None
        left = [a.signed_off_at for a in theirs if a.signed_off_at]
        return next((at for at in reversed(left) if shift.starts_at <= at < shift.ends_at), None)

    def _out(self) -> list[Absence]:
        # Who is late back is still out: the time they named has passed, they have not come.
        soon = self.start + timedelta(minutes=1)
        return [
            Absence(str(o.post_id), o.left_at, o.returned_at or max(o.back_at, soon)) for o in self.outings
        ]


def _rota(post_id: UUID, role: str, starts_at: datetime, ends_at: datetime, on_call: bool) -> rota.Shift:
    return rota.Shift(str(post_id), rota.Role(role), starts_at, ends_at, on_call)


def on_duty(at: datetime) -> list[Standing]:
    """Everybody on duty or on call at `at`: who is in first, officers before auxiliaries (four queries)."""
    book, tasks = Book(at, at + timedelta(minutes=1)), away(at)
    order = {"in": 0, "out": 1, "planned": 2, "on_call": 3}
    found = [_standing(book, post, shift, tasks.get(post.pk)) for post, shift in _posts(book)]
    return sorted(found, key=lambda standing: (order[standing.status], not standing.is_sworn, standing.label))


def _posts(book: Book) -> Iterable[tuple[Post, Shift | None]]:
    shifts = sorted(
        book.shifts, key=lambda shift: not shift.on_call
    )  # being in the office wins over being on call
    by_post: dict[UUID, tuple[Post, Shift | None]] = {}
    for shift in shifts:
        by_post.setdefault(shift.post_id, (shift.post, shift))
    for attendance in book.signed_on().values():
        by_post.setdefault(attendance.post_id, (attendance.post, None))
    gone = {absence.member for absence in book.signed_off() if absence.starts_at <= book.start}
    return [pair for post_id, pair in by_post.items() if str(post_id) not in gone]


def _standing(book: Book, post: Post, shift: Shift | None, task: Away | None) -> Standing:
    out = next((o for o in book.outings if o.post_id == post.pk and o.returned_at is None), None)
    signed = post.pk in book.signed_on()
    until, sworn = shift.ends_at if shift else None, post.role in SWORN_ROLES
    if out:
        return Standing(post, "out", sworn, until, out.back_at, str(out.get_why_display()))
    if task:
        return Standing(post, "out", sworn, until, why=str(task.why))
    if signed:
        return Standing(post, "in", sworn, until)
    return Standing(post, "on_call" if shift and shift.on_call else "planned", sworn, until)


def cover_hours(station: Station, at: datetime) -> int:
    """How far ahead coverage is shown, in hours, by the clause OFFICE-COVER-4."""
    return law.clause(COVER_AHEAD, station.pack, on=at.date()).value


def coverage_72h(station: Station, at: datetime) -> list[Interval]:
    """Who covers the next days (hours by the pack, 72), from the plan and from what people signed."""
    hours = cover_hours(station, at)
    return rota.coverage(Book(at, at + timedelta(hours=hours)).effective(), at, hours)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the coverage strip. count: people in the office; gap: the promise does not hold in part of it."""

    at: datetime
    count: int
    gap: bool
    why: str


def by_hour(intervals: Sequence[Interval]) -> list[Hour]:
    """Coverage cut into clock hours; an hour shows its worst moment."""
    if not intervals:
        return []
    start = intervals[0].starts_at.replace(minute=0, second=0, microsecond=0)
    hours = int((intervals[-1].ends_at - start) / timedelta(hours=1) + 0.999)
    return [_hour(intervals, start + timedelta(hours=n)) for n in range(hours)]


def _hour(intervals: Sequence[Interval], at: datetime) -> Hour:
    touched = [i for i in intervals if i.starts_at < at + timedelta(hours=1) and i.ends_at > at]
    worst = min(touched, key=lambda i: (i.ok, len(i.on_duty)))
    return Hour(at, min(len(i.on_duty) for i in touched), not worst.ok, worst.why)


def someone_is_in(station: Station, at: datetime) -> Door:
    """What the sign on the door and the public page say (four queries)."""
    hours, tasks = cover_hours(station, at), away(at)
    book = Book(at, at + timedelta(hours=hours))
    out = {o.post_id for o in book.outings if o.returned_at is None}
    confirmed = bool(set(book.signed_on()) - out - set(tasks))
    found = rota.presence(book.effective(tasks.values()), at, hours)
    if not found.is_in and rota.presence(book.effective(), at, hours).is_in:
        return Door(Presence(False, None), confirmed, back_soon=True)
    return Door(found, confirmed)


def is_sworn_reachable(at: datetime) -> bool:
    """Whether an officer is in, out on duty, or on call: what CN-AUX-1 asks for behind every auxiliary."""
    return any(standing.is_sworn for standing in on_duty(at))


def posts_of_team(station: Station, today: date) -> list[Post]:
    """Officers and auxiliaries who hold a post here today."""
    held = Post.objects.held(today).filter(station=station, role__in=["officer", "auxiliary"])
    return list(held.select_related("account").order_by("-role", "badge"))


def latest_hand_over() -> HandOver | None:
    return HandOver.objects.order_by("-at").first()
