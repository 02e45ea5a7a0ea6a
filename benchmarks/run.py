"""`python -m benchmarks.run [NAME ...] [--list] [--quick] [--database sqlite]`: measure, print, and write results.

Each benchmark gets an office of its own, made anew in a temporary folder and removed afterwards, and writes
benchmarks/results/DATABASE/NAME.json. Needs the development environment. New ones: benchmarks/registry.py.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import registry
from benchmarks.bench import Bench
from benchmarks.house import house
from benchmarks.registry import ASKS, BENCHMARKS, Row

RESULTS = Path(__file__).parent / "results"
DATABASES = ("sqlite", "postgres")


def measured(database: str, name: str, *, quick: bool, options: tuple[str, ...] = ()) -> Iterator[Row]:
    with house(database, options) as made:
        yield from BENCHMARKS[name].run(Bench(made, ASKS.__getitem__, quick=quick))


def machine() -> Row:
    """Where the numbers were taken."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], text=True, capture_output=True, check=False
    ).stdout
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "cpus": os.cpu_count(), "machine": platform.machine(),
        "python": platform.python_version(), "commit": commit.strip(),
        "note": "client, server and database share the CPUs",
    }  # fmt: skip


def main() -> int:
    registry.find()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of benchmarks; all of them by default")
    parser.add_argument("--list", action="store_true", help="say what can be measured")
    parser.add_argument("--quick", action="store_true", help="short turns and small sizes; writes no results")
    parser.add_argument("--database", choices=DATABASES, action="append", help="both by default")
    parser.add_argument("--serve", default="", help="options for `koban serve`; writes no results")
    given = parser.parse_args()
    if given.list:
        print("\n".join(f"{one.name:12} {one.about}" for one in BENCHMARKS.values()))
        return 0
    if unknown := set(given.names) - BENCHMARKS.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))} (see --list)")
    for database in given.database or DATABASES:
        for name in given.names or BENCHMARKS:
            _measure(database, name, quick=given.quick, options=tuple(given.serve.split()))
    return 0


def _measure(database: str, name: str, *, quick: bool, options: tuple[str, ...]) -> None:
    rows: list[Row] = []
    for row in measured(database, name, quick=quick, options=options):
        rows.append(row)
        print(json.dumps({"database": database} | row), flush=True)
        if not (quick or options):
            _write(database, name, rows)


def _write(database: str, name: str, rows: list[Row]) -> None:
    """After each row, so that a run that is broken off leaves what it has measured."""
    path = RESULTS / database / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"benchmark": name, "about": BENCHMARKS[name].about, "database": database} | machine()
    path.write_text(json.dumps(told | {"rows": rows}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
