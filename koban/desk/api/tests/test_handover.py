"""Another centre hands over: once, with its status back, and with a clear no."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from koban.desk.api import shapes
from koban.desk.api.doors import _reporter
from koban.duties.incidents.intake import Reporter
from koban.duties.incidents.models import Incident
from koban.kernel import stations
from koban.kernel.access.actions import give_key
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.matters.models import Matter, Party
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street

pytestmark = pytest.mark.django_db
HANDOVER = "/api/v1/handover"
GIVEN: dict[str, Any] = {
    "number": "110-77",
    "type": "noise",
    "summary": "loud music 灯湖",
    "place": {"lon": 24.94, "lat": 60.17},
    "reporter": {"name": "阿依古丽·买买提", "phone": "000-1"},
}


@pytest.fixture
def office() -> Iterator[Station]:
    station = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo", phone="000-9"
    )
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def key(office: Station) -> dict[str, str]:
    security = Actor("security", label="security")
    secret = give_key("centre 110", office, ["incidents.take"], by=security, at=timezone.now())[1]
    return {"Authorization": f"Bearer {secret}"}


def send(client: Client, key: dict[str, str], told: Any) -> Any:
    return client.post(HANDOVER, told, content_type="application/json", headers=key)


def test_a_report_is_taken_once_whatever_the_line_does(client: Client, key: dict[str, str]) -> None:
    first, again = send(client, key, GIVEN), send(client, key, GIVEN)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json() == again.json()
    incident = Incident.objects.select_related("matter").get()
    assert (incident.channel, incident.source, incident.source_number) == ("centre", "centre 110", "110-77")
    assert incident.matter.holder_id is None


def test_one_number_with_other_words_is_a_conflict(client: Client, key: dict[str, str]) -> None:
    send(client, key, GIVEN)
    response = send(client, key, GIVEN | {"summary": "something else"})
    assert response.status_code == 409
    assert Matter.objects.count() == 1


def test_the_centre_sees_the_status_and_nothing_of_the_reporter(client: Client, key: dict[str, str]) -> None:
    send(client, key, GIVEN)
    told = client.get(f"{HANDOVER}/110-77", headers=key)
    assert told.json()["state"] == "received"
    assert set(told.json()) == {"number", "their_number", "state", "is_open", "due_at", "changed_at"}
    assert client.get(f"{HANDOVER}/none", headers=key).status_code == 404


BAD: dict[str, tuple[Any, int]] = {
    "not JSON": ("{", 400),
    "a list": ([], 422),
    "no number": ({**GIVEN, "number": ""}, 422),
    "an unknown type": ({**GIVEN, "type": "x"}, 422),
    "half a place": ({**GIVEN, "place": {"lon": 24.9}}, 422),
    "off the earth": ({**GIVEN, "place": {"lon": 24.9, "lat": 99}}, 422),
    "letters for degrees": ({**GIVEN, "place": {"lon": "x", "lat": 9}}, 422),
    "a huge text": ({**GIVEN, "summary": "x" * 5000}, 422),
    **{
        f"control characters in {name}": ({**GIVEN, name: "a\x00b"}, 422)
        for name in ("number", "type", "summary")
    },
    **{
        f"control characters in the reporter's {name}": ({**GIVEN, "reporter": {name: "a\x07b"}}, 422)
        for name in ("name", "phone", "email")
    },
    "control characters in the place": ({**GIVEN, "place": {"words": "a\x00b"}}, 422),
    "control characters in a question": ({**GIVEN, "answers": {"a\x00b": "yes"}}, 422),
    "an unknown field": ({**GIVEN, "religion": "x"}, 422),
    "a wrong answer": ({**GIVEN, "answers": {"danger": "perhaps"}}, 422),
    "a wrong priority": ({**GIVEN, "priority": 9}, 422),
}


@pytest.mark.parametrize(("told", "status"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_a_problem_document_with_one_sentence(
    client: Client, key: dict[str, str], told: Any, status: int
) -> None:
    response = send(client, key, told)
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    assert response.json()["detail"]
    assert not Matter.objects.exists()


@pytest.mark.parametrize("path", [f"{HANDOVER}/a%00b", "/api/v1/offices/a%00b/presence"])
def test_an_address_with_control_characters_is_told_so(
    client: Client, key: dict[str, str], path: str
) -> None:
    response = client.get(path, headers=key)
    assert (response.status_code, response["Content-Type"][:24]) == (422, "application/problem+json")
    assert "U+0000" in response.json()["detail"]


@pytest.fixture
def doors(office: Station) -> list[Address]:
    street = Street(name="灯湖路", name_en="Lamp Lake Road")
    made = [
        premises.prepared(Address(street=street, door=door, label=f"灯湖路{door}号", lon=24.94, lat=60.17))
        for door in ("1", "12")
    ]
    premises.enter([street, *made], by=SYSTEM, at=timezone.now())
    return made


WORDS = {
    "a street of many houses": ("灯湖路", None),
    "the whole label": ("灯湖路1号", 0),
    "words that only one house holds": ("灯湖 12", 1),
    "a house that is not there": ("灯湖路99号", None),
}


@pytest.mark.parametrize(("words", "which"), WORDS.values(), ids=WORDS.keys())
def test_words_become_a_house_only_where_they_name_one_alone(
    client: Client, key: dict[str, str], doors: list[Address], words: str, which: int | None
) -> None:
    assert send(client, key, GIVEN | {"place": {"words": words}}).status_code == 201
    matter = Matter.objects.get()
    assert matter.address_id == (None if which is None else doors[which].pk)
    assert which is not None or matter.place == words


WAYS = {
    "a telephone": ({"phone": "000-1"}, "phone"),
    "an e-mail address": ({"email": "zhao@example.org"}, "email"),
    "both": ({"phone": "000-1", "email": "zhao@example.org"}, "phone"),
    "only a name": ({"name": "赵云", "phone": " "}, "page"),
}


@pytest.mark.parametrize(("told", "way"), WAYS.values(), ids=WAYS.keys())
def test_a_reporter_is_answered_the_way_that_was_left(
    client: Client, key: dict[str, str], told: dict[str, str], way: str
) -> None:
    assert send(client, key, GIVEN | {"reporter": told}).status_code == 201
    assert Party.objects.get().reply_by == way


def test_a_reporter_is_cleaned_like_every_text() -> None:
    told = shapes.ReporterIn(name="  赵\u200b云 ", phone=" 000-1\n", email="\u202ezhao@example.org")
    assert _reporter(told) == Reporter("赵云", "000-1", "zhao@example.org", reply_by="phone")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_without_a_valid_key_nothing_is_taken(
    client: Client, office: Station, headers: dict[str, str]
) -> None:
    assert send(client, headers, GIVEN).status_code in (401, 403)
    assert not Matter.objects.exists()


def test_types_are_kept_by_their_etag(
    client: Client, office: Station, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        first = client.get("/api/v1/types")
    assert client.get("/api/v1/types", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(first.json()) > 20


def test_the_sign_at_the_door_is_public(client: Client, office: Station) -> None:
    told = client.get("/api/v1/offices/lamp/presence").json()
    assert told == {"somebody_is_in": False, "until": None, "phone": "000-9"}
    assert client.get("/api/v1/offices/none/presence").status_code == 404


def test_the_interface_describes_itself(client: Client, office: Station) -> None:
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {
        "/api/v1/handover",
        "/api/v1/handover/{number}",
        "/api/v1/types",
        "/api/v1/offices/{code}/presence",
        "/api/v1/offices/{code}/letting-reports",
        "/api/v1/offices/{code}/let-units",
        "/api/v1/offices/{code}/let-units/{unit}/tenants",
        "/api/v1/offices/{code}/tenancies/{tenancy}/end",
        "/api/v1/offices/{code}/tenancies/{tenancy}/agreed-end",
        "/api/v1/offices/{code}/registrations",
        "/api/v1/usage/findUsage",
        "/api/v1/usage/usagePeriod",
        "/api/v1/usage/heartbeat",
    }
