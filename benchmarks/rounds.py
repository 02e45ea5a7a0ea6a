"""Rounds: how far the plans are from the best that is known on the public cases of team orienteering.

python -m benchmarks.rounds FOLDER [--seconds 10] [--only r104:m3 ...] [--json OUT]

FOLDER holds best_known.json, toptw/ and top/. The seconds are CPU seconds of the one thread that searches, so that other
work on the machine does not change what is measured; on a quiet machine they are those of the clock.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from koban.lib.routing import late_in, plan
from koban.lib.routing.formats import Case, read


def cases(folder: Path) -> Iterator[tuple[str, Path, int, int]]:
    """Name, file, people, best known."""
    known = json.loads((folder / "best_known.json").read_text(encoding="utf-8"))
    for kind in ("toptw", "top"):
        for name, told in known[kind].items():
            file, _, team = name.partition(":m")
            yield name, folder / kind / f"{file}.txt", int(team or 0), int(told["best_known"])


def measured(case: Case, best: int, seconds: float, seed: int) -> dict[str, Any]:
    """One row; the windows of the plan are checked by the reader of this row's `late`."""
    problem, began = case.problem, time.perf_counter()
    found = plan(
        problem.stops, problem.matrix, problem.people, seconds=seconds, seed=seed, clock=time.process_time
    )
    gap = 100 * (best - found.prize) / best
    return {"prize": found.prize, "best_known": best, "gap_percent": round(gap, 2), "late": late_in(found),
            "visited": len(problem.stops) - len(found.unserved), "tries": found.tries,
            "wall_s": round(time.perf_counter() - began, 1), "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows: dict[str, Any] = {}
    for name, file, people, best in cases(asked.folder):
        if not asked.only or name in asked.only:
            rows[name] = measured(read(file, people), best, asked.seconds, asked.seed)
            print(name, rows[name], flush=True)
    gaps = [max(0.0, row["gap_percent"]) for row in rows.values()]
    print(f"{len(gaps)} cases: mean gap {sum(gaps) / len(gaps):.2f} %, most {max(gaps):.2f} %")
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
