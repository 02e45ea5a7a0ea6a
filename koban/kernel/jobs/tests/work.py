"""Work that the tests ask for: every effect takes a number, so that one done twice would show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django_tasks import task

from koban.kernel import stations
from koban.kernel.jobs.models import Job
from koban.kernel.stations import numbers

SECRET = "13800001234"


class Away(RuntimeError):
    pass


@task()
def effect(name: str) -> int:
    return numbers.take(name, 2026)


@task(unique=True)
def one_effect(name: str) -> int:
    return numbers.take(name, 2026)


@task(most_attempts=3)
def effect_then_failure(name: str) -> None:
    numbers.take(name, 2026)
    raise Away(SECRET)


@task()
def two_steps(name: str) -> Iterator[None]:
    assert not connection.in_atomic_block, "the slow part must not hold a transaction"
    yield
    assert connection.in_atomic_block
    numbers.take(name, 2026)


@task()
def nothing_to_do(name: str) -> Iterator[None]:
    if name == "never":
        yield


@task()
def yields_twice(name: str) -> Iterator[None]:
    yield
    numbers.take(name, 2026)
    yield


@task()
def overtaken(name: str) -> Iterator[None]:
    """While this runs its lease ends, and another worker takes the job and finishes it."""
    yield
    numbers.take(name, 2026)
    Job.objects.update(attempts=2, worker="the other")


@task(takes_context=True)
def tells_attempt(context: Any) -> int:
    return int(context.attempt)


@task()
def where_am_i() -> str:
    return str(stations.home())


@task()
def installation() -> str:
    try:
        stations.current()
    except stations.OutsideScope:
        return "no scope"
    return "a scope"


@task(lease_s=1)
def effect_and_hang(name: str, mark: str) -> None:
    """Take a number, say so, and hang for ever the first time; the second time end."""
    numbers.take(name, 2026)
    if not Path(mark).exists():
        Path(mark).touch()
        while True:
            pass
