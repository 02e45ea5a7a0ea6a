"""Taking one job and running it: claim, work, effect and "done" in one transaction, or the trouble and another try."""

import logging
import traceback
from collections.abc import Generator
from datetime import datetime, timedelta
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import TaskContext
from django_tasks.utils import normalize_json

from koban.kernel import stations
from koban.kernel.access.who import working_at
from koban.kernel.jobs.backend import result_of
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.waking import wake_after_commit
from koban.kernel.stations.models import Station

log = logging.getLogger("koban.jobs")

FIRST_PAUSE_S = 5
LONGEST_PAUSE_S = 3600
HOUSE = Path(__file__).resolve().parents[2]


class LeaseLost(RuntimeError):
    """Another worker has taken the job: what this one did is rolled back."""


def run_one(worker: str) -> bool:
    """Run the next job that is ready. False where there was none."""
    job = claim(worker, timezone.now())
    if job is None:
        return False
    try:
        work(job)
    except LeaseLost:
        log.warning("job %s %s was taken over by another worker", job.pk, job.name)
    except Exception as error:  # noqa: BLE001 whatever a task raises is told in the table, and tried again
        note_trouble(job, error, timezone.now())
    return True


def claim(worker: str, now: datetime) -> Job | None:
    """Lease the next job. Looks without a lock first, so that an idle worker never holds up a writer."""
    while Job.objects.next(now).exists():
        with transaction.atomic():
            skip = connection.features.has_select_for_update_skip_locked
            job = Job.objects.next(now).select_for_update(skip_locked=skip).first()
            if job is None:
                return None
            if _lease(job, worker, now):
                return job
    return None


def _lease(job: Job, worker: str, now: datetime) -> bool:
    """Take the job; False where its last worker died too often: then it has failed."""
    if job.attempts >= job.most_attempts:
        job.state, job.finished_at, job.lease_until = Job.State.FAILED, now, None
        job.trouble = "koban.kernel.jobs.running.LeaseLost\nthe worker ended in the middle, each time"
        job.save(update_fields=["state", "finished_at", "lease_until", "trouble"])
        log.error("job %s %s failed: its worker ended %d times", job.pk, job.name, job.attempts)
        return False
    job.state, job.worker, job.started_at = Job.State.RUNNING, worker, now
    job.attempts += 1
    job.lease_until = now + timedelta(seconds=job.lease_s)
    job.save(update_fields=["state", "worker", "started_at", "attempts", "lease_until"])
    return True


def work(job: Job) -> None:
    """Run a leased job in its scope, by the clock of its station.

    Raises LeaseLost, and whatever the task raises, with nothing committed.
    """
    task = import_string(job.task)
    head = [TaskContext(task_result=result_of(job))] if task.takes_context else []
    with working_at(Station.objects.get(pk=job.station_id)) if job.station_id else stations.outside():
        if isgeneratorfunction(task.func):
            _in_two_steps(job, task.func(*head, *job.args, **job.kwargs))
        else:
            with transaction.atomic():
                _done(job, task.func(*head, *job.args, **job.kwargs))


def _in_two_steps(job: Job, steps: Generator[None]) -> None:
    ended = _is_over(steps)
    with transaction.atomic():
        if not ended and not _is_over(steps):
            raise RuntimeError("a task yields once: what follows is in one transaction with done")
        _done(job, None)


def _is_over(steps: Generator[None]) -> bool:
    try:
        next(steps)
    except StopIteration:
        return True
    return False


def _mine(job: Job) -> QuerySet[Job]:
    """The row, as long as no other worker has leased it since."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=job.worker, attempts=job.attempts)


def _done(job: Job, returned: Any) -> None:
    changed = _mine(job).update(
        state=Job.State.DONE,
        result=normalize_json(returned),
        finished_at=timezone.now(),
        lease_until=None,
        trouble="",
    )
    if not changed:
        raise LeaseLost


def note_trouble(job: Job, error: BaseException, now: datetime) -> None:
    """Try again later, or give up after the last attempt. Keeps places in the code, not the message."""
    told = described(error)
    if job.attempts < job.most_attempts:
        _mine(job).update(
            state=Job.State.WAITING, run_at=now + pause(job), lease_until=None, trouble=told
        )  # fmt: skip
    else:
        _mine(job).update(state=Job.State.FAILED, finished_at=now, lease_until=None, trouble=told)
    log.error(
        "job %s %s, attempt %d of %d: %s",
        job.pk,
        job.name,
        job.attempts,
        job.most_attempts,
        told.partition("\n")[0],
    )


def pause(job: Job) -> timedelta:
    """Before the next attempt: 5 s, doubled each time, at most an hour; spread by a fifth so that jobs do not march."""
    seconds = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (job.attempts - 1))
    return timedelta(seconds=seconds * (1 + job.pk.int % 1000 / 5000))


def described(error: BaseException) -> str:
    """Class of the error, and the lines of our own code that it came through, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(HOUSE)]
    places = [f"{Path(frame.filename).relative_to(HOUSE)}:{frame.lineno} {frame.name}" for frame in own]
    kind = type(error)
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}", *places])


def retry(job: Job, now: datetime) -> None:
    """Give a failed job all its attempts again."""
    Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.WAITING, run_at=now, attempts=0, finished_at=None
    )
    wake_after_commit()
