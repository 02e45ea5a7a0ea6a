"""The base map: one file, asked tile by tile."""

import gzip
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from shapely.geometry import box

from koban.lib.tiles import Feature, build, tile_at

pytestmark = pytest.mark.django_db

BOX = (24.94, 60.16, 24.96, 60.18)
MIDDLE = tile_at(14, 24.95, 60.17)
HERE = f"/tiles/14/{MIDDLE[0]}/{MIDDLE[1]}"


@pytest.fixture
def map_file(settings: Settings, tmp_path: Path) -> Path:
    settings.KOBAN_TILES = tmp_path / "map.pmtiles"
    build([Feature("water", box(*BOX), {"kind": "lake"})], settings.KOBAN_TILES, box=BOX)
    return Path(settings.KOBAN_TILES)


def test_a_tile_goes_out_as_it_lies_in_the_file(client: Client, map_file: Path):
    packed = client.get(HERE, headers={"accept-encoding": "gzip, br"})
    plain = client.get(HERE)
    assert packed["Content-Type"] == plain["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert b"water" in plain.content
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in packed["Vary"]


def test_a_tile_that_is_known_is_not_sent_again(client: Client, map_file: Path):
    first = client.get(HERE)
    assert "max-age=3600" in first["Cache-Control"]
    assert client.get(HERE, headers={"if-none-match": first["ETag"]}).status_code == 304
    build([Feature("green", box(*BOX), {"kind": "park"})], map_file, box=BOX)
    second = client.get(HERE, headers={"if-none-match": first["ETag"]})
    assert second.status_code == 200
    assert b"green" in second.content


@pytest.mark.parametrize("where", ["/tiles/14/0/0", "/tiles/3/1/1", "/tiles/22/1/1", "/tiles/14/999999999/1"])
def test_where_the_map_is_empty_there_is_nothing(client: Client, map_file: Path, where: str):
    answer = client.get(where)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("where", ["/tiles/a/b/c", "/tiles/14/-1/2", "/tiles/14/1"])
def test_what_is_no_tile_is_not_found(client: Client, map_file: Path, where: str):
    assert client.get(where).status_code == 404


def test_without_a_map_the_page_still_works(client: Client, settings: Settings, tmp_path: Path):
    settings.KOBAN_TILES = tmp_path / "none.pmtiles"
    assert client.get(HERE).status_code == 204


def test_a_tile_is_read_only(client: Client, map_file: Path):
    assert client.post(HERE).status_code == 405
