"""Periodic work: looks which declared times have come, and enqueues each once, however many workers look."""

from datetime import datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from koban.kernel import stations
from koban.kernel.jobs import backend
from koban.kernel.jobs.models import Clockwork
from koban.lib import periodic


def find_tasks() -> None:
    """Import the `tasks` module of every installed room, so that its periodic work is declared."""
    autodiscover_modules("tasks")


def next_run(cron: str, after: datetime) -> datetime:
    """The next time of a cron expression, in the time zone of the installation (KOBAN_TIME_ZONE)."""
    zone = ZoneInfo(settings.KOBAN_TIME_ZONE)
    return next(CronSim(cron, after.astimezone(zone)))


def tick(now: datetime) -> int:
    """Enqueue what is due; returns how many. Times that passed while nothing ran are made up for by one run."""
    known = {row.key: row for row in Clockwork.objects.all()}
    due = [entry for entry in periodic.declared.values() if _is_due(known.get(entry.key), entry, now)]
    return sum(_start(entry, now) for entry in due)


def _is_due(row: Clockwork | None, entry: periodic.Periodic, now: datetime) -> bool:
    return row is None or row.cron != entry.cron or row.next_at <= now


@transaction.atomic
def _start(entry: periodic.Periodic, now: datetime) -> int:
    """Wind the clockwork up to its next time; enqueue the work if its time had come. The key makes two of them one."""
    fresh = Clockwork(key=entry.key, cron=entry.cron, next_at=next_run(entry.cron, now))
    Clockwork.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Clockwork.objects.select_for_update().get(pk=entry.key)
    is_due = row.cron == entry.cron and row.next_at <= now
    if is_due:
        with stations.outside():
            backend.put(entry.work, f"{entry.key}@{row.next_at.isoformat()}")
        row.last_at = now
    row.cron, row.next_at = entry.cron, next_run(entry.cron, now)
    row.save(update_fields=["cron", "last_at", "next_at"])
    return int(is_due)
