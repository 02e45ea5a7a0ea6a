"""OGC API - Features, part 1, as its abstract tests have it: core, GeoJSON, HTML, OpenAPI 3.0."""

import json
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koban.desk.ogc import shapes
from koban.desk.ogc.layers import LAYERS
from koban.desk.ogc.tests.conftest import BASE, SECRETS, follows, names, told
from koban.duties.hazards.models import Hazard
from koban.kernel import stations
from koban.kernel.stations.models import Station
from koban.registers.premises.models import Address, Asset, Unit

pytestmark = pytest.mark.django_db
DOORS = "collections/addresses/items"
EVERY = ("", "conformance", "api", "collections", "collections/units", "collections/units/items")


def rels(value):
    return {link["rel"] for link in value["links"]}


def to(value, rel):
    return next(link for link in value["links"] if link["rel"] == rel)


def test_the_landing_page_leads_to_everything(office):
    landing = told("")
    follows(landing, "landingPage")
    assert rels(landing) >= {"self", "alternate", "service-desc", "service-doc", "conformance", "data"}
    for link in landing["links"]:
        path = urlsplit(link["href"])
        answer = Client().get(f"{path.path}?{path.query}", headers={"accept": link["type"]})
        assert (answer.status_code, answer["Content-Type"].split("; ")[0]) == (200, link["type"])


def test_it_says_what_it_conforms_to(office):
    found = told("conformance")
    follows(found, "confClasses")
    classes = {uri.rpartition("/conf/")[2] for uri in found["conformsTo"]}
    assert classes == {"core", "geojson", "html", "oas30"}


def test_only_places_are_layers(office):
    found = told("collections")
    follows(found, "collections")
    assert [one["id"] for one in found["collections"]] == [
        "addresses",
        "buildings",
        "units",
        "assets",
        "hazards",
    ]
    for one in found["collections"]:
        alone = told(f"collections/{one['id']}")
        follows(alone, "collection")
        assert {key: alone[key] for key in one if key != "links"} == {
            key: one[key] for key in one if key != "links"
        }
        assert all(link in alone["links"] for link in one["links"])
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        for feature in told(f"collections/{one['id']}/items")["features"]:
            point = feature["geometry"]["coordinates"]
            lon, lat = point if feature["geometry"]["type"] == "Point" else point[0][0]
            assert west <= lon <= east
            assert south <= lat <= north


@pytest.mark.parametrize("layer", LAYERS)
def test_features_are_geojson_with_their_links(office, layer):
    found = told(f"collections/{layer}/items")
    follows(found, "featureCollectionGeoJSON")
    assert found["numberReturned"] == found["numberMatched"] == len(found["features"]) > 0
    assert datetime.fromisoformat(found["timeStamp"]).tzinfo
    assert rels(found) == {"self", "alternate", "collection"}
    assert all(link["type"] for link in found["links"])
    first = found["features"][0]
    one = told(f"collections/{layer}/items/{first['id']}")
    follows(one, "featureGeoJSON")
    assert rels(one) == {"self", "alternate", "collection"}
    assert {key: one[key] for key in first} == first
    answer = Client().get(f"{BASE}collections/{layer}/items/{first['id']}", headers={"accept": "*/*"})
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["Access-Control-Allow-Origin"] == "*"


FIELDS = {
    "addresses": {"name", "name_en", "kind", "kind_name", "since"},
    "buildings": {"name", "name_en", "floors"},
    "units": {"name", "name_en", "kind", "kind_name", "address", "address_en", "since"},
    "assets": {"name", "kind", "kind_name", "code", "state", "since"},
    "hazards": {"kind", "kind_name", "severity", "state", "address", "address_en", "since"},
}
LINKS = {"rel", "href", "type", "title"}


def test_each_layer_has_these_fields_and_no_other(office):
    """A new field is a decision: nothing of a person, no plate of a door, no code of a firm, no owner is among them."""
    assert FIELDS.keys() == LAYERS.keys()
    for layer, fields in FIELDS.items():
        assert {
            name for one in told(f"collections/{layer}/items")["features"] for name in one["properties"]
        } == fields


def test_no_layer_reads_a_sealed_column_or_a_table_of_persons(office):
    assert {layer.model._meta.label for layer in LAYERS.values()} == {
        "premises.Address", "premises.Building", "premises.Unit", "premises.Asset", "hazards.Hazard",
    }  # fmt: skip
    columns = {column for layer in LAYERS.values() for column in layer.columns.values()}
    assert not columns & {
        "responsible",
        "responsible_phone",
        "person_id",
        "credit_code",
        "plate",
        "owner",
        "matter__summary",
    }


@pytest.mark.parametrize("form", ["json", "html"])
def test_nothing_of_a_person_stands_in_any_answer(office, form):
    with stations.scope(office.pk):
        hidden = [Address.objects.values_list("plate", flat=True)[0], *SECRETS]
        ids = {"units": Unit.objects.get(kind="shop").pk, "assets": Asset.objects.get(kind="lamp").pk}
    pages = [*EVERY, *(f"collections/{layer}/items/{key}" for layer, key in ids.items())]
    for path in pages:
        text = Client().get(f"{BASE}{path}?f={form}").getvalue().decode()
        assert [word for word in hidden if word in text] == []


def test_what_is_kept_back_is_neither_listed_nor_found(office):
    """Flats, former and future doors, cameras, stores of dangerous goods, and whatever lies at another office."""
    with stations.scope(office.pk):
        kept = {
            "addresses": Address.objects.filter(door__in=["50", "51"]) | Address.objects.exclude(room=""),
            "units": Unit.objects.filter(kind="dangerous_goods"),
            "assets": Asset.objects.filter(kind="camera"),
            "hazards": Hazard.objects.filter(is_public=False),
        }
        ids = {layer: [str(pk) for pk in rows.values_list("pk", flat=True)] for layer, rows in kept.items()}
    with stations.scope(Station.objects.get(code="moon").pk):
        ids["addresses"] += [str(pk) for pk in Address.objects.values_list("pk", flat=True)]
    assert (len(ids["addresses"]), len(ids["hazards"])) == (4, 1)
    for layer, hidden in ids.items():
        listed = {one["id"] for one in told(f"collections/{layer}/items")["features"]}
        assert listed.isdisjoint(hidden)
        for one in hidden:
            told(f"collections/{layer}/items/{one}", 404)


@pytest.mark.parametrize("path", [
    "collections/persons", "collections/persons/items", "collections/residents/items", f"{DOORS}/no-such",
    f"{DOORS}/00000000-0000-7000-8000-000000000000", f"{DOORS}/%00",
])  # fmt: skip
def test_what_is_not_there_is_told_as_a_problem(office, path):
    problem = told(path, 404)
    follows(problem, "exception")
    assert problem["status"] == 404
    assert problem["detail"]


# Parameters


@pytest.mark.parametrize("query, count", [
    ("", 12), ("limit=1", 1), ("limit=12", 12), ("limit=10000", 12), ("limit=10001", 12), ("limit=99999999999999999999", 12),
    ("bbox=24.9395,60.16,24.9405,60.18", 1), ("bbox=24.9395,60.16,0,24.9405,60.18,50", 1), ("bbox=24.940,60.17,24.942,60.17", 3),
    ("bbox=-180,-90,180,90", 12), ("bbox=170,-90,-170,90", 0), ("bbox=24.945,-90,-170,90", 7), ("bbox=170,-90,24.9411,90", 2),
    ("bbox=10,10,11,11", 0), ("datetime=2019-01-01T00:00:00Z", 11), ("datetime=2020-06-01T12:00:00%2B08:00", 12),
    ("datetime=2020-06-01T12:00:00+08:00", 12), ("datetime=2020-06-01", 12), ("datetime=../2019-01-01T00:00:00Z", 11),
    ("datetime=/2019-01-01T00:00:00Z", 11), ("datetime=2019-01-01T00:00:00Z/..", 12), ("datetime=2019-01-01T00:00:00Z/", 12),
    ("datetime=2019-01-01T00:00:00Z/2021-01-01T00:00:00.5Z", 12), ("datetime=../..", 12),
    ("datetime=2019-12-31T15:59:59Z", 11), ("datetime=2019-12-31T16:00:00Z", 12),  # the day is the office's own
    ("bbox=24.9425,60,24.9435,61&datetime=2019-01-01T00:00:00Z", 0), ("f=json&limit=3", 3),
])  # fmt: skip
def test_what_a_question_finds(office, query, count):
    assert told(f"{DOORS}?{query}")["numberReturned"] == count


@pytest.mark.parametrize("query, says", [
    ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=ten", "limit"), ("limit=1.5", "limit"), ("limit=", "limit"),
    ("limit=٣", "limit"), ("limit=1&limit=2", "limit"), ("bbox=1,2,3", "bbox"), ("bbox=1,2,3,4,5", "bbox"),
    ("bbox=1,2,3,x", "x"), ("bbox=nan,0,1,1", "bbox"), ("bbox=inf,0,1,1", "bbox"), ("bbox=0,5,1,4", "bbox"),
    ("bbox=0,0,200,4", "bbox"), ("bbox=0,0,9,1,1,1", "bbox"), ("datetime=yesterday", "datetime"),
    ("datetime=2026-05-04T12:00:00", "datetime"), ("datetime=2026-13-04T12:00:00Z", "datetime"),
    ("datetime=0001-01-01T00:00:00%2B14:00", "datetime"), ("datetime=2026-01-01T00:00:00Z/2025-01-01T00:00:00Z", "datetime"),
    ("datetime=2026-01-01T02:00:00Z/2026-01-01T01:00:00Z", "datetime"), ("datetime=a/b/c", "datetime"), ("after=x", "after"),
    ("after=WzEsMl0", "after"), ("after=W10", "after"), ("after=é", "after"), ("f=gml", "json"), ("person=1", "person"),
    ("bbox-crs=x", "bbox-crs"), ("LIMIT=3", "LIMIT"),
])  # fmt: skip
def test_a_wrong_parameter_is_told_what_to_mend(office, query, says):
    problem = told(f"{DOORS}?{query}", 400, language="en")
    follows(problem, "exception")
    assert says in problem["detail"]


@pytest.mark.parametrize("path", EVERY[:-1])
def test_a_parameter_that_a_page_does_not_know_is_an_error(office, path):
    assert told(f"{path}?limit=3", 400)["status"] == 400


@pytest.mark.parametrize("layer", LAYERS)
def test_following_next_reads_everything_once(office, layer):
    whole = [one["id"] for one in told(f"collections/{layer}/items")["features"]]
    read, path = [], f"collections/{layer}/items?limit=5&bbox=24,60,25,61"
    while path:
        page = told(path)
        read += [one["id"] for one in page["features"]]
        assert page["numberReturned"] == len(page["features"])
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        path = following[0].partition(BASE)[2] if following else ""
    assert read == whole


def test_a_long_answer_is_the_same_streamed_or_whole(office, monkeypatch):
    whole = Client().get(BASE + DOORS)
    monkeypatch.setattr(shapes, "CHUNK", 5)
    sent = Client().get(BASE + DOORS)
    assert (whole.streaming, sent.streaming) == (False, True)
    assert json.loads(sent.getvalue())["features"] == whole.json()["features"]


def test_a_page_that_is_full_and_last_has_no_next(office):
    assert "next" not in rels(told(f"{DOORS}?limit=12"))
    page = told(f"{DOORS}?limit=11")
    assert to(page, "next")["type"] == "application/geo+json"
    assert "numberMatched" not in page


@pytest.mark.parametrize("box, hits", [
    ("24.9439,60.1719,24.95,60.18", 1),  # a corner of the house, far from its middle
    ("24.9441,60.170,24.95,60.18", 0),
    ("24.90,60.16,24.9401,60.1701", 1),
])  # fmt: skip
def test_a_building_is_found_by_its_outline(office, box, hits):
    assert told(f"collections/buildings/items?bbox={box}")["numberReturned"] == hits


def test_places_speak_both_languages(office):
    assert names("collections/units/items") == ["Lamp Books"]
    for language, kind in (("en", "Shop"), ("zh-hans", "商铺")):
        found = told("collections/units/items", language=language)
        assert found["features"][0]["properties"]["kind_name"] == kind


# Programs and people


def test_the_interface_describes_itself(office):
    document = told("api")
    assert document["openapi"].startswith("3.0")
    assert document["servers"] == [{"url": "http://testserver/o/lamp/ogc"}]
    items = document["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
    assert {one["$ref"].rpartition("/")[2] for one in items} == {
        "collectionId", "limit", "bbox", "datetime", "after", "f",
    }  # fmt: skip
    given = document["components"]["parameters"]
    assert given["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}
    assert given["bbox"]["schema"]["oneOf"] == [
        {"minItems": 4, "maxItems": 4},
        {"minItems": 6, "maxItems": 6},
    ]
    assert (given["datetime"]["style"], given["datetime"]["explode"]) == ("form", False)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", [*EVERY, "collections", f"{DOORS}?limit=2"])
def test_every_page_is_there_for_people(office, path, language):
    accept = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": language}
    answer = Client().get(BASE + path, headers=accept)
    assert answer["Content-Type"].startswith("text/html")
    assert b"<h1" in answer.content
    assert set(map(str.strip, answer["Vary"].split(","))) >= {"Accept", "Accept-Language"}
    assert Client().get(BASE + path, {"f": "html"}, headers={"accept": "*/*"}).status_code == 200


def test_a_reader_goes_on_and_is_told_what_is_wrong(office):
    page = Client().get(f"{BASE}{DOORS}?limit=5&f=html").content.decode()
    assert 'rel="next"' in page
    wrong = Client().get(f"{BASE}{DOORS}?limit=x&f=html", headers={"accept": "text/html"})
    assert (wrong.status_code, wrong["Content-Type"].split(";")[0]) == (400, "text/html")


def test_the_short_address_leads_to_the_only_office(office, settings):
    settings.KOBAN_OFFICE = "lamp"
    assert (
        Client().get("/ogc/collections/units/items?limit=1")["Location"]
        == f"{BASE}collections/units/items?limit=1"
    )


def test_where_there_are_several_the_short_address_lists_them(office):
    found = Client().get("/ogc/", headers={"accept": "application/json"}).json()
    assert {urlsplit(link["href"]).path for link in found["links"]} == {"/o/lamp/ogc/", "/o/moon/ogc/"}
    assert Client().get("/ogc/collections", headers={"accept": "application/json"}).status_code == 404
    assert Client().get("/ogc/?f=html").status_code == 200
    assert Client().get("/o/none/ogc/").status_code == 404


@pytest.mark.parametrize(
    "path, most", [("", 1), ("collections", 6), (DOORS, 2), (f"{DOORS}?bbox=24,60,25,61", 2)]
)
def test_an_answer_costs_few_queries(office, path, most):
    with CaptureQueriesContext(connection) as seen:
        told(path)
    assert len(seen) <= most


@pytest.mark.parametrize("layer, index", [
    ("addresses", "address_point"), ("assets", "asset_point"), ("buildings", "building_point"), ("units", "address_point"),
])  # fmt: skip
def test_a_box_is_a_walk_along_an_index(office, layer, index):
    """On SQLite, whose plan does not depend on how much there is."""
    if connection.vendor != "sqlite":
        return
    with CaptureQueriesContext(connection) as seen:
        told(f"collections/{layer}/items?bbox=24.94,60.16,24.95,60.18")
    plan = _plan(next(one["sql"] for one in seen.captured_queries if one["sql"].count("premises_") > 2))
    assert f"{index} (station_id=? AND lon>? AND lon<?)" in plan
    if layer != "units":
        assert "TEMP B-TREE" not in plan


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        return "\n".join(row[-1] for row in cursor.fetchall())
