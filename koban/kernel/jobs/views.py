"""The page of the background work: what waits, runs, failed, and what the clock will do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel import stations
from koban.kernel.access.once import once
from koban.kernel.access.who import Request
from koban.kernel.jobs import clock, running
from koban.kernel.jobs.models import Clockwork, Job
from koban.kernel.ledger import book
from koban.lib import periodic
from koban.lib.errors import Absent

ROWS = 50
TONES = {"waiting": "grey", "running": "blue", "done": "green", "failed": "red"}
TABS = (
    (Job.State.FAILED, _("Failed")),
    (Job.State.RUNNING, _("Running")),
    (Job.State.WAITING, _("Waiting")),
    (Job.State.DONE, _("Done")),
)


@require_safe
def listing(request: Request) -> HttpResponse:
    """Jobs of the own stations and of the installation, in one state, newest first; the clock beside them."""
    counts = dict(_seen().values_list("state").annotate(Count("pk")))
    chosen = request.GET.get("state", "")
    if chosen not in TONES:
        chosen = next((state for state, _label in TABS[:3] if counts.get(state)), Job.State.DONE)
    page = Paginator(_seen().filter(state=chosen).order_by("-enqueued_at", "-id"), ROWS).get_page(
        request.GET.get("page")
    )
    shown = {
        "tabs": _tabs(chosen, counts),
        "page": page,
        "chosen": chosen,
        "tone": TONES[chosen],
        "clock": _clock(),
    }
    return render(request, "jobs/list.html", shown)


@require_POST
@once
def retry(request: Request, job: UUID) -> HttpResponse:
    """Give a failed job its attempts again."""
    found = _seen().filter(pk=job).first()
    if found is None:
        raise Absent
    now = timezone.now()
    running.retry(found, now)
    book.write("jobs.retry", by=request.actor, at=now, facts={"job": str(found.pk), "work": found.name})
    return redirect("jobs:list")


def _seen() -> QuerySet[Job]:
    """Jobs are no station rows: the scope is asked for here."""
    ids = stations.current().ids
    return (
        Job.objects.all() if ids is None else Job.objects.filter(Q(station_id=None) | Q(station_id__in=ids))
    )


def _tabs(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"?state={state}", "count": counts.get(state, 0), "active": state == chosen}
        for state, label in TABS
    ]


@dataclass(frozen=True, slots=True)
class Hand:
    """One line of the clock. next_at: None until a worker has run for the first time."""

    key: str
    cron: str
    what: str
    last_at: datetime | None
    next_at: datetime | None


def _clock() -> list[Hand]:
    clock.find_tasks()
    rows = {row.key: row for row in Clockwork.objects.all()}
    return [
        _hand(entry, rows.get(entry.key))
        for entry in sorted(periodic.declared.values(), key=lambda each: each.key)
    ]


def _hand(entry: periodic.Periodic, row: Clockwork | None) -> Hand:
    what = gettext(entry.what) if entry.what else entry.key
    last_at, next_at = (row.last_at, row.next_at) if row else (None, None)
    return Hand(entry.key, entry.cron, what, last_at, next_at)
