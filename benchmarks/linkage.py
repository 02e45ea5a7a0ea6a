"""Linkage: time and memory of 100,000 records against 1,000,000, and a new shipped model.

python -m benchmarks.linkage [--register 1000000] [--file 100000]
python -m benchmarks.linkage --train        writes koban/lib/linkage/persons.json
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from koban.lib.linkage import Index, Record, cluster, link
from koban.lib.linkage.index import SHIPPED
from koban.lib.linkage.linking import linked, tables
from koban.lib.linkage.model import Model
from koban.lib.linkage.tests import sets
from koban.lib.linkage.truth import Agreement
from koban.town.doubles import Resident, copies, residents

SEED, OTHER_SEED = 11, 12
KNOWN = 0.7  # of the file is in the register
BATCH = 5_000


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def now_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20


def measure(register: int, file: int) -> dict[str, object]:
    """Fill an index, link a file against it, and count what was found."""
    known = int(file * KNOWN)
    step = max(register // known, 1)
    kept: list[Resident] = []

    def passing() -> Iterator[Record]:
        for one in residents(register, SEED):
            if one.number % step == 0 and len(kept) < known:
                kept.append(one)
            yield one.record()

    began, cpu, before = time.perf_counter(), time.process_time(), now_mb()
    made = sum(1 for _ in residents(register, SEED))
    generated = time.perf_counter()
    index = Index()
    index.add(passing())
    added = time.perf_counter()
    list(index.link([]))  # sorts the keys
    ready, full = time.perf_counter(), now_mb()
    strangers = islice(residents(10 * file, OTHER_SEED), file - len(kept))
    rows = [
        *copies(kept, SEED),
        *(Record(f"x{record.key}", record.fields) for record in copies(strangers, OTHER_SEED)),
    ]
    prepared = time.perf_counter()
    right = wrong = 0
    for start in range(0, len(rows), BATCH):
        for pair in index.link(rows[start : start + BATCH]):
            same = pair.left_key[0] == "c" and pair.left_key[1:] == pair.right_key[1:]
            right, wrong = right + same, wrong + (not same)
    done = time.perf_counter()
    precision, recall = right / max(right + wrong, 1), right / max(len(kept), 1)
    return {
        "register": made, "file": len(rows), "pairs_right": right, "pairs_wrong": wrong,
        "precision": round(precision, 4), "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
        "generate_s": round(generated - began, 1), "fill_s": round(added - 2 * generated + began, 1),
        "sort_s": round(ready - added, 1),
        "link_s": round(done - prepared, 1),
        "cpu_s_with_generating_twice": round(time.process_time() - cpu, 1),
        "index_mb": full - before, "peak_rss_mb": peak_mb(),
    }  # fmt: skip


def quality() -> Iterator[dict[str, object]]:
    """Learn and link each public set at the default threshold, as pairs and, inside one file, as clusters."""
    for name in ("febrl2", "febrl3", "fake_1000", "cn_6000"):
        records, entities = sets.read(name)
        began = time.process_time()
        pairs = sets.agreement(link(records), entities)
        spent = time.process_time() - began
        yield _row(name, spent, pairs) | {"clustered": round(sets.closed(cluster(records), entities).f1, 4)}
    (left, of_left), (right, of_right) = sets.read("febrl4a"), sets.read("febrl4b")
    began = time.process_time()
    pairs = sets.agreement(link(left, right), of_left, of_right)
    yield _row("febrl4", time.process_time() - began, pairs)


def _row(name: str, spent_s: float, found: Agreement) -> dict[str, object]:
    return {
        "set": name, "precision": round(found.precision, 4), "recall": round(found.recall, 4),
        "f1": round(found.f1, 4), "cpu_s": round(spent_s, 1),
    }  # fmt: skip


def train() -> None:
    """Learn the shipped model from 20,000 invented people, half of whom are in the second file."""
    people = [*residents(20_000, 1)]
    half = [one for one in people if one.number % 2 == 0]
    left, right = tables([*copies(half, 2)], [one.record() for one in people])
    model, _found = linked(left, right, None, 0.5)
    SHIPPED.write_text(Model(model.m, model.u, 0.5, model.households).to_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--register", type=int, default=1_000_000)
    parser.add_argument("--file", type=int, default=100_000)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--quality", action="store_true")
    given = parser.parse_args()
    if given.train:
        train()
    elif given.quality:
        for row in quality():
            print(json.dumps(row))
    else:
        print(json.dumps(measure(given.register, given.file), indent=1))
