"""The volume alarm: readers far above their colleagues, or outside the shift, reach the chief and oversight in time."""

from datetime import datetime, timedelta

from django.utils import timezone

from koban.duties.oversight.queries import body_for
from koban.kernel import law, stations
from koban.kernel.access.models import Post
from koban.kernel.ledger import SYSTEM
from koban.kernel.notices import outbox
from koban.kernel.stations.models import Station
from koban.matters.rules import middle, stands_out
from koban.registers.residents import alarms
from koban.registers.residents.handles import LookAlarm
from koban.registers.roster import queries as roster

PERCENT, LEAST, HOURS, OUTSIDE = "OFFICE-LOOKS-1", "OFFICE-LOOKS-2", "OFFICE-LOOKS-3", "OFFICE-LOOKS-4"
NOTICE = "residents.alarm"


def check_all(now: datetime) -> int:
    """Every office; how many alarms were raised."""
    offices = Station.objects.filter(kind=Station.Kind.OFFICE).select_related("parent")
    return sum(len(check(office, now)) for office in offices)


def check(office: Station, now: datetime) -> list[LookAlarm]:
    """Raise what stands out in an office, there and at the body of oversight, and write to who answers for it."""
    with stations.scope(office.pk):
        found = [*_volume(office, now), *_outside(office, now)]
        if not found:
            return []
        raised = alarms.tell(found, by=SYSTEM, at=now)
    for body, role in ((office.parent, "chief"), (body_for(office), "inspector")):
        if body is not None:
            with stations.scope(body.pk):
                alarms.tell([_again(row, office) for row in raised], by=SYSTEM, at=now)
                _write(office, body, role, len(raised), now)
    return raised


def _volume(office: Station, now: datetime) -> list[LookAlarm]:
    since = now - timedelta(hours=_value(HOURS, office, now))
    seen, told = alarms.people_seen(since, now), alarms.already("volume", since)
    percent, least = _value(PERCENT, office, now), _value(LEAST, office, now)
    found = []
    for post, (label, people) in seen.items():
        others = [count for other, (_label, count) in seen.items() if other != post]
        if post not in told and stands_out(people, others, percent=percent, least=least):
            found.append(alarms.new(post, label, "volume", (since, now), people, middle(others), office))
    return found


def _outside(office: Station, now: datetime) -> list[LookAlarm]:
    """Who looked since the last check and is not on duty. Inspectors of another body have no shift here."""
    since = now - timedelta(minutes=EVERY)
    seen, told = (
        alarms.people_seen(since, now),
        alarms.already("outside", now - timedelta(hours=_value(HOURS, office, now))),
    )
    if not seen:
        return []
    here = {standing.post.pk for standing in roster.on_duty(now)} | {s.post.pk for s in roster.on_duty(since)}
    least = _value(OUTSIDE, office, now)
    return [
        alarms.new(post, label, "outside", (since, now), people, 0, office)
        for post, (label, people) in seen.items()
        if post not in here | told and people >= least
    ]


EVERY = 15  # minutes between two checks


def _value(clause: str, office: Station, now: datetime) -> int:
    return int(law.clause(clause, office.pack, on=timezone.localtime(now).date()).value)


def _again(row: LookAlarm, office: Station) -> LookAlarm:
    """The same alarm as a row of another station, which alone that body answers for."""
    return alarms.new(
        row.post_id, row.label, row.why, (row.from_at, row.to_at), row.people, row.middle, office
    )


def _write(office: Station, where: Station, role: str, count: int, now: datetime) -> None:
    """A mail to who answers for it, where an address is known; the page and the menu tell everybody else."""
    posts = Post.objects.held(timezone.localtime(now).date()).filter(
        station=where, role=role, account__is_active=True
    )
    for post in posts.select_related("account").exclude(account__email=""):
        context = {"office": office.name, "office_en": office.name_en or office.name, "count": count}
        with_language = post.account.language or "zh-hans"
        outbox.send(
            NOTICE,
            channel="email",
            to=post.account.email,
            language=with_language,
            context=context,
            by=SYSTEM,
            at=now,
        )
