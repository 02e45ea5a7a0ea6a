"""Firms, landlords and employers tell through their own systems: once, with their term, and never another's."""

import json
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from koban.desk.api.doors import api
from koban.duties.lettings.models import Telling
from koban.duties.permits.models import Declaration, Occupant
from koban.duties.permits.tests.made import address, number
from koban.kernel import stations
from koban.kernel.access.actions import give_key
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.models import Matter
from koban.registers.rentals import actions as rentals
from koban.registers.rentals.models import Tenancy
from koban.registers.residents import actions as residents

pytestmark = pytest.mark.django_db
TENANT = {"name": "张三", "id_number": number(order=31)}


@pytest.fixture
def here():
    """An office of Zhejiang with one door, a firm, a landlord with a unit there, and an employer's key."""
    station = Station.objects.create(
        code="here", name="本所", kind="office", path="here/", pack="cn-zj", tz="Asia/Shanghai"
    )
    li, now = actor_of(make_account("li", role="officer", station=station, password="")), timezone.now()
    with stations.scope(station.pk):
        home, today = address(by=li), timezone.localdate(now)
        firm = rentals.give_key(
            rentals.enter_agent("安居房产", "agent", on=today, by=li, at=now), by=li, at=now
        )
        landlord = residents.enter([residents.Entry("王五")], by=li, at=now)[0]
        row = rentals.enter_landlord(landlord.pk, on=today, by=li, at=now)
        unit = rentals.enter_unit(home, row, part="whole", on=today, by=li, at=now)
        signed = rentals.Signed("1", "zh-hans", "0" * 64, "paper", today, today + timedelta(days=365))
        rentals.sign_letter(row, signed, by=li, at=now)
        own = residents.give_key(landlord, by=li, at=now)
        key = give_key("factory", station, ["permits.declare"], by=Actor("security", label="s"), at=now)[1]
        yield {
            "station": station,
            "home": home,
            "unit": unit,
            "firm": ".".join(firm),
            "own": ".".join(own),
            "key": key,
            "today": today,
        }


def call(path: str, bearer: str, told: Any = None, *, key: str = "k1", office: str = "here") -> Any:
    client = Client(headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": key})
    url = f"/api/v1/offices/{office}/{path}"
    return client.get(url) if told is None else client.post(url, told, content_type="application/json")


def report(here, days_ago=0, **change):
    day = (here["today"] - timedelta(days=days_ago)).isoformat()
    return {"tenant": TENANT | {"from_on": day}, "dealt_on": day, "place": here["home"].label} | change


def test_a_firm_reports_and_is_told_whether_it_came_in_time(here):
    told = call("letting-reports", here["firm"], report(here))
    assert told.status_code == 201, told.content
    assert (told.json()["in_time"], told.json()["clause"]) == (True, Telling.objects.get().clause)
    assert Tenancy.objects.get().source == "agent"
    late = call(
        "letting-reports",
        here["firm"],
        report(
            here, 30, tenant=TENANT | {"id_number": number(order=32), "from_on": here["today"].isoformat()}
        ),
        key="k2",
    )
    assert late.json()["in_time"] is False
    assert [one["in_time"] for one in call("letting-reports", here["firm"]).json()] == [False, True]


def test_sent_again_with_its_key_nothing_is_written_twice(here):
    first, again = (call("letting-reports", here["firm"], report(here)) for _turn in range(2))
    assert first.content == again.content
    assert Tenancy.objects.count() == 1
    other = call("letting-reports", here["firm"], report(here, 1))
    assert other.status_code == 409


def test_a_landlord_sees_units_adds_a_tenant_and_ends_it_without_a_name_coming_out(here):
    units = call("let-units", here["own"]).json()
    assert (units[0]["id"], units[0]["tenancies"]) == (str(here["unit"].pk), [])
    told = call(
        f"let-units/{here['unit'].pk}/tenants", here["own"], TENANT | {"from_on": here["today"].isoformat()}
    )
    assert told.status_code == 201, told.content
    tenancy = told.json()["tenancy"]
    seen = call("let-units", here["own"])
    assert [one["id"] for one in seen.json()[0]["tenancies"]] == [tenancy]
    assert "张三" not in seen.content.decode() + told.content.decode()
    longer = call(f"tenancies/{tenancy}/agreed-end", here["own"], {"ends_on": "2099-01-01"}, key="k2")
    assert longer.json()["ends_on"] == "2099-01-01"
    ended = call(f"tenancies/{tenancy}/end", here["own"], {"on": here["today"].isoformat()}, key="k3")
    assert (ended.status_code, ended.json()["to_on"]) == (200, here["today"].isoformat())


def people(here, **change):
    day = here["today"].isoformat()
    return {"people": [TENANT], "place": here["home"].label, "from_on": day} | change


def test_an_employer_declares_who_lives_in_the_dormitory(here):
    told = call("registrations", here["key"], people(here))
    assert told.status_code == 201, told.content
    assert (told.json()["state"], told.json()["address_found"]) == ("declared", True)
    row = Declaration.objects.get()
    assert (row.source, row.way, Occupant.objects.count()) == ("employer", "api", 1)
    assert Matter.objects.get().holder_id is None


@pytest.mark.parametrize(
    "path, bearer, status",
    [
        ("letting-reports", "own", 404), ("letting-reports", "firm", 404), ("let-units", "firm", 404),
        ("registrations", "own", 403), ("registrations", "", 403),
    ],
)  # fmt: skip
def test_no_key_opens_the_door_of_another(here, path, bearer, status):
    office = "there" if bearer == "firm" and path == "letting-reports" else "here"
    told = people(here) if path == "registrations" else report(here) if path == "letting-reports" else None
    assert call(path, here.get(bearer, ""), told, office=office).status_code == status


def test_the_unit_of_another_is_answered_like_none(here):
    other = residents.enter([residents.Entry("赵六")], by=actor_of_system(), at=timezone.now())[0]
    key = ".".join(residents.give_key(other, by=actor_of_system(), at=timezone.now()))
    told = TENANT | {"from_on": here["today"].isoformat()}
    answers = [call(f"let-units/{unit}/tenants", key, told) for unit in (here["unit"].pk, other.pk)]
    assert {(one.status_code, one.json()["detail"]) for one in answers} == {
        (404, answers[0].json()["detail"])
    }


def actor_of_system():
    return Actor("system", label="system")


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": TENANT | {"from_on": "2026-02-30"}}, {"tenant": {"name": "张三"}}, {"dealt_on": "2999-01-01"}, {"place": ""},
        {"tenant": TENANT | {"from_on": "2026-01-01", "id_number": "110101199001011234"}}, {"place": "a\x00b"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_words_and_writes_nothing(here, change):
    answer = call("letting-reports", here["firm"], report(here) | change)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert Matter.objects.count() == 0


def operations():
    """Every operation of these addresses, with its invented requests."""
    raw = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    raw["paths"] = {path: told for path, told in raw["paths"].items() if path.endswith(OURS)}
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = get_wsgi_application()
    return [result.ok() for result in schema.get_all_operations()]


OURS = ("letting-reports", "let-units", "tenants", "end", "agreed-end", "registrations")
CHECKS = [
    not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance,
]  # fmt: skip


@pytest.mark.django_db(transaction=True)  # the whole server answers, and closes its connection after each
@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.label)
def test_whatever_is_sent_is_answered_as_it_is_described(here, operation):
    """Invented requests against the description: never a fault, always a status and a shape that it names."""
    bearer = (
        here["key"]
        if "registrations" in operation.path
        else here["firm"]
        if "reports" in operation.path
        else here["own"]
    )
    known = {"code": "here", "unit": str(here["unit"].pk)}

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case):
        case.path_parameters = {
            **(case.path_parameters or {}),
            **{k: v for k, v in known.items() if f"{{{k}}}" in operation.path},
        }
        case.headers["Authorization"] = f"Bearer {bearer}"
        case.call_and_validate(checks=CHECKS)

    run()
