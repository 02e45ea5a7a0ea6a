"""`python -m benchmarks.run [--quick] [--only NAME] [--database sqlite]`: measure, print, and write benchmarks/results/.

Everything is made anew in a temporary folder and removed afterwards. Needs the development environment.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks import boards
from benchmarks.house import House, house
from benchmarks.load import Line, Make, closed, opened, request
from benchmarks.machine import Meter

RESULTS = Path(__file__).parent / "results"
Row = dict[str, Any]


class Run:
    """One office, measured. quick: short turns and small sizes, to see that everything still works."""

    def __init__(self, house: House, *, quick: bool) -> None:
        self.house, self.quick = house, quick
        self.seconds = 3.0 if quick else 12.0
        self.sizes = (1_000, 3_000) if quick else (10_000, 100_000)
        self.connections = (1, 8) if quick else (1, 8, 32)

    # What is asked for

    def report(self) -> Make:
        """A report through Open311, each with a key of its own, at a place of its own."""

        def make(number: int) -> bytes:
            told = {
                "api_key": self.house.keys[number % len(self.house.keys)], "service_code": "noise", "jurisdiction_id": "lamp",
                "lat": f"60.17{number % 997:03}", "long": f"24.94{number % 991:03}",
                "description": "Somebody is loud in the yard again.", "phone": "13900000000", "first_name": "Yun",
            }  # fmt: skip
            return self._form("/open311/v2/requests.json", told, Idempotency_Key=str(uuid4()))

        return make

    def public_form(self) -> Make:
        """The last step of the public form, as a resident's browser sends it; every visitor from another address."""
        page = self._got(request(self.house.url, "GET", "/o/lamp/report/", Accept_Language="en")).decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        cookie = re.search(r"koban_csrf=([^;]+)", page)
        assert token  # noqa: S101
        assert cookie  # noqa: S101

        def make(number: int) -> bytes:
            told = {
                "csrfmiddlewaretoken": token[1], "key": str(uuid4()), "go": "send", "code": "noise",
                "summary": "Somebody is loud in the yard again.", "lon": f"24.94{number % 991:03}",
                "lat": f"60.17{number % 997:03}", "reply_by": "page",
            }  # fmt: skip
            visitor = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            return self._form(
                "/o/lamp/report/", told, Cookie=f"koban_csrf={cookie[1]}", X_Forwarded_For=visitor,
                Referer=f"{self.house.url}/o/lamp/report/",
            )  # fmt: skip

        return make

    def _form(self, path: str, told: dict[str, str], **headers: str) -> bytes:
        body = urlencode(told).encode()
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        return request(self.house.url, "POST", path, body, **form, **headers)

    def page(self, path: str) -> Make:
        """A page of the desk, as a member of the team sees it."""
        cookie = f"koban_session={self.house.sessions[0]}"
        made = request(self.house.url, "GET", path, Cookie=cookie, Accept_Language="en", Koban_Quiet="1")
        return lambda _number: made

    def _got(self, sent: bytes) -> bytes:
        line = Line(self.house.url)
        status, answer = line.ask(sent)
        line.close()
        if status != 200:
            raise RuntimeError(f"{status}: {answer[-2000:].decode(errors='replace')}")
        return answer

    # What is measured

    def meter(self) -> Meter:
        return Meter(self.house.server, self.house.database)

    def closed(self, name: str, make: Make, connections: int, expect: int = 200, **told: Any) -> Row:
        warm = closed(self.house.url, make, connections=1, seconds=0.5, meter=self.meter(), expect=expect)
        if warm.get("wrong"):
            raise RuntimeError(f"{name}: {warm}")
        row = closed(
            self.house.url,
            make,
            connections=connections,
            seconds=self.seconds,
            meter=self.meter(),
            expect=expect,
        )
        return {"name": name} | told | row

    def intake(self) -> Iterator[Row]:
        for connections in self.connections:
            yield self.closed("intake open311", self.report(), connections, 201)
        yield self.steady()
        for connections in self.connections[:2]:
            yield self.closed("intake public form", self.public_form(), connections, 201)

    def steady(self) -> Row:
        """A hundred reports a second, at random moments."""
        seconds = 5.0 if self.quick else 20.0
        row = opened(self.house.url, self.report(), rate=100, seconds=seconds, meter=self.meter(), expect=201)
        return {"name": "intake open311, open loop"} | row

    def boards(self) -> Iterator[Row]:
        count, reports = (40, 10) if self.quick else (200, 40)
        meter = self.meter()
        bodies = [self.report()(number) for number in range(reports)]
        row = asyncio.run(boards.reach(self.house.url, self.house.sessions[:count], bodies, 0.1))
        yield {"name": "boards"} | row | meter.read(reports)

    def pages(self) -> Iterator[Row]:
        self.seconds /= 2
        for size in self.sizes:
            self.house.grow(size)
            for name, path in self.paths().items():
                for connections in (1, 8):
                    yield self.closed(name, self.page(path), connections, matters=size)

    def paths(self) -> dict[str, str]:
        listed = self._got(self.page("/desk/matters/")(0)).decode()
        detail = re.search(r'href="(/desk/incidents/\d+/\d+/)"', listed)
        assert detail  # noqa: S101
        # /desk/incidents/2026/000123/ is a matter in the middle: the newest are open and small.
        return {
            "board": "/desk/board/", "list of 50": "/desk/matters/", "incidents": "/desk/incidents/",
            "detail": detail[1], "today": "/desk/", "categories": "/open311/v2/services.json",
            "public layer": "/open311/v2/requests.json", "public front": "/o/lamp/",
            "public form": "/o/lamp/report/",
        }  # fmt: skip


PARTS: dict[str, Callable[[Run], Iterator[Row]]] = {
    "intake": Run.intake,
    "boards": Run.boards,
    "pages": Run.pages,
}


def measured(database: str, parts: list[str], *, quick: bool) -> Iterator[Row]:
    with house(database) as made:
        run = Run(made, quick=quick)
        for part in parts:
            yield from PARTS[part](run)


def machine() -> Row:
    """Where the numbers were taken."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], text=True, capture_output=True, check=False
    ).stdout
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "cpus": os.cpu_count(), "machine": platform.machine(),
        "python": platform.python_version(), "commit": commit.strip(),
        "note": "one `koban serve` process; client, server and database share the CPUs",
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="short turns and small sizes; writes no results")
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="this part alone (may be given more than once)"
    )
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    given = parser.parse_args()
    for database in given.database or ["sqlite", "postgres"]:
        rows = []
        for row in measured(database, given.only or list(PARTS), quick=given.quick):
            rows.append(row)
            print(json.dumps({"database": database} | row), flush=True)
        if not given.quick:
            _write(database, rows)
    return 0


def _write(database: str, rows: list[Row]) -> None:
    """Rows of a part that was not measured now stay as they were."""
    path = RESULTS / f"{database}.json"
    old = json.loads(path.read_text())["rows"] if path.exists() else []
    names = {row["name"] for row in rows}
    kept = [row for row in old if row["name"] not in names]
    told = {"database": database} | machine() | {"rows": [*kept, *rows]}
    path.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
