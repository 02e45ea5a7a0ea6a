"""How many questions each hot page may ask the database, and that no page asks more when there is more.

Statements of a transaction itself (BEGIN, SAVEPOINT, COMMIT) are not questions.
"""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.actions import give_key
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.places import Place
from koban.registers.roster import actions as roster

pytestmark = pytest.mark.django_db
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
# The peer's figures for the same pages stand in docs/performance.md: 48, 263 to 383, 17, 2 and 339.
BUDGET = {
    "/desk/board/": 12,
    "/desk/matters/": 6,
    "/desk/incidents/": 8,
    "/desk/incidents/{year}/{number}/": 18,
    "/desk/": 16,
    "/open311/v2/services.json?jurisdiction_id=lamp": 1,
    "/open311/v2/requests.json?jurisdiction_id=lamp": 2,
    "/o/lamp/": 8,
    "/o/lamp/report/": 2,
}


@pytest.fixture
def lamp() -> SimpleNamespace:
    station = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", lon=24.94, lat=60.17
    )
    team = [make_account(name, role="officer", station=station, password="") for name in ("li", "wang")]
    with stations.scope(station.pk):
        for account in team:
            roster.sign_on(account.posts.get(), by=actor_of(account), at=timezone.now())
    client = Client()
    sign_in(client, team[0])
    return SimpleNamespace(
        station=station, by=actor_of(team[0]), posts=[a.posts.get() for a in team], client=client
    )


def grow(lamp: SimpleNamespace, count: int) -> None:
    """Take so many reports; somebody is sent to each second one."""
    at = timezone.now()
    with stations.scope(lamp.station.pk):
        for number in range(count):
            report = Report("noise", "phone", "loud", Place("", None, 24.94 + number / 1000, 60.17))
            taken = actions.take(report, by=lamp.by, at=at, station=lamp.station)
            if number % 2:
                actions.dispatch(taken.matter, lamp.posts, by=lamp.by, at=at)
            lamp.last = taken.matter


def asked(lamp: SimpleNamespace, path: str) -> list[str]:
    path = path.format(year=lamp.last.year, number=lamp.last.number)
    with stations.scoping.outside(), CaptureQueriesContext(connection) as seen:
        answer = (lamp.client if path.startswith("/desk/") else Client()).get(path)
    assert answer.status_code == 200, path
    return [query["sql"] for query in seen if not query["sql"].startswith(FRAMES)]


@pytest.mark.parametrize("path", BUDGET)
def test_a_page_asks_within_its_budget_and_no_more_when_there_is_more(lamp, path):
    grow(lamp, 2)
    asked(lamp, path)  # what is read once and kept (content types, packs) is not the page's
    few = asked(lamp, path)
    grow(lamp, 20)
    many = asked(lamp, path)
    assert len(few) <= BUDGET[path], "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)


def test_a_report_is_taken_with_its_page_in_twenty_questions(lamp):
    security = Actor("security", label="security")
    _made, key = give_key("city", lamp.station, ["incidents.take"], by=security, at=timezone.now())
    told = {"api_key": key, "jurisdiction_id": "lamp", "service_code": "noise", "description": "loud",
            "lat": "60.17", "long": "24.94", "phone": "13900000000"}  # fmt: skip

    def post(once: str) -> list[str]:
        with stations.scoping.outside(), CaptureQueriesContext(connection) as seen:
            answer = Client().post("/open311/v2/requests.json", told, headers={"Idempotency-Key": once})
        assert answer.status_code == 201
        return [query["sql"] for query in seen if not query["sql"].startswith(FRAMES)]

    post("first")
    questions = post("second")
    assert len(questions) <= 14, "\n".join(questions)
