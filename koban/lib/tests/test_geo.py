"""Positions: what is taken at the door, how far apart, in which cell and area, and the shifts of Chinese web maps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.lib import geo
from koban.lib.geo import Area, Box, Point
from koban.lib.mistakes import Mistake

points = st.builds(Point, st.floats(-180, 180), st.floats(-85, 85))
in_china = st.builds(Point, st.floats(74, 135), st.floats(18, 53))
SENATE_SQUARE = Point(24.9522, 60.1695)
SQUARE = {"type": "Polygon", "coordinates": [[[24, 60], [25, 60], [25, 61], [24, 61], [24, 60]]]}


@pytest.mark.parametrize(
    "lon, lat", [(24.9522, 60.1695), ("24.9522", " 60.1695 "), (-180, 90), (0, 51.48), (180, -90)]
)
def test_positions_that_are_taken(lon, lat):
    assert geo.point(lon, lat) == Point(float(lon), float(lat))


@pytest.mark.parametrize(
    "lon, lat, code",
    [
        (181, 60, "out_of_range"),
        (24, 90.0001, "out_of_range"),
        (math.nan, 60, "not_a_position"),
        (24, math.inf, "not_a_position"),
        ("nan", "60", "not_a_position"),
        ("1e999", 60, "not_a_position"),
        (10**400, 60, "not_a_position"),
        ("east", 60, "not_a_position"),
        (None, 60, "not_a_position"),
        (True, 60, "not_a_position"),
        ([24], 60, "not_a_position"),
        (0, 0, "null_island"),
        ("0.0", "-0", "null_island"),
    ],
)
def test_positions_that_are_refused_with_a_sentence(lon, lat, code):
    with pytest.raises(Mistake) as mistake:
        geo.point(lon, lat)
    assert mistake.value.code == code
    assert str(mistake.value).endswith(".")


@pytest.mark.parametrize(
    "text",
    ["24.9522,60.1695", " 24.9522 , 60.1695 ", "24.9522，60.1695", "+24.9522 60.1695", "24.9522;60.1695"],
)
def test_a_typed_pair_is_longitude_first(text):
    assert geo.parse_point(text) == SENATE_SQUARE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24.9",
        "24,60,5",
        "a,b",
        "24.9,",
        "nan,nan",
        "1e1,1e1",
        "２４,６０",
        "24°,60°",
        "9" * 5000,
        "24,60\x00",
    ],
)
def test_what_is_no_pair_is_said(text):
    with pytest.raises(Mistake, match="longitude and latitude"):
        geo.parse_point(text)


@pytest.mark.parametrize(
    "a, b, expected",
    [
        (Point(0, 0), Point(0, 1), 111_195),
        (Point(0, 60), Point(1, 60), 55_598),
        (Point(179.9, 0), Point(-179.9, 0), 22_239),
        (Point(0, 90), Point(120, 90), 0),
        (Point(116.391, 39.907), Point(121.474, 31.230), 1_068_000),  # Beijing to Shanghai
    ],
)
def test_distances(a, b, expected):
    assert geo.metres(a, b) == pytest.approx(expected, rel=0.002, abs=1)


@given(points, points, points)
def test_a_way_round_is_never_shorter(a, b, c):
    assert geo.metres(a, b) == pytest.approx(geo.metres(b, a))
    assert geo.metres(a, c) <= geo.metres(a, b) + geo.metres(b, c) + 1e-3
    assert geo.metres(a, a) == 0
    assert geo.metres(a, b) <= math.pi * geo.EARTH_RADIUS_M


def beyond(at: Point, bearing: float, distance_m: float) -> Point:
    """The point that many metres away (the direct problem on the sphere)."""
    angle, lat = distance_m / geo.EARTH_RADIUS_M, math.radians(at.lat)
    there = math.asin(math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(there)
    )
    return Point((at.lon + math.degrees(turn) + 180) % 360 - 180, math.degrees(there))


@given(points, st.floats(0, 2 * math.pi), st.floats(1, 5000))
def test_what_is_near_is_in_the_box_and_in_the_cells(centre, bearing, distance):
    there = beyond(centre, bearing, distance)
    assert geo.metres(centre, there) == pytest.approx(distance, rel=1e-4)
    radius = geo.metres(centre, there)
    assert geo.box_around(centre, radius * 1.000001).holds(there)
    assert geo.cell(there.lon, there.lat) in geo.cells_within(centre, radius)


@pytest.mark.parametrize(
    "box, at, inside",
    [
        (Box(24, 60, 25, 61), SENATE_SQUARE, True),
        (Box(24, 60, 25, 61), Point(24, 60), True),
        (Box(24, 60, 25, 61), Point(23.999, 60.5), False),
        (Box(170, -10, -170, 10), Point(179, 0), True),
        (Box(170, -10, -170, 10), Point(-175, 0), True),
        (Box(170, -10, -170, 10), Point(0, 0), False),
    ],
)
def test_what_a_box_holds(box, at, inside):
    assert box.holds(at) is inside


def test_a_box_around_the_pole_goes_all_the_way_round():
    assert geo.box_around(Point(10, 89.9), 50_000).holds(Point(-170, 89.8))


def test_a_radius_is_not_negative():
    with pytest.raises(ValueError, match="negative"):
        geo.box_around(SENATE_SQUARE, -1)


@given(st.lists(points, min_size=1))
def test_a_box_of_points_holds_them_all(several):
    box = geo.box_of(several)
    assert all(box.holds(at) for at in several)


def test_a_position_has_its_cell():
    assert geo.cell(24.9522, 60.1695, geo.CELL_WIDE).startswith("87")
    assert geo.cell(24.9522, 60.1695).startswith("89")


@pytest.mark.parametrize(
    "at, inside",
    [(SENATE_SQUARE, True), (Point(24, 60.5), True), (Point(25, 61), True), (Point(25.0001, 60.5), False)],
)
def test_an_area_holds_its_edge(at, inside):
    assert Area(SQUARE).holds(at) is inside


@pytest.mark.parametrize(
    "geojson",
    [
        {},
        {"type": "Point", "coordinates": [24, 60]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[24, 60], [25, 61], [25, 60], [24, 61], [24, 60]]]},
        {"type": "Polygon", "coordinates": "here"},
        {"type": "Circle", "coordinates": [24, 60]},
        {"type": "Polygon", "coordinates": [[[24, 60], [25, None], [25, 60], [24, 60]]]},
    ],
)
def test_an_area_must_be_sound(geojson):
    with pytest.raises(ValueError, match=r"area|GeoJSON"):
        Area(geojson)


# Values in common use in the open-source converters for one place in Beijing.
@pytest.mark.parametrize(
    "convert, given_point, expected",
    [
        (geo.wgs84_to_gcj02, Point(116.404, 39.915), Point(116.41024449916938, 39.91640428150164)),
        (geo.gcj02_to_bd09, Point(116.404, 39.915), Point(116.41036949371029, 39.92133699351021)),
        (geo.bd09_to_gcj02, Point(116.404, 39.915), Point(116.39762729119315, 39.90865673957631)),
    ],
)
def test_shifts_agree_with_the_known_converters(convert, given_point, expected):
    found = convert(given_point)
    assert geo.metres(found, expected) < 1.0


@given(in_china)
def test_every_shift_can_be_taken_back(at):
    for there, back in (
        (geo.wgs84_to_gcj02, geo.gcj02_to_wgs84),
        (geo.gcj02_to_bd09, geo.bd09_to_gcj02),
        (geo.wgs84_to_bd09, geo.bd09_to_wgs84),
    ):
        assert geo.metres(back(there(at)), at) < 0.01


@given(in_china)
def test_the_shift_is_hundreds_of_metres(at):
    assert 10 < geo.metres(geo.wgs84_to_gcj02(at), at) < 1500


@pytest.mark.parametrize("at", [SENATE_SQUARE, Point(-73.98, 40.75), Point(151.2, -33.87)])
def test_nothing_is_shifted_abroad(at):
    for convert in (geo.wgs84_to_gcj02, geo.gcj02_to_wgs84, geo.wgs84_to_bd09, geo.bd09_to_wgs84):
        assert convert(at) == at
