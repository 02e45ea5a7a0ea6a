"""You said, we did: what became of the reports of the last months. Never so few that somebody could be known by them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from koban.duties.incidents.actions import KIND
from koban.duties.incidents.models import Incident
from koban.matters.models import Deadline, Matter

DAYS = 90
LEAST = 10  # below this a number tells of persons


@dataclass(frozen=True, slots=True)
class Share:
    """`of` matters were counted, `count` of them kept the promise."""

    count: int
    of: int

    @property
    def is_shown(self) -> bool:
        return self.of >= LEAST

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of the office in the scope, since `since`."""

    since: datetime
    taken: int
    answered: Share
    arrived: Share
    settled: Share

    @property
    def is_shown(self) -> bool:
        return self.taken >= LEAST


def numbers(now: datetime) -> Numbers:
    """Three queries, over the last DAYS days."""
    since = now - timedelta(days=DAYS)
    taken = Matter.objects.filter(kind=KIND, opened_at__gte=since).count()
    kept = _kept(since, now)
    judged = Incident.objects.filter(matter__opened_at__gte=since, is_fixed__isnull=False).aggregate(
        of=Count("pk"), count=Count("pk", filter=Q(is_fixed=True))
    )
    return Numbers(
        since, taken, kept.get("answer", Share(0, 0)), kept.get("arrive", Share(0, 0)), Share(**judged)
    )


def _kept(since: datetime, now: datetime) -> dict[str, Share]:
    """By key of the term: how many of those that were met or are over were met in time."""
    rows = (
        Deadline.objects.filter(matter__kind=KIND, matter__opened_at__gte=since, key__in=["answer", "arrive"])
        .exclude(is_waived=True)
        .filter(Q(met_at__isnull=False) | Q(due_at__lt=now))
        .values("key")
        .annotate(of=Count("pk"), count=Count("pk", filter=Q(met_at__lte=F("due_at"))))
        .order_by("key")
    )
    return {row["key"]: Share(row["count"], row["of"]) for row in rows}
