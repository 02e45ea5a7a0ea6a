from pathlib import Path

import osmium
import pytest
from shapely.geometry import LineString, Point

from koban.lib import osm
from koban.lib.coast import sea

SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="60.0000" lon="24.0000"/><node id="2" lat="60.0000" lon="24.0010"/>
  <node id="3" lat="60.0010" lon="24.0010"/><node id="4" lat="60.0010" lon="24.0000"/>
  <node id="5" lat="60.0004" lon="24.0004"/><node id="6" lat="60.0004" lon="24.0006"/>
  <node id="7" lat="60.0006" lon="24.0006"/><node id="8" lat="60.0006" lon="24.0004"/>
  <node id="10" lat="60.0005" lon="24.0001"><tag k="addr:street" v="Lake Road"/>
    <tag k="addr:housenumber" v="1;3"/><tag k="shop" v="books"/><tag k="phone" v="12345"/>
    <tag k="name" v="Ink"/></node>
  <node id="11" lat="60.0002" lon="24.0002"><tag k="highway" v="street_lamp"/></node>
  <node id="12" lat="60.0002" lon="24.0003"><tag k="amenity" v="bench"/></node>
  <way id="20"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
  <way id="21"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/></way>
  <way id="22"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="99"/><nd ref="1"/>
    <tag k="building" v="house"/></way>
  <way id="23"><nd ref="1"/><nd ref="99"/><nd ref="2"/><tag k="highway" v="primary"/>
    <tag k="name" v="Lake Road"/></way>
  <way id="24"><nd ref="99"/><nd ref="98"/><tag k="highway" v="primary"/></way>
  <relation id="30"><member type="way" ref="20" role="outer"/><member type="way" ref="21" role="inner"/>
    <tag k="type" v="multipolygon"/><tag k="building" v="apartments"/><tag k="building:levels" v="4"/></relation>
  <relation id="31"><member type="way" ref="97" role="outer"/><tag k="type" v="multipolygon"/>
    <tag k="building" v="yes"/></relation>
</osm>
"""


@pytest.fixture
def small(tmp_path: Path) -> osm.Extract:
    path = tmp_path / "small.osm"
    path.write_text(SMALL, encoding="utf-8")
    return osm.read(path)


def test_a_building_with_a_missing_corner_is_kept_and_marked(small):
    cut = next(building for building in small.buildings if building.osm_id == "w22")
    assert not cut.whole
    assert cut.shape.area > 0


def test_a_courtyard_is_cut_out_of_its_building(small):
    block = next(building for building in small.buildings if building.osm_id == "r30")
    assert (block.whole, block.levels) == (True, 4)
    assert block.shape.contains(Point(24.0002, 60.0002))
    assert not block.shape.contains(Point(24.0005, 60.0005))


def test_a_relation_without_any_of_its_ways_is_left_out(small):
    assert "r31" not in {building.osm_id for building in small.buildings}


def test_a_street_with_a_missing_corner_runs_through_the_others_and_one_without_corners_is_left_out(small):
    assert [(street.osm_id, len(street.line.coords)) for street in small.streets] == [(23, 2)]


def test_one_object_can_be_two_doors_and_a_shop(small):
    assert [(a.street, a.number) for a in small.addresses] == [("Lake Road", "1"), ("Lake Road", "3")]
    assert [(p.kind, p.name, p.number) for p in small.places] == [("shop", "Ink", "1")]


def test_lamps_and_benches_are_public_assets_and_no_places(small):
    assert [asset.kind for asset in small.assets] == ["lamp", "bench"]


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("12", ["12"]),
        ("148;150", ["148", "150"]),
        ("2, 2. krs./Floor 2", ["2"]),
        ("15 B", ["15 B"]),
        ("", []),
        (";", []),
    ],
)
def test_how_house_numbers_are_read(text, numbers):
    assert osm.house_numbers(text) == numbers


def test_the_sea_lies_right_of_the_coast():
    box = (0.0, 0.0, 1.0, 1.0)
    northwards = LineString([(0.5, -0.1), (0.5, 1.1)])
    (east,) = sea([northwards], box)
    assert east.bounds == (0.5, 0.0, 1.0, 1.0)
    (west,) = sea([LineString(list(northwards.coords)[::-1])], box)
    assert west.bounds == (0.0, 0.0, 0.5, 1.0)


def test_a_coast_that_is_cut_just_short_of_the_edge_still_parts_land_from_sea():
    (east,) = sea([LineString([(0.5, 0.0003), (0.5, 0.9998)])], (0.0, 0.0, 1.0, 1.0))
    assert east.bounds == (0.5, 0.0, 1.0, 1.0)


def test_a_coast_that_ends_in_the_middle_makes_nothing_sea():
    assert sea([LineString([(0.5, 0.3), (0.5, 0.6)])], (0.0, 0.0, 1.0, 1.0)) == []


def test_without_a_coast_there_is_no_sea():
    assert sea([], (0.0, 0.0, 1.0, 1.0)) == []


def test_a_thinned_extract_says_the_same_and_holds_no_telephone_number(tmp_path, small):
    source, target = tmp_path / "small.osm", tmp_path / "thin.osm.pbf"
    osm.thin(source, target)
    thinned = osm.read(target)
    assert thinned.addresses == small.addresses
    assert [b.osm_id for b in thinned.buildings] == [b.osm_id for b in small.buildings]
    assert b"12345" in source.read_bytes()
    assert "phone" not in _tag_keys(target)
    assert "phone" in _tag_keys(source)


def _tag_keys(path: Path) -> set[str]:
    return {tag.k for thing in osmium.FileProcessor(str(path)) for tag in thing.tags}
