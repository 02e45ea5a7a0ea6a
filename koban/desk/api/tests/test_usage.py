"""The resident's own ledger for machines."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.matters import own
from koban.registers.residents import actions, glass

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
CALLER = {"X-Road-UserId": "EE12345678901"}


@pytest.fixture
def office():
    return Station.objects.create(code="here", name="本所", kind="office", path="here/", pack="cn")


@pytest.fixture
def keys(office):
    """Keys of two people; the first has looked at their own data three times."""
    with stations.scope(office.pk):
        people = actions.enter([actions.Entry("张伟民"), actions.Entry("李四")], by=SYSTEM, at=NOON)
        for hour in range(3):
            glass.own(people[0], by=own.actor(office), at=NOON.replace(hour=4 + hour))
        return people, [actions.give_key(person, by=SYSTEM, at=NOON) for person in people]


def ask(key, path="findUsage", **told):
    headers = {**CALLER, "Authorization": f"Bearer {key[0]}.{key[1]}"}
    return Client(headers=headers).get(f"/api/v1/usage/{path}", {"office": "here", **told})


def test_looks_come_newest_first_and_in_parts(keys):
    told = ask(keys[1][0], limit=2).json()
    assert told["totalUsages"] == 3
    assert [line["logtime"][:19] for line in told["usages"]] == ["2026-05-04T06:00:00", "2026-05-04T05:00:00"]
    assert set(told["usages"][0]) == {"logtime", "action", "receiverCode", "receiverName", "receiverSystem"}
    assert len(ask(keys[1][0], offset=2).json()["usages"]) == 1


def test_a_period_is_from_to_and_carries_its_zone(keys):
    told = ask(keys[1][0], periodStart="2026-05-04T05:00:00Z", periodEnd="2026-05-04T14:00:00+08:00").json()
    assert told["totalUsages"] == 1
    assert ask(keys[1][0], periodStart="2026-05-04T05:00:00").status_code == 422


@pytest.mark.parametrize("change", [
    {"X-Road-UserId": ""}, {"Authorization": ""}, {"Authorization": "Bearer 2026-000001.7KQ2-M9XA-04TD"},
    {"Authorization": "Bearer nothing"},
])  # fmt: skip
def test_who_gets_nothing(keys, change):
    key = keys[1][0]
    headers = {**CALLER, "Authorization": f"Bearer {key[0]}.{key[1]}", **change}
    answer = Client(headers=headers).get("/api/v1/usage/findUsage", {"office": "here"})
    assert answer.status_code in (401, 404, 422)
    assert "totalUsages" not in answer.content.decode()


def test_another_asks_only_where_the_person_said_so(keys, office):
    (zhang, _li), (mine, other) = keys
    assert ask(other, userCode=mine[0]).status_code == 404
    with stations.scope(office.pk):
        given = actions.consent(
            zhang, purpose="usage", partner=other[0], until_on=date(2100, 1, 1), by=own.actor(office), at=NOON
        )
    assert ask(other, userCode=mine[0]).json()["totalUsages"] == 3
    with stations.scope(office.pk):
        actions.withdraw(given, by=own.actor(office), at=NOON)
    assert ask(other, userCode=mine[0]).status_code == 404


def test_period_and_heartbeat(keys):
    assert ask(keys[1][0], "usagePeriod").json()["periodStart"].startswith("2026-05-04T04:00:00")
    assert ask(keys[1][1], "usagePeriod").json()["periodStart"] is None
    assert Client().get("/api/v1/usage/heartbeat").json()["appName"] == "koban"
