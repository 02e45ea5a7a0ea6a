"""How far a job of many batches is: kept in its row while it runs, and shown by the progress component."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from koban.kernel.jobs.models import Job

SHOWN_AFTER = timedelta(minutes=10)  # what is done longer ago is no news


def tell(job_id: str, done: int, total: int) -> None:
    """A task that takes its context says how far it is: `tell(context.task_result.id, 400, 12_000)`."""
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(result={"done": done, "total": total})


@dataclass(frozen=True, slots=True)
class Far:
    """As the progress component reads it."""

    label: Any
    done: int
    total: int
    finished: bool
    failed: bool
    sentence: str = ""


def newest(task: str, station_id: UUID, now: datetime) -> Far | None:
    """The newest job of a task at a station; None where there is none, or none that is news (one query)."""
    job = Job.objects.filter(task=task, station_id=station_id).order_by("-enqueued_at").first()
    if job is None or (job.finished_at and job.finished_at < now - SHOWN_AFTER):
        return None
    told = job.result if isinstance(job.result, dict) else {}
    state = Job.State(job.state)
    return Far(
        job.what,
        told.get("done", 0),
        told.get("total", 0),
        state == Job.State.DONE,
        state == Job.State.FAILED,
    )
