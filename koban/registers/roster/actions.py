"""Everything that changes the roster. Each takes who and when, and writes its page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib import rota
from koban.lib.errors import Refused
from koban.registers.roster.models import Attendance, HandOver, Outing, Pattern, Shift, TeamMember
from koban.registers.roster.promises import open_promises
from koban.registers.roster.queries import role_of

PATTERNS: dict[str, Callable[[date], rota.Pattern]] = {
    "one_and_six": rota.one_and_six,
    "three_watches": rota.three_watches,
}
TEAMS = ("officer", "A", "B", "C")
LONGEST = timedelta(hours=36)


@transaction.atomic
def enter_shift(
    post: Post,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: Actor,
    at: datetime,
    on_call: bool = False,
    note: str = "",
) -> Shift:
    """Enter one shift by hand. Raises Refused if it ends before it starts, is too long, or overlaps another."""
    require(by, "roster.plan")
    if ends_at <= starts_at:
        raise Refused(_("A shift must end after it starts."))
    if ends_at - starts_at > LONGEST:
        raise Refused(_("This shift is longer than a day and a half. Enter two shifts."))
    shift = Shift(
        post=post,
        role=role_of(post),
        starts_at=starts_at,
        ends_at=ends_at,
        on_call=on_call,
        note=note.strip(),
    )
    _refuse_overlap(shift)
    shift.save(force_insert=True)
    facts = {
        "post": str(post.pk),
        "from": starts_at.isoformat(),
        "to": ends_at.isoformat(),
        "on_call": on_call,
    }
    book.write("roster.enter", by=by, at=at, subject=shift, facts=facts, rows=[shift])
    return shift


def _refuse_overlap(shift: Shift) -> None:
    others = (
        Shift.objects.select_for_update().touching(shift.starts_at, shift.ends_at).filter(post=shift.post)
    )
    if others.filter(on_call=shift.on_call).exists():
        raise Refused(_("This member already has a shift in that time. Cancel it first."))


@transaction.atomic
def cancel_shift(shift: Shift, *, by: Actor, at: datetime) -> Shift:
    """Take a shift out of the plan; it stays in the table. Cancelling it again changes nothing."""
    require(by, "roster.plan")
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.cancelled_at:
        return shift
    if shift.ends_at <= at:
        raise Refused(_("This shift is over and stays as it was."))
    shift.cancelled_at = at
    shift.save(update_fields=["cancelled_at"])
    book.write("roster.cancel", by=by, at=at, subject=shift, facts={"post": str(shift.post_id)}, rows=[shift])
    return shift


@transaction.atomic
def set_pattern(key: str, anchor: date, teams: Mapping[Post, str], *, by: Actor, at: datetime) -> Pattern:
    """Set the rotation and who stands in which team. Raises Refused for an unknown pattern, team or empty team."""
    require(by, "roster.plan")
    if key not in PATTERNS:
        raise Refused(_("Choose a pattern."))
    if missing := [team for team in TEAMS if team not in teams.values()]:
        raise Refused(format_lazy(_("Nobody is in team {team}: each team needs somebody."), team=missing[0]))
    if set(teams.values()) - set(TEAMS):
        raise Refused(_("Choose a team for everybody."))
    pattern = Pattern.objects.create(key=key, anchor=anchor, at=at)
    members = TeamMember.objects.bulk_create(
        TeamMember(pattern=pattern, post=post, team=team) for post, team in teams.items()
    )
    facts = {"pattern": key, "anchor": anchor.isoformat()}
    book.write("roster.pattern", by=by, at=at, subject=pattern, facts=facts, rows=[pattern, *members])
    return pattern


@transaction.atomic
def plan(first: date, last: date, *, by: Actor, at: datetime, station: Station) -> list[Shift]:
    """Make the shifts of the local days from `first` to `last` from the newest pattern.

    What was entered or signed by hand stays; what is there already is not made twice; the past is not planned.
    """
    require(by, "roster.plan")
    pattern = Pattern.objects.order_by("-at").first()
    if pattern is None:
        raise Refused(_("Set a pattern first: who stands in which team."))
    if last < first:
        raise Refused(_("The last day lies before the first."))
    wanted = _expanded(pattern, first, last, ZoneInfo(station.tz))
    made: list[Shift] = Shift.objects.bulk_create(_fresh([shift for shift in wanted if shift.ends_at > at]))
    facts = {"first": first.isoformat(), "last": last.isoformat(), "shifts": len(made)}
    book.write("roster.plan", by=by, at=at, subject=pattern, facts=facts, rows=made)
    return made


def _expanded(pattern: Pattern, first: date, last: date, tz: ZoneInfo) -> list[Shift]:
    teams = {str(member.post_id): member for member in pattern.members.select_related("post")}
    members = [
        rota.Member(key, rota.Role(role_of(member.post)), member.team) for key, member in teams.items()
    ]
    shifts = rota.expand(PATTERNS[pattern.key](pattern.anchor), members, first, last, tz)
    return [
        Shift(
            post=teams[shift.member].post, role=shift.role.value, starts_at=shift.starts_at, ends_at=shift.ends_at,
            on_call=shift.on_call, source=Shift.Source.PATTERN,
        )
        for shift in shifts
    ]  # fmt: skip


def _fresh(wanted: Sequence[Shift]) -> list[Shift]:
    if not wanted:
        return []
    first, last = min(s.starts_at for s in wanted), max(s.ends_at for s in wanted)
    there = list(Shift.objects.touching(first, last))
    return [shift for shift in wanted if not any(_overlap(shift, other) for other in there)]


def _overlap(a: Shift, b: Shift) -> bool:
    return (
        a.post_id == b.post_id
        and a.starts_at < b.ends_at
        and b.starts_at < a.ends_at
        and a.on_call == b.on_call
    )


@transaction.atomic
def sign_on(post: Post, *, by: Actor, at: datetime) -> Attendance:
    """Somebody starts duty. Signing on again changes nothing."""
    require(by, "roster.sign")
    running: Attendance | None = Attendance.objects.select_for_update().running().filter(post=post).first()
    if running:
        return running
    attendance: Attendance = Attendance.objects.create(post=post, role=role_of(post), signed_on_at=at)
    book.write(
        "roster.sign_on", by=by, at=at, subject=attendance, facts={"post": str(post.pk)}, rows=[attendance]
    )
    return attendance


@transaction.atomic
def sign_off(post: Post, *, by: Actor, at: datetime) -> Attendance:
    """Somebody ends duty; an outing that still runs ends with it. Raises Refused for who is not signed on."""
    require(by, "roster.sign")
    attendance: Attendance | None = Attendance.objects.select_for_update().running().filter(post=post).first()
    if attendance is None:
        raise Refused(_("You are not signed on."))
    attendance.signed_off_at = max(at, attendance.signed_on_at)
    attendance.save(update_fields=["signed_off_at"])
    rows = [attendance, *_end_outings(post, at)]
    book.write("roster.sign_off", by=by, at=at, subject=attendance, facts={"post": str(post.pk)}, rows=rows)
    return attendance


@transaction.atomic
def go_out(post: Post, why: str, back_at: datetime, *, by: Actor, at: datetime) -> Outing:
    """Leave the office for a while; the sign on the door counts without this member. Signs on who was not."""
    require(by, "roster.sign")
    if why not in Outing.Why.values:
        raise Refused(_("Say why you go out."))
    if back_at <= at:
        raise Refused(_("Say when you will be back; that time is already over."))
    rows = [sign_on(post, by=by, at=at), *_end_outings(post, at)]
    outing: Outing = Outing.objects.create(post=post, why=why, left_at=at, back_at=back_at)
    facts = {"post": str(post.pk), "why": why, "back": back_at.isoformat()}
    book.write("roster.go_out", by=by, at=at, subject=outing, facts=facts, rows=[outing, *rows])
    return outing


@transaction.atomic
def come_back(post: Post, *, by: Actor, at: datetime) -> list[Outing]:
    """Be in again. Coming back twice changes nothing."""
    require(by, "roster.sign")
    ended = _end_outings(post, at)
    if ended:
        book.write(
            "roster.come_back", by=by, at=at, subject=ended[0], facts={"post": str(post.pk)}, rows=ended
        )
    return ended


def _end_outings(post: Post, at: datetime) -> list[Outing]:
    running = list(Outing.objects.select_for_update().running().filter(post=post))
    for outing in running:
        outing.returned_at = max(at, outing.left_at)
        outing.save(update_fields=["returned_at"])
    return running


@transaction.atomic
def hand_over(text: str, *, by: Actor, at: datetime) -> HandOver:
    """Write the note for the next shift; the open promises are added by themselves."""
    require(by, "roster.hand_over")
    promises = open_promises(at)
    if not (text.strip() or promises):
        raise Refused(_("Write what the next shift must know, or that there is nothing."))
    note = HandOver.objects.create(
        by_post_id=by.post_id, label=by.label, at=at, text=text.strip(), promises=promises
    )
    book.write("roster.hand_over", by=by, at=at, subject=note, facts={"promises": len(promises)}, rows=[note])
    return note


@transaction.atomic
def take_over(note: HandOver, *, by: Actor, at: datetime) -> HandOver:
    """The next shift has read the note. Raises Refused for its own writer. Taking it twice changes nothing."""
    require(by, "roster.hand_over")
    note = HandOver.objects.select_for_update().get(pk=note.pk)
    if note.taken_at:
        return note
    if note.by_post_id == by.post_id:
        raise Refused(_("Somebody else takes over: this note is your own."))
    note.taken_by_id, note.taken_label, note.taken_at = by.post_id, by.label, at
    note.save(update_fields=["taken_by", "taken_label", "taken_at"])
    book.write("roster.take_over", by=by, at=at, subject=note, rows=[note])
    return note
