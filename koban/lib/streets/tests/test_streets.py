import math
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from koban.lib.geo import Box, Point, metres
from koban.lib.mistakes import Mistake
from koban.lib.streets import PROFILES, Network, Ways
from koban.operations.streets import streets
from koban.town.names import DATA

STEP = 100 / 111_195.0
"""A hundred metres to the north, in degrees."""

# 1 -- 2 -- 3     a street of 200 m, and a side street of 100 m north from each end, joined by a path;
# |         |     7 -- 8 lie apart. Node 9 is not in the file.
# 4 -- 5 -- 6
NODES = {1: (0, 1), 2: (1, 1), 3: (2, 1), 4: (0, 0), 5: (1, 0), 6: (2, 0), 7: (50, 0), 8: (51, 0)}


def network(tmp_path, *ways):
    """Each way: its nodes, and its tags."""
    nodes = "".join(
        f'<node id="{number}" lon="{10 + x * STEP}" lat="{y * STEP}"/>' for number, (x, y) in NODES.items()
    )
    lines = "".join(
        f'<way id="{number}">' + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()) + "</way>"
        for number, (refs, tags) in enumerate(ways, 1)
    )  # fmt: skip
    path = tmp_path / "small.osm"
    path.write_text(f'<osm version="0.6">{nodes}{lines}</osm>', encoding="utf-8")
    return Network.read(path)


def at(x, y):
    return Point(10 + x * STEP, y * STEP)


def seconds(found, profile, source, target):
    ways = Ways(found, profile)
    return int(ways.times([ways.spot(source), ways.spot(target)])[0, 1])


RESIDENTIAL = {"highway": "residential"}


@pytest.mark.parametrize(
    "tags, walk, bicycle, car",
    [
        ({}, (1, 1), (1, 1), (1, 1)),
        ({"highway": "motorway"}, (0, 0), (0, 0), (1, 0)),
        ({"highway": "footway"}, (1, 1), (1, 1), (0, 0)),
        ({"highway": "steps"}, (1, 1), (0, 0), (0, 0)),
        ({"highway": "proposed"}, (0, 0), (0, 0), (0, 0)),
        ({"oneway": "yes"}, (1, 1), (1, 0), (1, 0)),
        ({"oneway": "-1"}, (1, 1), (0, 1), (0, 1)),
        ({"oneway": "yes", "oneway:bicycle": "no"}, (1, 1), (1, 1), (1, 0)),
        ({"junction": "roundabout"}, (1, 1), (1, 0), (1, 0)),
        ({"access": "private"}, (0, 0), (0, 0), (0, 0)),
        ({"access": "no", "foot": "yes"}, (1, 1), (0, 0), (0, 0)),
        ({"motor_vehicle": "no"}, (1, 1), (1, 1), (0, 0)),
        ({"vehicle": "no", "bicycle": "yes"}, (1, 1), (1, 1), (0, 0)),
        ({"foot": "no"}, (0, 0), (1, 1), (1, 1)),
        ({"highway": "footway", "bicycle": "no"}, (1, 1), (1, 1), (0, 0)),  # it is pushed
    ],
)
def test_who_may_use_a_way_and_in_which_direction(tags, walk, bicycle, car):
    wanted = {"walk": walk, "bicycle": bicycle, "car": car}
    assert {key: each.directions(RESIDENTIAL | tags) for key, each in PROFILES.items()} == wanted


@pytest.mark.parametrize(
    "source, target, way_m, off_m",
    [
        ((0, 1), (2, 1), 200, 0),
        ((0.5, 1), (1.5, 1), 100, 0),  # in the middle of two pieces
        ((0.2, 1), (0.7, 1), 50, 0),  # on one piece
        ((0.7, 1), (0.2, 1), 50, 0),
        ((0, 0), (2, 0), 200, 0),  # along the path below, not around
        ((1, 1.3), (2, 1), 100, 30),  # thirty metres off the street
        ((0, 1), (0, 1), 0, 0),
    ],
)  # fmt: skip
def test_walking_takes_the_length_of_the_shortest_way_and_the_steps_to_the_doors(
    tmp_path, source, target, way_m, off_m
):
    found = network(tmp_path, ([1, 2, 3, 6, 5, 4, 1], RESIDENTIAL))
    wanted = (way_m + off_m) / (4.5 / 3.6)
    assert abs(seconds(found, "walk", at(*source), at(*target)) - wanted) <= 1


def test_a_car_goes_around_by_the_one_way_streets_and_looks_for_a_place(tmp_path):
    found = network(tmp_path, ([1, 2, 3, 6, 5, 4, 1], RESIDENTIAL | {"oneway": "yes"}))
    there, back = (seconds(found, "car", at(*a), at(*b)) for a, b in (((0, 1), (2, 1)), ((2, 1), (0, 1))))
    assert abs(there - (200 / (16 / 3.6) + 120)) <= 1
    assert abs(back - (400 / (16 / 3.6) + 120)) <= 1


def test_the_line_runs_from_corner_to_corner(tmp_path):
    ways = Ways(network(tmp_path, ([1, 2, 3, 6, 5, 4, 1], RESIDENTIAL)), "walk")
    line = ways.line(ways.spot(at(0.5, 1)), ways.spot(at(2, 0.5)))
    assert [(round((lon - 10) / STEP, 2), round(lat / STEP, 2)) for lon, lat in line] == [
        (0.5, 1), (1, 1), (2, 1), (2, 0.5)
    ]  # fmt: skip
    along = ways.line(ways.spot(at(0.2, 1)), ways.spot(at(0.7, 1)))
    assert len(along) == 2


def test_a_part_that_cannot_be_reached_is_not_used(tmp_path):
    ways = Ways(network(tmp_path, ([1, 2, 3], RESIDENTIAL), ([7, 8], RESIDENTIAL)), "walk")
    with pytest.raises(Mistake, match="m away from any street"):
        ways.spot(at(50, 0))


def test_a_street_cut_by_the_edge_of_the_map_ends_there(tmp_path):
    found = network(tmp_path, ([1, 2, 9, 3, 6], RESIDENTIAL))
    assert [round(length) for length in found.metres] == [100, 100]


@pytest.mark.parametrize(
    "x, y, refused", [(1, 2.9, False), (1, 3.2, True), (1, -0.9, False), (-1.9, 0, False), (9, 9, True)]
)
def test_a_position_far_from_every_street_is_refused_with_the_distance(tmp_path, x, y, refused):
    ways = Ways(network(tmp_path, ([1, 2, 3, 6, 5, 4, 1], RESIDENTIAL)), "walk")
    with pytest.raises(Mistake, match="away from any street") if refused else nullcontext():
        ways.spot(at(x, y))


@pytest.mark.parametrize("ways", [[], [([1, 2], {"highway": "proposed"})], [([1, 2], {"building": "yes"})]])
def test_a_map_without_streets_is_refused(tmp_path, ways):
    with pytest.raises(Mistake, match="holds no streets"):
        network(tmp_path, *ways)


def test_a_network_is_kept_whole_and_read_again_and_can_be_cut_to_an_office(tmp_path):
    found = network(tmp_path, ([1, 2, 3], RESIDENTIAL), ([7, 8], RESIDENTIAL))
    found.write(tmp_path / "kept" / "streets.npz")
    again = Network.load(tmp_path / "kept" / "streets.npz")
    for name in ("lon", "lat", "start", "end", "metres", "kind", "open"):
        assert np.array_equal(getattr(again, name), getattr(found, name))
    near = again.within(Box(10 - STEP, -STEP, 10 + STEP * 3, STEP * 2))
    assert (len(near.start), len(near.lon)) == (2, 3)
    with pytest.raises(Mistake, match="holds no streets"):
        again.within(Box(30, 30, 31, 31))


def test_the_command_takes_an_extract_and_refuses_another_file(tmp_path, settings):
    settings.KOBAN_STREETS = tmp_path / "streets.npz"
    answer = CliRunner().invoke(streets, [str(DATA / "osm" / "helsinki-centre.osm.pbf")])
    assert (answer.exit_code, "pieces of street" in answer.stdout) == (0, True)
    assert len(Network.load(settings.KOBAN_STREETS).start) > 5_000
    (tmp_path / "no.osm.pbf").write_bytes(b"nothing")
    assert CliRunner().invoke(streets, [str(tmp_path / "no.osm.pbf")]).exit_code == 1


# --- A real map --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    return Network.read(Path(DATA) / "osm" / "helsinki-centre.osm.pbf")


SPREAD = [Point(24.9365 + 0.0016 * (n % 10), 60.1655 + 0.0012 * (n * 7 % 10)) for n in range(10)]


def test_on_a_real_map_no_walk_is_shorter_than_the_line_and_few_are_twice_as_long(real):
    ways = Ways(real, "walk")
    spots = [ways.spot(point) for point in SPREAD]
    table = ways.times(spots)
    line = np.array([[metres(a.at, b.at) for b in spots] for a in spots])
    bends = (table * (4.5 / 3.6) / np.where(line, line, math.inf))[line > 0]
    assert bends.min() > 0.99
    assert np.median(bends) < 1.6
    assert (table.diagonal() == 0).all()


def test_on_a_real_map_walks_are_as_long_back_as_there_and_no_detour_is_shorter(real):
    ways = Ways(real, "walk")
    table = ways.times([ways.spot(point) for point in SPREAD])
    assert np.abs(table - table.T).max() <= 1
    assert all((table <= table[:, [via]] + table[[via], :] + 2).all() for via in range(len(table)))


def test_on_a_real_map_the_line_is_as_long_as_its_time_says(real):
    ways = Ways(real, "walk")
    first, second = ways.spot(SPREAD[0]), ways.spot(SPREAD[5])
    corners = [Point(*corner) for corner in ways.line(first, second)]
    long = sum(metres(a, b) for a, b in pairwise(corners)) + first.metres + second.metres
    assert long / (4.5 / 3.6) <= ways.times([first, second])[0, 1] + 2


def test_on_a_real_map_everything_that_is_used_can_be_reached(real):
    for profile in PROFILES:
        ways = Ways(real, profile)
        assert ways.usable.sum() > 500
        spots = []
        for point in SPREAD:
            try:
                spots.append(ways.spot(point))
            except Mistake:
                assert profile == "car"
        assert ways.times(spots).max() < 7200
