"""Counting looks of each reader, and keeping what stood out. Counts alone; nothing here opens anything."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Station
from koban.registers.residents.models import Look, LookAlarm

STAFF = ("look", "find")


def people_seen(since: datetime, until: datetime) -> dict[UUID, tuple[str, int]]:
    """Post → (its label, how many different people it saw). One query."""
    rows = Look.objects.filter(at__gt=since, at__lte=until, action__in=STAFF, post_id__isnull=False)
    told = rows.values("post_id", "label").annotate(people=Count("person", distinct=True)).order_by("post_id")
    return {row["post_id"]: (row["label"], row["people"]) for row in told}


def already(why: str, since: datetime) -> set[UUID]:
    """Posts that an alarm of this kind has told of since."""
    found = LookAlarm.objects.filter(why=why, at__gt=since)
    return set(found.values_list("post_id", flat=True))


@transaction.atomic
def tell(alarms: Iterable[LookAlarm], *, by: Actor, at: datetime) -> list[LookAlarm]:
    """Keep alarms in the open station, each with its page."""
    require(by, "residents.alarm")
    kept = list(alarms)
    for row in kept:
        row.save(force_insert=True)
        facts = {
            "why": row.why,
            "people": row.people,
            "middle": row.middle,
            "post": row.label,
            "office": row.office,
        }
        book.write("residents.alarm", by=by, at=at, subject=row, facts=facts, rows=[row])
    return kept


@transaction.atomic
def see(alarm: LookAlarm, *, words: str, by: Actor, at: datetime) -> LookAlarm:
    """Somebody answers for it: what was found when asking the reader."""
    require(by, "residents.see_alarm")
    alarm.seen_at, alarm.seen_by, alarm.words = at, by.label, words
    alarm.save(update_fields=["seen_at", "seen_by", "words"])
    book.write("residents.see_alarm", by=by, at=at, subject=alarm, rows=[alarm])
    return alarm


def all_alarms() -> QuerySet[LookAlarm]:
    """Those of the own station, the newest first."""
    found: QuerySet[LookAlarm] = LookAlarm.objects.filter(station_id=scoping.home()).order_by("-at", "-id")
    return found


def new(
    post_id: UUID,
    label: str,
    why: str,
    span: tuple[datetime, datetime],
    people: int,
    middle: int,
    office: Station,
) -> LookAlarm:
    """An unsaved alarm about a reader of `office`."""
    return LookAlarm(
        post_id=post_id, label=label, why=why, from_at=span[0], to_at=span[1], people=people, middle=middle,
        at=span[1], office=office.code,
    )  # fmt: skip
