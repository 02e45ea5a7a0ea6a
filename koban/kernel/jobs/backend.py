"""The `django-tasks` backend over the table of jobs: TASKS = {"default": {"BACKEND": "….LeaseBackend"}}."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from typing_extensions import ParamSpec

from koban.kernel import stations
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.waking import wake_after_commit

P = ParamSpec("P")
T = TypeVar("T")

STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedTask(Task[P, T]):
    """lease_s: seconds after which an unfinished run is taken for dead. unique: same arguments, same job."""

    lease_s: int = 300
    most_attempts: int = 8
    unique: bool = False


class LeaseBackend(BaseTaskBackend):
    """Enqueues in the caller's transaction: no commit, no job."""

    task_class = LeasedTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def validate_task(self, task: Task[Any, Any]) -> None:
        super().validate_task(task)
        if isinstance(task, LeasedTask) and (task.lease_s < 1 or task.most_attempts < 1):
            raise InvalidTaskError("A task needs a lease and an attempt.")

    def enqueue(self, task: Task[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        self.validate_task(task)
        return _result(_put(task, list(args), dict(kwargs)), task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        if (job := Job.objects.filter(pk=result_id).first()) is None:
            raise TaskResultDoesNotExist(result_id)
        return _result(job, import_string(job.task))


def put(task: Task[Any, Any], key: str) -> Job:
    """Enqueue a task without arguments under a key of its own; an equal key is the same job."""
    return _put(task, [], {}, key)


def _put(task: Any, args: list[Any], kwargs: dict[str, Any], key: str | None = None) -> Job:
    now = timezone.now()
    if key is None and task.unique:
        key = _key(task.module_path, args, kwargs)
    job = Job(
        task=task.module_path, queue=task.queue_name, priority=task.priority, args=args, kwargs=kwargs,
        station_id=_home(), key=key, run_at=task.run_after or now, most_attempts=task.most_attempts,
        lease_s=task.lease_s, enqueued_at=now,
    )  # fmt: skip
    if key is None:
        job.save(force_insert=True)
    else:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        job = Job.objects.get(key=key)
    wake_after_commit()
    return job


def _home() -> Any:
    try:
        return stations.current().home
    except stations.OutsideScope:
        return None


def _key(path: str, args: list[Any], kwargs: dict[str, Any]) -> str:
    said = json.dumps([args, kwargs], sort_keys=True, separators=(",", ":"))
    return f"{path[:135]}#{sha256(said.encode()).hexdigest()}"


def _result(job: Job, task: Task[P, T]) -> TaskResult[T]:
    result: TaskResult[T] = TaskResult(
        task=task,
        id=str(job.pk),
        status=STATUS[Job.State(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=[TaskError(exception_class_path=job.trouble.partition("\n")[0], traceback=job.trouble)]
        if job.trouble
        else [],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result


def result_of(job: Job) -> TaskResult[Any]:
    """The job as `django-tasks` sees it: what a task that takes its context is given."""
    return _result(job, import_string(job.task))
