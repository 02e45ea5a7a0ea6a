"""A client that others wrote reads a running office: OWSLib, from its landing page alone."""

from collections.abc import Iterator

import pytest
import requests
from owslib.ogcapi.features import Features

from tests.house import open_lamp
from tests.support.office import Office

STREET = """
from django.utils import timezone
from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.registers.premises import actions
from koban.registers.premises.models import Address, Street
with stations.scope(Station.objects.get(code="lamp").pk):
    lamp = Street(name="灯湖路", name_en="Denghu Road")
    doors = [actions.prepared(Address(street=lamp, door=str(n), lon=24.94 + n / 1e4, lat=60.17)) for n in range(250)]
    actions.enter([lamp, *doors], by=SYSTEM, at=timezone.now())
"""


@pytest.fixture
def lamp(office: Office) -> Iterator[Office]:
    open_lamp(office)
    office.koban("manage", "shell", "-c", STREET)
    with office:
        yield office


def test_a_foreign_client_finds_the_layers_and_reads_them_page_by_page(lamp):
    client = Features(f"{lamp.url}/o/lamp/ogc/")
    assert any(uri.endswith("/conf/core") for uri in client.conformance()["conformsTo"])
    assert client.api()["openapi"].startswith("3.0")
    assert set(client.feature_collections()) == {"addresses", "buildings", "units", "assets", "hazards"}
    assert client.collection("addresses")["extent"]["spatial"]["bbox"][0][0] == 24.94

    found = client.collection_items("addresses", limit=100)
    read = [one["id"] for one in found["features"]]
    while following := [link["href"] for link in found["links"] if link["rel"] == "next"]:
        found = requests.get(following[0], timeout=30).json()
        read += [one["id"] for one in found["features"]]
    assert len(read) == len(set(read)) == 250

    near = client.collection_items("addresses", bbox=[24.9399, 60.16, 24.9405, 60.18])
    assert near["numberReturned"] == near["numberMatched"] == 6
    one = client.collection_item("addresses", near["features"][0]["id"])
    assert one["properties"]["name_en"].startswith("0 Denghu Road")


def test_it_finds_the_only_office_by_the_short_address_too(lamp):
    client = Features(f"{lamp.url}/ogc/")
    assert client.collection_items("addresses", limit=10_000)["numberReturned"] == 250
