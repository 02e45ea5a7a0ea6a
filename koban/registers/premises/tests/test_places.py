"""Addresses are found as one types."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM, reading
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Beat, Station
from koban.registers.premises import actions, queries
from koban.registers.premises.models import Address, Street

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def office() -> Iterator[Station]:
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        lamp, moon = (
            Street(name="灯湖路", name_en="Denghu Road"),
            Street(name="月桥街", name_en="Yueqiao Street"),
        )
        doors = [(lamp, "12", 24.940), (lamp, "120", 24.941), (moon, "3", 24.950)]
        addresses = [
            actions.prepared(
                Address(street=street, door=door, label=f"{street.name}{door}号", label_en=f"{door} {street.name_en}",
                        lon=lon, lat=60.17)
            )
            for street, door, lon in doors
        ]  # fmt: skip
        actions.enter([lamp, moon, *addresses], by=SYSTEM, at=NOON)
        yield station


TYPED = {
    "whole": ("灯湖路12号", "灯湖路12号"),
    "characters": ("湖 12", "灯湖路12号"),
    "pinyin": ("denghu 12", "灯湖路12号"),
    "initials": ("dhl 12", "灯湖路12号"),
    "swapped": ("12 denghulu", "灯湖路12号"),
    "partial pinyin": ("yueq", "月桥街3号"),
    "English": ("Yueqiao Street", "月桥街3号"),
    "wide digits": ("灯湖路１２０", "灯湖路120号"),
    "without a blank": ("denghulu12", "灯湖路12号"),
    "all in pinyin": ("denghulu12hao", "灯湖路12号"),
    "initials and number": ("dhl12", "灯湖路12号"),
    "number first": ("12号灯湖路", "灯湖路12号"),
    "no suffix": ("灯湖12", "灯湖路12号"),
    "two letters swapped": ("dneghu 12", "灯湖路12号"),
    "a letter missing": ("dengulu 12", "灯湖路12号"),
    "a letter too many": ("yueqqiao", "月桥街3号"),
    "another character of the same sound": ("灯胡路12号", "灯湖路12号"),
    "one wrong character": ("灯潮路12号", "灯湖路12号"),
    "characters swapped": ("湖灯路120", "灯湖路120号"),
}


@pytest.mark.parametrize(("typed", "first"), TYPED.values(), ids=TYPED.keys())
def test_an_address_is_found_as_one_types(office: Station, typed: str, first: str) -> None:
    assert queries.search(typed)[0].label == first


@pytest.mark.parametrize("typed", ["", "   ", "no such place", "灯湖路99号", "%", "' OR 1=1"])
def test_nothing_is_found_for_what_is_not_there(office: Station, typed: str) -> None:
    assert queries.search(typed) == []


def test_the_plate_of_a_door_leads_to_it_and_tells_nothing(office: Station) -> None:
    address = queries.search("灯湖路12号")[0]
    assert queries.by_plate(address.plate) == address
    assert queries.by_plate("XXXXXXXXXX") is None
    assert len({row.plate for row in Address.objects.all()}) == 3


def test_the_nearest_door_within_reach(office: Station) -> None:
    nearest = queries.near(24.9401, 60.17)
    assert nearest is not None
    assert nearest.label == "灯湖路12号"
    assert queries.near(25.5, 60.17) is None


def test_a_point_is_inside_a_beat_or_not(office: Station) -> None:
    assert queries.is_inside(24.94, 60.17) is None
    ring = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.2], [24.9, 60.1]]
    actions.enter([Beat(code="a", name="一", polygon=[ring])], by=SYSTEM, at=NOON)
    assert queries.is_inside(24.94, 60.17) is True
    assert queries.is_inside(26.0, 60.17) is False


def test_every_place_is_sealed_by_a_page(office: Station) -> None:
    assert reading.latest()[0].facts == {"rows": 5}
    verdict = verify(office)
    assert verdict.ok, verdict.fault
    assert verdict.rows == 5


def test_another_station_finds_nothing(office: Station) -> None:
    other = Station.objects.create(code="there", name="邻所", kind="office", path="there/")
    with stations.scope(other.pk):
        assert queries.search("灯湖路") == []


INSIDE = {
    "as written": "灯湖路12号3单元501室",
    "dashes": "灯湖路12-3-501",
    "swapped": "501室 3单元 灯湖路12号",
    "pinyin": "denghulu12hao 3danyuan 501",
    "the room alone": "灯湖路12号501",
    "initials": "dhl12 3 501",
}


@pytest.mark.parametrize("typed", INSIDE.values(), ids=INSIDE.keys())
def test_what_lies_inside_is_found_through_its_door(office: Station, typed: str) -> None:
    home = queries.search("灯湖路12号")[0]
    parts = {"street": home.street, "door": "12", "parent": home, "lon": home.lon, "lat": home.lat}
    rooms = [("3", "501"), ("5", "301"), ("3", "502")]
    flats = [actions.prepared(Address(unit=unit, floor=room[0], room=room, **parts)) for unit, room in rooms]
    actions.enter(flats, by=SYSTEM, at=NOON)
    assert queries.search(typed)[0].label == "灯湖路12号3单元501室"


def test_a_building_with_a_name_is_found_by_it(office: Station) -> None:
    home = queries.search("灯湖路12号")[0]
    tower = Address(street=home.street, door="12", block="锦绣楼", parent=home, lon=home.lon, lat=home.lat)
    actions.add(tower, by=SYSTEM, at=NOON)
    assert queries.search("锦绣")[0].label == "灯湖路12号锦绣楼"
