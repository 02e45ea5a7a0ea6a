from datetime import UTC, datetime, timedelta
from importlib import reload

import pytest

from koban.kernel.jobs import clock, tasks
from koban.kernel.jobs.models import Clockwork, Job
from koban.kernel.jobs.tests import work
from koban.lib import periodic
from koban.lib.periodic import Periodic

# 02:15 in Shanghai is 18:15 UTC of the day before.
BEFORE = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
TIME = datetime(2026, 3, 1, 18, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nightly(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Periodic("tests.nightly", "15 2 * * *", work.installation)
    monkeypatch.setattr(periodic, "declared", {entry.key: entry})
    clock.tick(BEFORE)


def test_the_first_look_only_winds_the_clockwork_up() -> None:
    row = Clockwork.objects.get()
    assert (row.next_at, row.last_at) == (TIME, None)
    assert not Job.objects.exists()


@pytest.mark.parametrize("looks, runs", [
    ([TIME - timedelta(seconds=1)], 0),
    ([TIME], 1),
    ([TIME, TIME, TIME + timedelta(hours=23)], 1),
    ([TIME, TIME + timedelta(days=1)], 2),
    ([TIME + timedelta(days=5)], 1),  # nights that passed while nothing ran are made up for once
])  # fmt: skip
def test_each_time_is_enqueued_once(looks: list[datetime], runs: int) -> None:
    assert sum(clock.tick(look) for look in looks) == runs
    assert Job.objects.count() == runs


def test_two_workers_that_look_at_once_make_one_job() -> None:
    row = Clockwork.objects.get()
    assert clock.tick(TIME) == 1
    Clockwork.objects.update(next_at=row.next_at)  # the second worker still sees the old time
    clock.tick(TIME)
    assert Job.objects.count() == 1


def test_a_changed_time_table_starts_anew() -> None:
    Clockwork.objects.update(cron="0 0 * * *", next_at=BEFORE)
    assert clock.tick(BEFORE) == 0
    assert Clockwork.objects.get().next_at == TIME


@pytest.mark.parametrize("cron", ["", "every night", "61 * * * *", "* * * *"])
def test_what_is_no_time_table_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="time table"):
        periodic.periodic(cron, key="tests.wrong")


def test_periodic_work_must_be_a_task_with_a_key_of_its_own() -> None:
    with pytest.raises(TypeError, match="above @task"):
        periodic.periodic("* * * * *", key="tests.plain")(print)
    with pytest.raises(ValueError, match="twice"):
        periodic.periodic("* * * * *", key="tests.nightly")(work.effect)


def test_every_declared_work_is_found() -> None:
    reload(tasks)
    assert "jobs.sweep" in periodic.declared
