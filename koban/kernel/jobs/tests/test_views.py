from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from koban.kernel import stations
from koban.kernel.access.testing import make_account, sign_in
from koban.kernel.jobs import clock
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.tests import work
from koban.kernel.jobs.worker import drain
from koban.kernel.ledger import reading
from koban.kernel.stations.models import Station

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGE = "/desk/jobs/"


def visitor(station: Station, role: str) -> Client:
    client = Client()
    client.cookies["koban_language"] = "en"
    sign_in(client, make_account(role, role=role, station=station))
    return client


def failed(station: Station, name: str = "a") -> Job:
    with stations.scope(station.pk):
        result = work.effect_then_failure.enqueue(name)
    Job.objects.filter(pk=result.id).update(attempts=2)
    drain()
    return Job.objects.get(pk=result.id)


@pytest.fixture
def other(db: None) -> Station:
    return Station.objects.create(code="other", name="other", kind="office", path="other/")


@pytest.mark.parametrize("role, status", [
    ("administrator", 200), ("chief", 200), ("officer", 200), ("auxiliary", 403), ("auditor", 403), ("resident", 403),
])  # fmt: skip
def test_who_sees_the_background_work(station: Station, role: str, status: int) -> None:
    assert visitor(station, role).get(PAGE).status_code == status


def test_nobody_sees_it_without_signing_in(station: Station, client: Client) -> None:
    assert client.get(PAGE).status_code == 302


def test_the_page_shows_what_failed_and_what_the_clock_does(station: Station) -> None:
    failed(station)
    clock.find_tasks()
    clock.tick(NOON)
    text = visitor(station, "administrator").get(PAGE).content.decode()
    assert "tests.effect_then_failure" in text
    assert "work.Away" in text
    assert "Forget background work that is long done" in text
    assert work.SECRET not in text


def test_a_station_does_not_see_the_jobs_of_another(station: Station, other: Station) -> None:
    failed(other)
    assert (
        "effect_then_failure"
        not in visitor(station, "administrator").get(PAGE + "?state=failed").content.decode()
    )


def test_an_administrator_tries_a_failed_job_again_and_that_is_on_a_page(station: Station) -> None:
    job = failed(station)
    answer = visitor(station, "administrator").post(f"{PAGE}{job.pk}/retry/", {"key": "k1"})
    assert answer.status_code == 302
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    with stations.scope(station.pk):
        page: Any = reading.latest(1)[0]
    assert (page.verb, page.facts["job"]) == ("jobs.retry", str(job.pk))


def test_an_officer_reads_but_does_not_start_jobs(station: Station) -> None:
    job = failed(station)
    officer = visitor(station, "officer")
    assert "Try again" not in officer.get(PAGE).content.decode()
    assert officer.post(f"{PAGE}{job.pk}/retry/", {"key": "k1"}).status_code == 403


def test_the_job_of_another_station_looks_like_absence(station: Station, other: Station) -> None:
    job = failed(other)
    assert visitor(station, "administrator").post(f"{PAGE}{job.pk}/retry/", {"key": "k1"}).status_code == 404


@pytest.mark.parametrize("count", [1, 60])
def test_the_page_asks_the_database_the_same_however_many_jobs_there_are(
    station: Station, count: int, django_assert_max_num_queries: Any
) -> None:
    with stations.scope(station.pk):
        for number in range(count):
            work.effect.enqueue(str(number))
    client = visitor(station, "chief")
    with django_assert_max_num_queries(12):
        assert client.get(PAGE + "?state=waiting").status_code == 200
