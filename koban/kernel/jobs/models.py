"""The table of jobs. Not station rows: the worker serves every station."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koban.lib.ids import uuid7
from koban.lib.periodic import described


class JobQuerySet(models.QuerySet["Job"]):
    def ready(self, now: datetime) -> Self:
        """What can be started: due, or left behind by a worker whose lease is over."""
        due = Q(state=Job.State.WAITING, run_at__lte=now)
        return self.filter(due | Q(state=Job.State.RUNNING, lease_until__lt=now))

    def next(self, now: datetime) -> Self:
        return self.ready(now).order_by("-priority", "run_at", "id")


class Job(models.Model):
    """One piece of work. args, kwargs: ids and codes, never personal values.

    key: equal keys are the same job; None for work that may be asked for any number of times.
    station_id: the station in whose scope it runs; None for work of the installation.
    trouble: what went wrong last, as exception class and places in our code; never a message, which could hold data.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.CharField(max_length=200)
    queue = models.CharField(max_length=32, default="default")
    priority = models.SmallIntegerField(default=0)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    station_id = models.UUIDField(null=True)
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 many without a key
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    most_attempts = models.PositiveSmallIntegerField()
    lease_s = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(null=True)
    trouble = models.TextField(blank=True, default="")
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-priority", "run_at", "id"], condition=Q(state="waiting"), name="job_waiting"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["state", "finished_at"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.state})"

    @property
    def what(self) -> str:
        """What it does, in the reader's language; its name where nobody said."""
        said = described.get(self.task, "")
        return gettext(said) if said else self.name

    @property
    def name(self) -> str:
        """`files.draw` for `koban.kernel.files.drawing.draw`."""
        parts = self.task.split(".")
        return ".".join([*parts[-3:-2], parts[-1]])


class Clockwork(models.Model):
    """When a periodic work ran last and when it runs next. key, cron: as declared."""

    key = models.CharField(primary_key=True, max_length=80)
    cron = models.CharField(max_length=80)
    last_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
