"""Bags: a matter with 200 MB of attachments is packaged, and 10,000 packages are verified, stopped and resumed.

python -m benchmarks.bags [--megabytes 200] [--packages 10000] [--folder DIR]
"""

import argparse
import io
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.machine import MB, calibration_ms
from koban.lib.bag import Entry, State, Stretch, packages, verify, write

ON = date(2026, 3, 2)
ATTACHMENT = 5 * MB
MODELS = 50  # different packages; the rest are copies of them
SMALL = (800, 3_000, 12_000, 40_000)  # bytes of the files of a small package


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def timed(what: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    done = what()
    return done, {
        "wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2),
    }  # fmt: skip


def attachments(megabytes: int, content: bytes) -> Iterator[Entry]:
    for number in range(megabytes * MB // ATTACHMENT):
        yield Entry(f"attachments/{number:04}.jpg", lambda: io.BytesIO(content))


def large(folder: Path, megabytes: int) -> Iterator[dict[str, Any]]:
    """Written to the disk, every file synchronised; then read back."""
    content = Random(5).randbytes(ATTACHMENT)
    before = peak_mb()
    made, spent = timed(lambda: write(folder / "large", attachments(megabytes, content), on=ON))
    yield {"what": "package", "mb": made.bytes // MB, **spent, "peak_grew_mb": peak_mb() - before}
    before = peak_mb()
    verdict, spent = timed(lambda: verify(folder / "large"))
    yield {"what": "verify", "valid": verdict.is_valid, **spent, "peak_grew_mb": peak_mb() - before}


def shelf(folder: Path, count: int) -> Path:
    random, made = Random(7), folder / "shelf"
    made.mkdir()
    for number in range(min(MODELS, count)):
        contents = {f"papers/{size}.pdf": random.randbytes(size) for size in SMALL}
        entries = (
            Entry(path, lambda content=content: io.BytesIO(content)) for path, content in contents.items()
        )  # type: ignore[misc]
        write(made / f"{number:06}", entries, on=ON)
    for number in range(MODELS, count):
        shutil.copytree(made / f"{number % MODELS:06}", made / f"{number:06}")
    return made


def many(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """Half of them, then a stop, then the rest; then once more with everything known."""
    bags, _others = packages(shelf(folder, count))
    state, before = folder / "state", peak_mb()

    def walk(most: int) -> int:
        found = Stretch(bags, State.read(state, folder / "shelf")).verdicts()
        return sum(verdict.is_valid for (_path, verdict), _turn in zip(found, range(most), strict=False))

    for what, most in (("first half", count // 2), ("resumed to the end", count), ("all known", count)):
        valid, spent = timed(lambda most=most: walk(most))  # type: ignore[misc]
        yield {"what": f"verify packages, {what}", "valid": valid, **spent}
    yield {"what": "memory", "peak_grew_mb": peak_mb() - before, "peak_mb": peak_mb()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--packages", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where it is written; a temporary folder without it")
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="koban-bags-", dir=given.folder))
    try:
        print(json.dumps({"what": "machine", "calibration_ms": calibration_ms()}))
        for row in chain(large(place, given.megabytes), many(place, given.packages)):
            print(json.dumps(row))
    finally:
        shutil.rmtree(place)
