from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from pytest_django import DjangoAssertNumQueries

from koban.kernel import stations
from koban.kernel.jobs import running
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.running import claim, retry, run_one
from koban.kernel.jobs.tests import work
from koban.kernel.jobs.worker import drain
from koban.kernel.stations.models import Counter, Station

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("scope")


def taken(name: str) -> int:
    """How often the effect of that name happened."""
    counter = Counter.objects.filter(register=name).first()
    return counter.last if counter else 0


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_a_job_runs_once_and_leaves_its_result() -> None:
    result = work.effect.enqueue("a")
    assert result.status is TaskResultStatus.READY
    assert drain() == 1
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 1, 1)
    assert drain() == 0
    assert taken("a") == 1


def test_without_a_commit_there_is_no_job() -> None:
    with transaction.atomic():
        work.effect.enqueue("a")
        transaction.set_rollback(True)
    assert drain() == 0


def test_work_that_is_unique_is_one_job_for_equal_arguments() -> None:
    first, again, other = (work.one_effect.enqueue(name) for name in "aab")
    assert first.id == again.id != other.id
    assert drain() == 2
    assert work.one_effect.enqueue("a").id == first.id
    assert drain() == 0


def test_a_job_waits_for_its_time(noon: time_machine.Traveller) -> None:
    work.effect.using(run_after=NOON + timedelta(minutes=5)).enqueue("a")
    assert drain() == 0
    noon.shift(300)
    assert drain() == 1


def test_the_more_urgent_goes_first_then_the_older() -> None:
    for name, priority in [("a", 0), ("b", 10), ("c", 0)]:
        work.effect.using(priority=priority).enqueue(name)
    order = [claim("w", NOON) for _ in range(3)]
    assert [job.args[0] for job in order if job] == ["b", "a", "c"]


def test_a_failed_run_leaves_no_effect_and_is_tried_again_later(noon: time_machine.Traveller) -> None:
    result = work.effect_then_failure.enqueue("a")
    pauses = []
    for _attempt in range(3):
        assert drain() == 1
        job = Job.objects.get()
        pauses.append((job.run_at - datetime.now(UTC)).total_seconds())
        assert drain() == 0
        noon.shift(3600)
    assert taken("a") == 0
    assert 5 <= pauses[0] <= 6
    assert 10 <= pauses[1] <= 12
    assert drain() == 0
    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.FAILED, 3)


def test_a_pause_is_never_longer_than_an_hour_and_a_fifth() -> None:
    job = Job(attempts=40, most_attempts=50, lease_s=1)
    assert timedelta(hours=1) <= running.pause(job) <= timedelta(hours=1.2)


def test_trouble_tells_where_but_not_what_the_message_held(caplog: pytest.LogCaptureFixture) -> None:
    work.effect_then_failure.enqueue("a")
    drain()
    told = Job.objects.get().trouble
    assert told.startswith("koban.kernel.jobs.tests.work.Away\n")
    assert "jobs/tests/work.py:" in told
    assert work.SECRET not in told + caplog.text


def test_an_administrator_can_start_a_failed_job_again(noon: time_machine.Traveller) -> None:
    work.effect_then_failure.enqueue("a")
    Job.objects.update(attempts=2)
    drain()
    assert Job.objects.get().state == "failed"
    retry(Job.objects.get(), NOON)
    assert Job.objects.get().state == "waiting"
    assert drain() == 1


def test_what_is_not_failed_is_not_started_again() -> None:
    work.effect.enqueue("a")
    drain()
    retry(Job.objects.get(), NOON)
    assert drain() == 0


def test_a_lease_keeps_others_away_until_it_is_over(noon: time_machine.Traveller) -> None:
    work.effect.enqueue("a")
    assert claim("first", NOON) is not None
    assert claim("second", NOON) is None
    noon.shift(301)
    assert run_one("second")
    assert (taken("a"), Job.objects.get().attempts) == (1, 2)


def test_a_worker_that_was_overtaken_changes_nothing() -> None:
    work.overtaken.enqueue("a")
    job = claim("first", NOON)
    assert job
    with pytest.raises(running.LeaseLost):
        running.work(job)
    assert taken("a") == 0
    work.overtaken.enqueue("a")
    drain()
    assert taken("a") == 0
    assert not Job.objects.filter(state="done").exists()


def test_a_job_that_kills_its_worker_each_time_is_given_up(noon: time_machine.Traveller) -> None:
    work.effect_then_failure.enqueue("a")
    for _attempt in range(3):
        assert claim("dies", datetime.now(UTC)) is not None
        noon.shift(301)
    assert claim("lives", datetime.now(UTC)) is None
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("failed", 3)
    assert "worker ended" in job.trouble


def test_a_job_runs_in_the_scope_it_was_asked_for_in(station: Station) -> None:
    work.where_am_i.enqueue()
    drain()
    assert Job.objects.get().result == str(station.pk)


def test_work_of_the_installation_runs_in_no_scope() -> None:
    with stations.outside():
        work.installation.enqueue()
    drain()
    assert Job.objects.get().result == "no scope"


def test_a_task_can_know_which_attempt_it_is() -> None:
    work.tells_attempt.enqueue()
    Job.objects.update(attempts=4)
    drain()
    assert Job.objects.get().result == 5


@pytest.mark.django_db(transaction=True)
def test_a_task_of_two_steps_holds_no_transaction_in_the_first() -> None:
    work.two_steps.enqueue("a")
    work.nothing_to_do.enqueue("a")
    drain()
    assert list(Job.objects.values_list("state", "trouble")) == [("done", "")] * 2
    assert taken("a") == 1


def test_a_task_that_yields_twice_fails_without_effect() -> None:
    work.yields_twice.enqueue("a")
    drain()
    assert (Job.objects.get().state, taken("a")) == ("waiting", 0)


def test_work_whose_code_is_gone_fails_and_says_so() -> None:
    work.effect.enqueue("a")
    Job.objects.update(task="koban.kernel.jobs.tests.work.removed", most_attempts=1)
    drain()
    assert Job.objects.get().trouble.startswith("builtins.ImportError")


def test_an_idle_worker_takes_no_lock(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1) as asked:
        assert claim("w", NOON) is None
    assert "FOR UPDATE" not in asked.captured_queries[0]["sql"]
    assert asked.captured_queries[0]["sql"].startswith("SELECT")


def test_there_is_no_result_for_what_was_never_asked() -> None:
    with pytest.raises(TaskResultDoesNotExist):
        work.effect.get_result("01900000-0000-7000-8000-000000000000")


def test_a_task_without_a_lease_is_refused() -> None:
    with pytest.raises(InvalidTaskError):
        replace(work.effect, lease_s=0)  # type: ignore[call-arg]


def test_a_job_is_named_by_its_room_and_its_work() -> None:
    work.effect.enqueue("a")
    assert Job.objects.get().name == "tests.effect"
