"""Works out rounds on the street network. Reads nothing of the database but what it is given, and writes nothing."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from koban.duties.inspections import round_rules as rules
from koban.lib.geo import Box, Point
from koban.lib.mistakes import Mistake
from koban.lib.routing import Person, Plan, Route, plan, timed
from koban.lib.routing.formats import straight
from koban.lib.streets import Network, Spot, Ways

SECONDS = 8.0
MARGIN = 0.012  # degrees around office and stops: somebody may walk around a block outside of them
Progress = Callable[[float], None]
Corners = list[list[float]]


@dataclass(frozen=True, slots=True)
class Walker:
    """key: of the post. start: key of the stop where they are, "" for the office."""

    key: str
    begins: int
    ends: int
    start: str = ""


@dataclass(frozen=True)
class Ground:
    """Where things are. ways: None where there is no map, then the line between two points counts."""

    office: Point
    places: Mapping[str, Point]
    ways: Ways | None


@dataclass(frozen=True)
class Draft:
    """The round of one walker, as its row holds it; trouble: why there is none."""

    walker: Walker
    told: Mapping[str, Any] = field(default_factory=dict)


def ground(office: Point, places: Mapping[str, Point], streets: Path, profile: str) -> Ground:
    """Raises Mistake where the map has no streets around the office."""
    try:
        network = Network.load(streets)
    except (OSError, KeyError, ValueError):
        return Ground(office, places, None)
    points = [office, *places.values()]
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    box = Box(min(lons) - MARGIN, min(lats) - MARGIN, max(lons) + MARGIN, max(lats) + MARGIN)
    return Ground(office, places, Ways(network.within(box), profile))


def drafts(
    calls: Sequence[rules.Call], walkers: Sequence[Walker], land: Ground, progress: Progress | None = None
) -> list[Draft]:
    """Who calls where. A place that no street leads to is left out. Raises Mistake for what nobody can walk."""
    spots, nowhere = _spots(land, calls)
    going = [call for call in calls if call.key in spots]
    table = _table(land, [spots.get("", None), *(spots[call.key] for call in going)], going)
    place_of = {"": 0} | {call.key: number for number, call in enumerate(going, 1)}
    people = [Person(one.key, one.begins, one.ends, place_of.get(one.start, 0)) for one in walkers]
    passed = {one.start for one in walkers}
    stops = [rules.stop(call, place_of[call.key]) for call in going if call.key not in passed]
    found = plan(stops, table, people, seconds=SECONDS, progress=progress)
    left = [{"key": one.stop.key, "why": one.why.text} for one in found.unserved]
    told = {
        "left": [*left, *nowhere],
        "calls": [_call(call, land) for call in going],
        "table": table.tolist(),
    }
    return [
        Draft(one, {**told, **timed_fields(route), "line": line(land, one.start, _keys(route))})
        for one, route in zip(walkers, _routes(found), strict=True)
    ]


def _routes(found: Plan) -> tuple[Route, ...]:
    return found.routes


def _keys(route: Route) -> list[str]:
    return [visit.stop.key for visit in route.visits]


def _spots(land: Ground, calls: Iterable[rules.Call]) -> tuple[dict[str, Spot | Point], list[dict[str, str]]]:
    """Where everybody goes: key to place, "" for the office; and what lies nowhere."""
    found: dict[str, Spot | Point] = {"": land.ways.spot(land.office) if land.ways else land.office}
    nowhere = []
    for call in calls:
        try:
            at = land.places[call.key]
            found[call.key] = land.ways.spot(at) if land.ways else at
        except Mistake:
            nowhere.append({"key": call.key, "why": rules.NO_PLACE})
    return found, nowhere


def _table(land: Ground, spots: Sequence[Any], calls: Sequence[rules.Call]) -> np.ndarray[Any, Any]:
    if land.ways is None:
        return straight([land.office, *(land.places[call.key] for call in calls)])
    return land.ways.times(spots)


def _call(call: rules.Call, land: Ground) -> dict[str, Any]:
    """As a row keeps it."""
    at = land.places[call.key]
    opens, closes = ((each.isoformat("minutes") if each else "") for each in (call.opens_at, call.closes_at))
    return {"key": call.key, "minutes": call.minutes, "why": call.why, "opens": opens, "closes": closes,
            "lon": at.lon, "lat": at.lat}  # fmt: skip


def timed_fields(route: Route) -> dict[str, Any]:
    """The times of a route as its row keeps them."""
    visits = [
        {"key": v.stop.key, "arrives": v.arrives, "begins": v.begins, "leaves": v.leaves, "late": v.late}
        for v in route.visits
    ]
    return {"visits": visits, "leaves": route.leaves, "returns": route.returns, "late": route.late,
            "travelled": route.travelled}  # fmt: skip


def in_order(
    order: Sequence[str], calls: Sequence[rules.Call], table: Any, walker: Walker
) -> Mapping[str, Any]:
    """The times of an order that a person chose; late where it comes too late."""
    place_of = {call.key: number for number, call in enumerate(calls, 1)}
    by_key = {call.key: call for call in calls}
    stops = [rules.stop(by_key[key], place_of[key]) for key in order]
    person = Person(walker.key, walker.begins, walker.ends, place_of.get(walker.start, 0))
    return timed_fields(timed(person, stops, np.array(table, dtype=np.int64)))


def line(land: Ground, start: str, order: Sequence[str]) -> Corners:
    """The way over the streets from the start through the stops to the office; [] where there is no map."""
    if land.ways is None or not order:
        return []
    points = [land.places.get(start, land.office), *(land.places[key] for key in order), land.office]
    spots = [land.ways.spot(point) for point in points]
    corners: Corners = []
    for one, other in pairwise(spots):
        corners += [[round(lon, 6), round(lat, 6)] for lon, lat in land.ways.line(one, other)]
    return [corner for at, corner in enumerate(corners) if not at or corner != corners[at - 1]]


# --- On paper, and without a script ------------------------------------------------------------------------------

WIDE, HIGH, EDGE = 720, 420, 24


@dataclass(frozen=True)
class Sketch:
    """An SVG drawing: `points` of the line, and dots as (x, y, text)."""

    points: str
    dots: list[tuple[int, int, str]]
    wide: int = WIDE
    high: int = HIGH


def sketch(office: Point, stops: Sequence[tuple[float, float]], corners: Corners) -> Sketch:
    """The round drawn to scale, north up; without a line, straight from stop to stop."""
    drawn = corners or [[office.lon, office.lat], *map(list, stops), [office.lon, office.lat]]
    shrink = math.cos(math.radians(office.lat))
    flat = [(lon * shrink, -lat) for lon, lat in [*drawn, [office.lon, office.lat], *map(list, stops)]]
    west, north = min(x for x, _y in flat), min(y for _x, y in flat)
    east, south = max(x for x, _y in flat), max(y for _x, y in flat)
    scale = min(
        (WIDE - 2 * EDGE) / ((east - west) or 1e-9), (HIGH - 2 * EDGE) / ((south - north) or 1e-9), 1e7
    )
    at = [(EDGE + round((x - west) * scale), EDGE + round((y - north) * scale)) for x, y in flat]
    names = ["", *(str(number) for number in range(1, len(stops) + 1))]
    dots = [(x, y, name) for (x, y), name in zip(at[len(drawn) :], names, strict=True)]
    return Sketch(" ".join(f"{x},{y}" for x, y in at[: len(drawn)]), dots[::-1])
