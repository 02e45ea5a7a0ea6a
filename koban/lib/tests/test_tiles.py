import gzip

import mapbox_vector_tile as mvt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from koban.lib import osm, tiles

BOX = (24.940, 60.165, 24.950, 60.170)
MIDDLE = (24.945, 60.1675)


def drawn():
    across = LineString([(24.940, 60.1675), (24.950, 60.1675)])
    return [
        tiles.Feature("water", box(24.941, 60.166, 24.942, 60.167), {"kind": "sea"}),
        tiles.Feature(
            "buildings", box(24.9445, 60.1670, 24.9455, 60.1680), {"kind": "yes", "name": "灯湖苑"}, 14
        ),
        tiles.Feature("streets", across, {"kind": "primary", "name": "灯湖路", "name_en": ""}, 12),
        tiles.Feature("addresses", Point(MIDDLE), {"number": "12"}, 17),
        tiles.Feature("pois", Point(MIDDLE), {"kind": "cafe", "name": ""}, 16),
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiles") / "town.pmtiles"
    tiles.build(drawn(), path, box=BOX)
    return tiles.Tiles(path)


def opened(built, zoom, lon, lat):
    tile = built.get(zoom, *tiles.tile_at(zoom, lon, lat))
    return mvt.decode(gzip.decompress(tile)) if tile else {}


@pytest.mark.parametrize(
    "zoom, layers",
    [
        (12, {"water", "streets"}),
        (14, {"water", "streets", "buildings"}),
        (16, {"streets", "buildings", "pois"}),
        (17, {"streets", "buildings", "pois", "addresses"}),
    ],
)
def test_which_layers_show_from_which_zoom(built, zoom, layers):
    assert set(opened(built, zoom, *MIDDLE)) == layers


def test_tags_carry_the_names_and_leave_out_what_is_empty(built):
    layers = opened(built, 17, *MIDDLE)
    assert layers["buildings"]["features"][0]["properties"] == {"kind": "yes", "name": "灯湖苑"}
    assert layers["streets"]["features"][0]["properties"] == {"kind": "primary", "name": "灯湖路"}
    assert layers["addresses"]["features"][0]["properties"] == {"number": "12"}
    assert layers["pois"]["features"][0]["properties"] == {"kind": "cafe"}


def test_a_street_goes_on_in_the_next_tile(built):
    row = tiles.tile_at(17, *MIDDLE)[1]
    columns = {tiles.tile_at(17, lon, MIDDLE[1])[0] for lon in (24.9402, 24.945, 24.9498)}
    assert len(columns) == 3
    assert all("streets" in mvt.decode(gzip.decompress(built.get(17, x, row))) for x in columns)


@pytest.mark.parametrize(
    "zoom, x, y",
    [(11, 1166, 592), (18, 149216, 75866), (14, 0, 0), (14, -1, 5), (14, 5, 2**14), (10**6, 1, 1)],
)
def test_where_there_is_no_tile_there_is_none(built, zoom, x, y):
    assert built.get(zoom, x, y) is None


def test_the_same_features_give_the_same_bytes(tmp_path):
    first, second = tmp_path / "a.pmtiles", tmp_path / "b.pmtiles"
    tiles.build(drawn(), first, box=BOX)
    tiles.build(drawn(), second, box=BOX)
    assert first.read_bytes() == second.read_bytes()
    assert tiles.Tiles(first).etag == tiles.Tiles(second).etag


def test_the_file_knows_its_box(built):
    assert built.box == pytest.approx(BOX, abs=1e-6)


def test_an_empty_map_is_refused(tmp_path):
    with pytest.raises(ValueError, match="nothing to draw"):
        tiles.build([], tmp_path / "empty.pmtiles", box=BOX)


def test_a_file_that_is_no_map_is_refused(tmp_path):
    path = tmp_path / "wrong.pmtiles"
    path.write_bytes(b"not a map" * 100)
    with pytest.raises(ValueError, match=r"wrong\.pmtiles is not a PMTiles file"):
        tiles.Tiles(path)


@given(st.floats(-179.9, 179.9), st.floats(-85, 85), st.integers(0, 17))
def test_a_point_lies_on_the_tile_that_is_told_for_it(lon, lat, zoom):
    x, y = tiles.tile_at(zoom, lon, lat)
    assert 0 <= x < 2**zoom
    assert 0 <= y < 2**zoom
    west = x / 2**zoom * 360 - 180
    assert west - 1e-9 <= lon <= west + 360 / 2**zoom + 1e-9


def test_a_name_that_is_not_listed_is_not_shown():
    extract = osm.Extract(box=BOX)
    extract.streets.append(osm.Street(1, "primary", "Real Street", "Real", LineString([(0, 0), (1, 1)])))
    extract.places.append(osm.Place("n1", "cafe", "Real Café", "", "", "", 24.945, 60.1675))
    found = list(tiles.features(extract, tiles.Names(), []))
    assert [feature.tags.get("name") for feature in found] == ["", ""]
    own = list(tiles.features(extract, tiles.Names.of_map(extract), []))
    assert [feature.tags["name"] for feature in own] == ["Real Street", "Real Café"]
