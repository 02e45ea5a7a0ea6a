"""Boxes of a map over many doors: OGC API - Features."""

import random
from collections.abc import Iterator

from benchmarks.bench import Bench, Row
from benchmarks.load import Make, request
from benchmarks.registry import asks, benchmark

LON, LAT, WIDE, HIGH = 24.94, 60.17, 0.2, 0.1  # as benchmarks.doors lays them out
# Half the width of the box, in degrees: a block, a quarter, a good part of the town.
BOXES = {"box of a block": 0.0005, "box of a quarter": 0.005, "box of half a town": 0.1}


def _boxes(office: Bench, half: float) -> Make:
    """A box somewhere in the town, another at each request."""

    def make(number: int) -> bytes:
        dice = random.Random(number)
        lon, lat = (
            LON + dice.uniform(-WIDE + half, WIDE - half),
            LAT + dice.uniform(-HIGH + half / 2, HIGH - half / 2),
        )
        box = f"{lon - half:.6f},{lat - half / 2:.6f},{lon + half:.6f},{lat + half / 2:.6f}"
        path = f"/o/lamp/ogc/collections/addresses/items?f=json&bbox={box}"
        return request(office.url, "GET", path, Accept_Language="en")

    return make


def _register(name: str, half: float) -> None:
    asks(name)(lambda office: _boxes(office, half))


for _name, _half in BOXES.items():
    _register(_name, _half)


@asks("page of 10,000 places")
def page(office: Bench) -> Make:
    """The largest one; it is streamed, so it is looked at with benchmarks.inside."""
    return office.public("/o/lamp/ogc/collections/addresses/items?f=json&limit=10000")


@benchmark("layers", "boxes of a map over a million doors")
def layers(office: Bench) -> Iterator[Row]:
    doors = 20_000 if office.quick else 1_000_000
    office.seed("doors", str(doors))
    for name in BOXES:
        yield from office.each(name, (1,), doors=doors)
