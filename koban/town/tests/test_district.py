import gzip
import os
import subprocess
import sys
import unicodedata
from collections import Counter

import mapbox_vector_tile as mvt
import osmium
import pytest
import shapely
from shapely.geometry import Point

from koban.lib import tiles
from koban.lib.osm import read
from koban.lib.osm_tags import KEPT
from koban.lib.text import name_syllables
from koban.town import district as build
from koban.town.ground import number_of
from koban.town.names import DATA, surname_pinyin, surnames, without_marks

DIGEST = """
import hashlib, sys
from datetime import date
from koban.town.calls import calls
from koban.town.district import base_map, district
from pathlib import Path
town = district(seed=int(sys.argv[1]), residents=400)
digest = hashlib.sha256(repr(town).encode())
for call in calls(town, start=date(2025, 1, 1), years=0.3):
    digest.update(repr(call).encode())
base_map(town, Path(sys.argv[2]))
digest.update(Path(sys.argv[2]).read_bytes())
print(digest.hexdigest())
"""


def digest(seed, hash_seed, path):
    """In a process of its own, with another order of sets."""
    ran = subprocess.run(
        [sys.executable, "-c", DIGEST, str(seed), str(path)],
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        check=True,
        text=True,
    )
    return ran.stdout


def test_the_same_seed_gives_the_same_town_to_the_last_byte(tmp_path):
    first = digest(7, 1, tmp_path / "a.pmtiles")
    assert first == digest(7, 2, tmp_path / "b.pmtiles")
    assert first != digest(8, 1, tmp_path / "c.pmtiles")


@pytest.mark.parametrize("residents", [0, 1, 997])
def test_the_office_has_exactly_as_many_residents_as_asked(residents):
    town = build.district(seed=3, residents=residents)
    assert sum(town.door_of(person).office == 0 for person in town.residents) == residents


@pytest.mark.parametrize("wrong", [{"residents": -1}, {"names": "real"}, {"place": "atlantis"}])
def test_what_cannot_be_built_is_refused(wrong):
    with pytest.raises(ValueError, match="no town with"):
        build.district(**wrong)


@pytest.mark.parametrize("which", ["town", "taipei"])
def test_beats_fill_the_district_and_do_not_overlap(which, request):
    found = request.getfixturevalue(which)
    whole = shapely.box(*found.box)
    assert sum(beat.shape.area for beat in found.beats) == pytest.approx(whole.area, rel=1e-9)
    assert shapely.union_all([beat.shape for beat in found.beats]).area == pytest.approx(whole.area, rel=1e-9)
    assert Counter(beat.office for beat in found.beats) == {0: 2, 1: 2}


def test_the_two_beats_of_the_office_hold_about_as_many_people(town):
    people = Counter(town.door_of(person).beat for person in town.residents)
    assert 0.8 < people[0] / people[1] < 1.25


def test_each_office_stands_on_its_own_ground(town):
    for office in town.offices:
        assert town.doors[office.door].office == office.id
        assert office.shape.contains(Point(office.lon, office.lat))


def test_every_house_has_a_door_and_no_number_stands_twice_in_a_street(town):
    assert {door.house for door in town.doors} >= {house.id for house in town.houses}
    numbers = Counter((door.road, door.number) for door in town.doors)
    assert max(numbers.values()) == 1


def test_all_doors_of_a_house_belong_to_one_beat(town):
    beats: dict[int, int] = {}
    for door in town.doors:
        if door.house is not None:
            assert beats.setdefault(door.house, door.beat) == door.beat


def test_more_people_live_where_the_grid_counts_more(town):
    people = Counter(town.door_of(person).house for person in town.residents)
    for house in town.houses:
        if not house.flats:
            assert people[house.id] == 0
    crowded = max(town.houses, key=lambda house: house.people_weight)
    assert people[crowded.id] > 5 * len(town.residents) / len(town.houses)


def test_nobody_shares_a_dwelling_with_another_household(town):
    assert len({household.dwelling for household in town.households}) == len(town.households)
    assert sum(len(household.members) for household in town.households) == len(town.residents)


def test_no_child_lives_alone_and_ages_are_those_of_people(town):
    for household in town.households:
        ages = [town.on.year - town.residents[member].born.year for member in household.members]
        assert max(ages) >= 18
        assert min(ages) >= 0
        assert max(ages) <= 100


def test_every_telephone_number_is_one_that_cannot_be_called(town):
    assert all(person.phone.startswith("000") and len(person.phone) == 11 for person in town.residents)


def test_rare_characters_and_middle_dots_are_among_the_names(town):
    names = [person.name for person in town.residents]
    assert any("\u00b7" in name for name in names)
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert all(unicodedata.is_normalized("NFC", name) for name in names)


def test_pinyin_stands_beside_every_invented_name(town):
    assert all(road.name_pinyin and road.name_en.isascii() for road in town.roads)
    assert all(person.name_pinyin and person.name_en.isascii() for person in town.residents)


def test_surnames_are_read_as_the_rest_of_the_house_reads_them():
    single = [surname for surname in surnames().items if len(surname) == 1]
    assert len(single) > 900
    for surname in single:
        assert without_marks(surname_pinyin(surname)).casefold() == name_syllables(surname + "平")[0].replace(
            "v", "u"
        )


def test_the_invented_town_says_so(town):
    assert town.invented
    assert "虚构" in town.title
    assert "invented" in town.title_en
    assert all("虚构" in office.name and "invented" in office.name_en for office in town.offices)


def test_no_name_of_the_real_map_is_left_in_the_town_or_on_its_tiles(town, tmp_path):
    extract = read(DATA / "osm" / "helsinki-centre.osm.pbf")
    real = {street.name for street in extract.streets} | {place.name for place in extract.places}
    real |= {building.name for building in extract.buildings} | {a.street for a in extract.addresses}
    shown = {road.name for road in town.roads} | {shop.name for shop in town.premises}
    shown |= {house.name for house in town.houses} | names_on_tiles(town, tmp_path)
    assert len(shown) > 1_000
    assert shown & (real - {""}) == set()


def names_on_tiles(town, tmp_path):
    path = tmp_path / "base.pmtiles"
    build.base_map(town, path)
    file, found = tiles.Tiles(path), set()
    (west, south, east, north) = town.box
    (left, top), (right, bottom) = tiles.tile_at(17, west, north), tiles.tile_at(17, east, south)
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            for layer in mvt.decode(gzip.decompress(file.get(17, x, y) or gzip.compress(b""))).values():
                found |= {f["properties"].get("name", "") for f in layer["features"]}
    return found - {""}


@pytest.mark.parametrize(
    "text, invented, kept",
    [
        ("15", "15", "15"),
        ("15 B", "15-2", "15 B"),
        ("9-11", "9", "9-11"),
        ("Keskuskatu 5", "5", "Keskuskatu 5"),
        ("1之2號", "1", "1之2"),
        ("A", "", "A"),
    ],
)
def test_how_house_numbers_are_written(text, invented, kept):
    assert number_of(text, invent=True) == invented
    assert number_of(text, invent=False) == kept


def test_a_chinese_map_keeps_its_streets_numbers_floors_and_units(taipei):
    assert not taipei.invented
    assert "中山北路二段27巷2號" in {door.text for door in taipei.doors}
    homes = {taipei.doors[d.door].text + d.text for d in taipei.dwellings}
    assert "中山北路二段27巷2號4樓之8" in homes


def test_residents_of_a_map_with_its_own_names_are_invented_all_the_same(taipei):
    assert len(taipei.residents) > 600
    assert all(person.phone.startswith("000") for person in taipei.residents)


def test_the_maps_in_the_repository_carry_only_tags_that_are_read():
    for path in sorted((DATA / "osm").glob("*.pbf")):
        keys = {tag.k for thing in osmium.FileProcessor(str(path)) for tag in thing.tags}
        assert keys <= KEPT
        assert not any("phone" in key or "mail" in key for key in keys)


def test_shops_have_keepers_of_working_age_and_a_door(town):
    for shop in town.premises:
        assert 0 <= shop.door < len(town.doors)
        if shop.keeper is not None:
            assert 24 <= town.on.year - town.residents[shop.keeper].born.year <= 68


def test_public_assets_carry_a_number_of_their_own(town):
    assert len({asset.code for asset in town.assets}) == len(town.assets)
    assert {"lamp", "hydrant", "camera", "aed"} <= {asset.kind for asset in town.assets}
