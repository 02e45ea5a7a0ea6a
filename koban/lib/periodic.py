"""What runs by the clock: declared beside the work itself, on any floor, and read by the worker above."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from cronsim import CronSim, CronSimError

Work = TypeVar("Work")


@dataclass(frozen=True, slots=True)
class Periodic:
    """cron: five fields, in the installation's own time zone. work: a task, with `enqueue()`.

    what: one sentence about the work, an English msgid, "" for none.
    """

    key: str
    cron: str
    work: Any
    what: str = ""


declared: dict[str, Periodic] = {}
"""Everything that was declared, by key."""


def periodic(cron: str, *, key: str, what: str = "") -> Callable[[Work], Work]:
    """Run a task (not a plain function) at these times: `@periodic("15 2 * * *", key="ledger.daily_root")` above `@task()`.

    key: "room.work", kept for good: it is how the times of the runs are remembered.
    what: what the page of background work says about it, marked by `gettext_noop`.
    Raises ValueError for a wrong cron expression or a key that is taken, TypeError for what is no task.
    """
    _check(cron)

    def declare(work: Work) -> Work:
        if not hasattr(work, "enqueue"):
            raise TypeError(f"{key}: @periodic goes above @task()")
        entry = Periodic(key, cron, work, what)
        described.setdefault(entry.work.module_path, what)
        if declared.setdefault(key, entry) != entry:
            raise ValueError(f"the periodic work {key} is declared twice")
        return work

    return declare


described: dict[str, str] = {}
"""What each task does, an English msgid, by the path of the task."""


def does(what: str) -> Callable[[Work], Work]:
    """Say of a task what the page of background work calls it: `@does(gettext_noop("Send a message"))` above `@task()`."""

    def describe(work: Work) -> Work:
        described[work.module_path] = what  # type: ignore[attr-defined]
        return work

    return describe


def _check(cron: str) -> None:
    try:
        CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as wrong:
        raise ValueError(f"{cron!r} is not a time table: {wrong}") from wrong
