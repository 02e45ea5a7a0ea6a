"""A report to every open board."""

import asyncio
from collections.abc import Iterator

from benchmarks import streams
from benchmarks.bench import Bench, Row
from benchmarks.cases.intake import report
from benchmarks.registry import benchmark


@benchmark("boards", "200 open boards: how long after a report is sent each of them has it")
def boards(office: Bench) -> Iterator[Row]:
    count, reports = (40, 10) if office.quick else (200, 40)
    meter, make = office.meter(), report(office)
    bodies = [make(number) for number in range(reports)]
    row = asyncio.run(streams.reach(office.url, office.sessions[:count], bodies, 0.1))
    yield {"name": "boards"} | row | meter.read(reports)
