"""A client that others wrote talks to a running office: `georeport` from PyPI reads, plain `requests` posts."""

from collections.abc import Iterator

import pytest
import requests
from georeport import GeoReport

from tests.house import open_lamp
from tests.support.office import Office


@pytest.fixture
def lamp(office: Office) -> Iterator[tuple[Office, str]]:
    key = open_lamp(office)
    with office:
        yield office, key


def found(office: Office, form: str) -> str:
    """The address of the endpoint, as a client finds it: by discovery."""
    told = requests.get(f"{office.url}/open311/v2/discovery.json", timeout=30).json()
    endpoint = next(each for each in told["endpoints"] if each["type"] == "production")
    kinds = {"json": "application/json", "xml": "text/xml"}
    assert kinds[form] in endpoint["formats"]
    assert endpoint["specification"].endswith("GeoReport_v2")
    return str(endpoint["url"])


def posted(endpoint: str, key: str, **told: str) -> requests.Response:
    form = {
        "api_key": key,
        "jurisdiction_id": "lamp",
        "service_code": "noise",
        "description": "Drilling at night",
    }
    return requests.post(f"{endpoint}/requests.json", data=form | told, timeout=30)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_foreign_client_finds_reads_and_posts(lamp, form):
    office, key = lamp
    endpoint = found(office, form)
    client = GeoReport(endpoint, jurisdiction="lamp", output_format=form)

    services = {service["service_code"]: service for service in client.get_service_list()}
    assert services["noise"]["service_name"]
    assert client.get_service_definition("noise")["service_code"] == "noise"

    answer = posted(endpoint, key, lat="60.17", long="24.94", first_name="Yun", phone="13900000000")
    assert answer.status_code == 201, answer.text
    number = answer.json()[0]["service_request_id"]

    one = client.get_service_request(number)
    assert (one["service_request_id"], one["service_code"], one["status"]) == (number, "noise", "open")
    assert (float(one["lat"]), float(one["long"])) == (60.17, 24.94)
    assert not {"Yun", "13900000000", "Drilling at night"} & {str(value) for value in one.values()}
    listed = client.get_service_requests(status="open", service_code="noise")
    listed = [listed] if isinstance(listed, dict) else listed  # one row of XML is no list to this client
    assert [each["service_request_id"] for each in listed] == [number]


def test_a_foreign_client_is_told_what_is_wrong(lamp):
    office, key = lamp
    endpoint = found(office, "json")
    wrong = posted(endpoint, "no such key", lat="60.17", long="24.94")
    assert (wrong.status_code, wrong.json()[0]["code"]) == (403, "403")
    assert posted(endpoint, key, service_code="dragons", lat="60.17", long="24.94").status_code == 404
    assert posted(endpoint, key, lat="160", long="24.94").json()[0]["description"]
    with pytest.raises(requests.HTTPError, match="404"):
        GeoReport(endpoint, jurisdiction="lamp").get_service_request("2020-000001")
