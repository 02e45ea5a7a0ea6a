"""Shifts, attendance and hand-over notes of an office of the town."""

from __future__ import annotations

from datetime import datetime, timedelta

from koban.registers.roster import actions
from koban.town import texts
from koban.town.bulk import Event
from koban.town.cast import ANCHOR, PATTERN, Cast, Member
from koban.town.chance import stream

WEEKS_AHEAD = timedelta(days=21)
WATCH = timedelta(hours=12)


def events(cast: Cast, now: datetime, planned_at: datetime) -> list[Event]:
    """The plan for the weeks around now, and who signed on and off since the watch before this one."""
    _key, began = cast.watch(now)
    _key, before = cast.watch(began - timedelta(minutes=1))
    last, this = cast.pair(before), cast.pair(now)
    found = [Event(planned_at, lambda at: _plan(cast, at, now))]
    found += [_on(member, before - timedelta(minutes=9 - n)) for n, member in enumerate(last)]
    found += [_on(member, began - timedelta(minutes=8 - n)) for n, member in enumerate(this) if began < now]
    found += [Event(began - timedelta(minutes=18), lambda at: _hand_over(cast, last[0], this[0], at))]
    found += [_off(member, began + timedelta(minutes=4 + n)) for n, member in enumerate(last)]
    return [event for event in [*found, *_officer(cast, now)] if event.at <= now]


def _officer(cast: Cast, now: datetime) -> list[Event]:
    """The officer is in by day, and on call in the flat upstairs by night."""
    key, began = cast.watch(now)
    if key == "day":
        return [_on(cast.officer, began - timedelta(minutes=20))]
    return [
        _on(cast.officer, began - WATCH - timedelta(minutes=20)),
        _off(cast.officer, began + timedelta(minutes=9)),
    ]


def _on(member: Member, at: datetime) -> Event:
    return Event(at, lambda at: _ignore(actions.sign_on(member.post, by=member.actor, at=at)))


def _off(member: Member, at: datetime) -> Event:
    return Event(at, lambda at: _ignore(actions.sign_off(member.post, by=member.actor, at=at)))


def _ignore(row: object) -> None:
    """Events give nothing back."""


def _plan(cast: Cast, at: datetime, now: datetime) -> None:
    teams = {member.post: member.team for member in cast.members}
    by = cast.officer.actor
    actions.set_pattern(PATTERN, ANCHOR, teams, by=by, at=at)
    first, last = at.astimezone(cast.zone).date(), (now + WEEKS_AHEAD).astimezone(cast.zone).date()
    actions.plan(first, last, by=by, at=at, station=cast.station)


def _hand_over(cast: Cast, leaving: Member, coming: Member, at: datetime) -> None:
    text = texts.office("zh", "hand_over", stream(cast.town.seed, "hand over", cast.office))
    note = actions.hand_over(text, by=leaving.actor, at=at)
    actions.take_over(note, by=coming.actor, at=at + timedelta(minutes=15))
