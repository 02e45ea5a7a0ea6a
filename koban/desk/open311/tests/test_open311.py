"""GeoReport v2 as its specification, its schemas and San Francisco's recorded answers have it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from django.utils import timezone
from jsonschema_rs import Draft4Validator

from koban.duties.incidents import actions, endings
from koban.duties.incidents.intake import Report, Reporter
from koban.duties.incidents.models import Incident
from koban.duties.incidents.types import CATALOGUE
from koban.kernel import stations
from koban.kernel.access.actions import give_key
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import PUBLIC, SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.matters.models import Party
from koban.matters.places import Place
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
SECRETS = ("Zhao Yun", "赵云", "13900000000", "zhao@example.org", "my neighbour beats")


@pytest.fixture
def office() -> Iterator[Station]:
    station = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo", phone="000-1"
    )
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def key(office: Station) -> str:
    return key_of(office)


def key_of(station: Station) -> str:
    security = Actor("security", label="security")
    return give_key("city map", station, ["incidents.take"], by=security, at=timezone.now())[1]


POST = {"service_code": "noise", "lat": "60.17", "long": "24.94", "description": "loud music 灯湖"}


def follows(value: Any, name: str) -> None:
    """The schemas name each other by bare file name: one of a list is looked up here."""
    told = json.loads((DATA / name).read_text())
    if told.get("type") == "array":
        told["items"] = json.loads((DATA / told["items"]["$ref"]).read_text())
    Draft4Validator(told).validate(value)


def taken(**changes: Any) -> Incident:
    given: dict[str, Any] = {
        "code": "noise",
        "channel": "phone",
        "summary": SECRETS[4],
        "place": Place("", None, 24.94, 60.17),
        "reporter": Reporter(name=SECRETS[1], phone=SECRETS[2], email=SECRETS[3]),
    }
    report = Report(**given | changes)
    station = Station.objects.get(code="lamp")
    return actions.take(report, by=PUBLIC, at=timezone.now(), station=station).incident


def get(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(f"/open311/v2/{path}")
    assert response.status_code == status, response.content
    if ".xml" in path:
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
        assert b"xmlns" not in response.content
        return fromstring(response.content)
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return response.json()


def shape(element: ET.Element) -> set[str]:
    return {child.tag for child in element}


def test_discovery_names_both_formats(client: Client, office: Station) -> None:
    told = get(client, "discovery.json")
    assert told["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    assert set(told["endpoints"][0]) == {"specification", "url", "changeset", "type", "formats"}
    root = get(client, "discovery.xml")
    assert [f.text for f in root.iter("format")] == ["text/xml", "application/json"]
    assert client.get("/open311/discovery.xml").status_code == 200


def test_services_follow_the_schema_and_the_recorded_shape(client: Client, office: Station) -> None:
    told = get(client, "services.json")
    follows(told, "services.json")
    recorded = fromstring((DATA / "san-francisco" / "services.xml").read_bytes())
    ours = get(client, "services.xml")
    assert ours.tag == recorded.tag.rpartition("}")[2]
    assert shape(ours[0]) == {tag.rpartition("}")[2] for tag in shape(recorded[0])}
    assert len(ours) == len(told) == len(CATALOGUE.listed())


NEVER = [type_.code for type_ in CATALOGUE.types.values() if type_.public == "never"]


@pytest.mark.parametrize("code", NEVER)
def test_what_is_never_public_is_no_service_and_no_request(client: Client, key: str, code: str) -> None:
    taken(code=code)
    assert code not in {service["service_code"] for service in get(client, "services.json")}
    get(client, f"services/{code}.json", 404)
    assert get(client, "requests.json") == []
    assert get(client, f"requests.json?service_code={code}") == []
    posted = client.post("/open311/v2/requests.json", POST | {"service_code": code, "api_key": key})
    assert posted.status_code == 404


def test_no_service_takes_complaints_about_the_police(client: Client, office: Station) -> None:
    words = json.dumps(get(client, "services.json")).lower()
    assert "complaint" not in words
    assert "投诉" not in words


def test_a_definition_follows_the_schema_and_the_recorded_shape(client: Client, office: Station) -> None:
    follows(get(client, "services/noise.json"), "service-definition.json")
    root = get(client, "services/noise.xml")
    recorded = fromstring((DATA / "san-francisco" / "service_definition.xml").read_bytes())
    assert shape(next(root.iter("attribute"))) == shape(next(recorded.iter("attribute")))
    assert shape(next(root.iter("value"))) == {"key", "name"}
    get(client, "services/no-such.xml", 404)


@pytest.mark.parametrize("format", ["json", "xml"])
def test_a_post_is_stored_and_answers_with_its_number(client: Client, key: str, format: str) -> None:
    response = client.post(f"/open311/v2/requests.{format}", POST | {"api_key": key, "attribute[inside]": ""})
    assert response.status_code == 201, response.content
    incident = Incident.objects.select_related("matter").get()
    number = incident.matter.printed
    assert number in response.content.decode()
    assert (incident.channel, incident.matter.summary) == ("open311", "loud music 灯湖")
    if format == "xml":
        recorded = fromstring((DATA / "san-francisco" / "post_service_request.xml").read_bytes())
        assert shape(fromstring(response.content)[0]) == shape(recorded[0])


def test_answers_to_the_script_come_as_attributes(client: Client, key: str) -> None:
    question = CATALOGUE["noise"].ask[0]
    form = POST | {"api_key": key, f"attribute[{question}]": "yes"}
    assert client.post("/open311/v2/requests.json", form).status_code == 201
    assert Incident.objects.get().answers == {question: "yes"}


def test_the_same_post_under_one_key_is_one_report(client: Client, key: str) -> None:
    answers = [
        client.post("/open311/v2/requests.json", POST | {"api_key": key}, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Incident.objects.count() == 1
    other = POST | {"api_key": key, "description": "another"}
    assert (
        client.post("/open311/v2/requests.json", other, headers={"Idempotency-Key": "one"}).status_code == 409
    )


def test_with_extensions_the_poster_gets_the_secret(client: Client, key: str) -> None:
    told = client.post("/open311/v2/requests.json?extensions=true", POST | {"api_key": key}).json()
    assert len(told[0]["extended_attributes"]["receipt_secret"]) == 14


BAD = {
    "no key": ({"api_key": ""}, 403),
    "a wrong key": ({"api_key": "wrong"}, 403),
    "no service": ({"service_code": ""}, 400),
    "an unknown service": ({"service_code": "nothing"}, 404),
    "no place": ({"lat": "", "long": ""}, 400),
    "half a place": ({"long": ""}, 400),
    "letters for a place": ({"lat": "north"}, 400),
    "off the earth": ({"lat": "91"}, 400),
    "not a number": ({"lat": "nan"}, 400),
    "in the gulf of Guinea": ({"lat": "0", "long": "0"}, 400),
    "an unknown address": ({"lat": "", "long": "", "address_id": "x"}, 400),
    "too many words": ({"description": "x" * 4001}, 400),
    **{
        f"control characters in {name}": ({name: "a\x00b"}, 400)
        for name in (
            *("description", "address_string", "first_name", "last_name", "phone", "email"),
            *("service_code", "address_id", "lat", "long", "jurisdiction_id", "attribute[a\x00b]"),
        )
    },
    "an unknown attribute": ({"attribute[colour]": "red"}, 400),
    "an unknown answer": ({f"attribute[{CATALOGUE['noise'].ask[0]}]": "perhaps"}, 400),
}


@pytest.mark.parametrize(("change", "status"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("format", ["json", "xml"])
def test_a_bad_post_is_told_what_to_mend(
    client: Client, key: str, format: str, change: dict[str, str], status: int
) -> None:
    response = client.post(f"/open311/v2/requests.{format}", {**POST, "api_key": key, **change})
    assert response.status_code == status, response.content
    if format == "json":
        assert response.json()[0]["code"] == str(status)
        assert response.json()[0]["description"]
    else:
        assert shape(fromstring(response.content)[0]) == {"code", "description"}
    assert not Incident.objects.exists()


@pytest.fixture
def doors(office: Station) -> list[Address]:
    lamp, moon = Street(name="灯湖路", name_en="Lamp Lake Road"), Street(name="月桥街", name_en="Moon Street")
    made = [
        premises.prepared(
            Address(
                street=street,
                door=door,
                label=f"{street.name}{door}号",
                label_en=f"{door} {street.name_en}",
                lon=24.94,
                lat=60.17,
            )
        )
        for street, door in ((lamp, "1"), (lamp, "12"), (moon, "3"))
    ]
    premises.enter([lamp, moon, *made], by=SYSTEM, at=timezone.now())
    return made


WORDS = {
    "a street of many houses": ("灯湖路", None),
    "a street in English": ("Lamp Lake Road", None),
    "the whole label": ("灯湖路1号", "灯湖路1号"),
    "the whole label in English": ("1 Lamp Lake Road", "灯湖路1号"),
    "the only house of its street": ("月桥街", "月桥街3号"),
    "a house that is not there": ("灯湖路99号", None),
}


@pytest.mark.parametrize(("words", "label"), WORDS.values(), ids=WORDS.keys())
def test_words_become_a_house_only_where_they_name_one_alone(
    client: Client, key: str, doors: list[Address], words: str, label: str | None
) -> None:
    form = POST | {"api_key": key, "lat": "", "long": "", "address_string": words}
    assert client.post("/open311/v2/requests.json", form).status_code == 201
    matter = Incident.objects.select_related("matter").get().matter
    assert matter.address_id == next((door.pk for door in doors if door.label == label), None)
    assert label or matter.place == words


WAYS = {
    "a telephone": ({"phone": "000-1"}, "phone"),
    "an e-mail address": ({"email": "zhao@example.org"}, "email"),
    "both": ({"phone": "000-1", "email": "zhao@example.org"}, "email"),
    "only a name": ({"first_name": "Yun"}, "page"),
}


@pytest.mark.parametrize(("told", "way"), WAYS.values(), ids=WAYS.keys())
def test_a_reporter_is_answered_the_way_that_was_left(
    client: Client, key: str, told: dict[str, str], way: str
) -> None:
    client.post("/open311/v2/requests.json", POST | {"api_key": key} | told)
    assert Party.objects.get().reply_by == way


def test_a_key_of_another_office_is_refused(client: Client, office: Station, key: str) -> None:
    other = Station.objects.create(code="moon", name="月桥", kind="office", path="moon/")
    form = POST | {"api_key": key_of(other), "jurisdiction_id": "lamp"}
    assert client.post("/open311/v2/requests.json", form).status_code == 403


def test_with_two_offices_the_jurisdiction_must_be_said(client: Client, office: Station) -> None:
    Station.objects.create(code="moon", name="月桥", kind="office", path="moon/")
    get(client, "services.json", 400)
    get(client, "services.json?jurisdiction_id=nowhere", 404)
    assert get(client, "services.json?jurisdiction_id=lamp")


def test_requests_follow_the_schema_and_the_recorded_shape(client: Client, office: Station) -> None:
    incident = taken()
    told = get(client, "requests.json")
    follows(told, "requests.json")
    recorded = fromstring((DATA / "san-francisco" / "get_service_request.xml").read_bytes())
    ours = get(client, f"requests/{incident.matter.printed}.xml")
    assert (ours.tag, shape(ours[0])) == (recorded.tag, shape(recorded[0]))
    assert len(told[0]) == 17
    assert told[0]["requested_datetime"].endswith("+08:00")


@pytest.mark.parametrize(
    "path", ["requests.json?extensions=true", "requests.xml?extensions=true", "services.json"]
)
def test_no_field_of_a_reporter_ever_leaves(client: Client, office: Station, path: str) -> None:
    incident = taken()
    li = actor_of(make_account("li", role="officer", station=office))
    endings.write_out(incident.matter, SECRETS[0], by=li, at=timezone.now())
    body = client.get(f"/open311/v2/{path}").content.decode()
    one = client.get(f"/open311/v2/requests/{incident.matter.printed}.json?extensions=true").content.decode()
    assert not [secret for secret in SECRETS if secret in body + one]


QUERIES = {
    "by type": ("service_code=noise,theft", 1),
    "another type": ("service_code=fire", 0),
    "open": ("status=open", 1),
    "closed": ("status=closed", 0),
    "both": ("status=open,closed", 1),
    "an empty parameter": ("service_code=&status=", 1),
    "long ago": ("start_date=2020-01-01T00:00:00Z&end_date=2020-02-01T00:00:00Z", 0),
    "the second page": ("page=2&page_size=1", 0),
}


@pytest.mark.parametrize(("query", "count"), QUERIES.values(), ids=QUERIES.keys())
def test_requests_are_found_by_what_one_asks(client: Client, office: Station, query: str, count: int) -> None:
    taken()
    assert len(get(client, f"requests.json?{query}")) == count


WRONG = [
    "status=broken",
    "start_date=yesterday",
    "start_date=2026-05-04T12:00:00",
    "start_date=2020-01-01T00:00:00Z&end_date=2020-06-01T00:00:00Z",
    "start_date=2020-06-01T00:00:00Z&end_date=2020-01-01T00:00:00Z",
    "start_date=0001-01-01T00:00:00Z",
    "end_date=0001-01-01T00:00:00Z",
    "start_date=9999-12-31T23:59:59Z",
    "end_date=9999-12-31T23:59:59-23:59",
    "start_date=0001-01-01T00:00:00%2B14:00&end_date=0001-01-02T00:00:00%2B14:00",
    "start_date=2026-05-04T12:00:00%2B99:99",
    "service_code=noise%00",
    "status=open%00",
    "service_request_id=2026-1%00",
    "jurisdiction_id=lamp%00",
    "page=0",
    "page_size=many",
    "service_code=" + ",".join(["x"] * 1001),
]


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("format", ["json", "xml"])
def test_a_bad_question_is_told_what_to_mend(
    client: Client, office: Station, query: str, format: str
) -> None:
    get(client, f"requests.{format}?{query}", 400)


def test_ids_override_everything_else(client: Client, office: Station) -> None:
    first, second = taken(), taken(code="facility")
    ids = f"{first.matter.printed},{second.matter.printed},2020-1,x"
    told = get(client, f"requests.json?service_request_id={ids}&service_code=fire")
    assert {row["service_request_id"] for row in told} == {first.matter.printed, second.matter.printed}


def test_a_closed_request_was_updated_when_it_closed(client: Client, office: Station) -> None:
    incident = taken()
    li = actor_of(make_account("li", role="officer", station=office))
    at = datetime(2026, 5, 4, 4, tzinfo=UTC)
    endings.cancel(incident.matter, by=li, at=at, reason="a mistake")
    told = get(client, f"requests/{incident.matter.printed}.json")[0]
    assert (told["status"], told["updated_datetime"]) == ("closed", "2026-05-04T12:00:00+08:00")


@pytest.mark.parametrize(
    "path",
    [
        "requests/2026-999999.json",
        "requests/x.xml",
        "tokens/2026-1.xml",
        "services/x.json",
        *(
            f"{kind}/{odd}.{ending}"
            for kind in ("services", "requests", "tokens")
            for odd in ("x%00", "a%20b", "噪音", "a.b", "%0A")
            for ending in ("json", "xml")
        ),
    ],
)
def test_what_is_not_there_is_404_in_the_format_asked_for(client: Client, office: Station, path: str) -> None:
    get(client, path, 404)


def test_a_token_is_the_number_itself(client: Client, office: Station) -> None:
    number = taken().matter.printed
    root = get(client, f"tokens/{number}.xml")
    recorded = fromstring((DATA / "san-francisco" / "request_id_from_token.xml").read_bytes())
    assert shape(root[0]) == shape(recorded[0])
    assert root[0][0].text == number


def test_the_list_asks_the_database_as_often_for_one_as_for_many(
    client: Client, office: Station, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        taken()
    with django_assert_max_num_queries(4):
        assert len(get(client, "requests.json")) == 12


def test_languages_are_both_spoken(client: Client, office: Station) -> None:
    zh = client.get("/open311/v2/services.json", headers={"Accept-Language": "zh-Hans"}).json()
    en = client.get("/open311/v2/services.json", headers={"Accept-Language": "en"}).json()
    assert zh[0]["service_name"] != en[0]["service_name"]
