"""What can be measured: named questions to an office, and named benchmarks that put them.

A file in benchmarks/cases/ brings its own; nothing else is touched:

    @asks("search")                          # one kind of request; `python -m benchmarks.inside search` profiles it
    def search(office: Bench) -> Make:
        return office.page("/desk/search/?q=zhao")

    @benchmark("search", "searches of a resident by name, at two sizes")
    def searching(office: Bench) -> Iterator[Row]:
        for size in office.sizes:
            office.grow(size)                # rows of benchmarks.seed; or office.seed(...) / office.koban("import", ...)
            yield from office.each("search", connections=(1, 8), matters=size)
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks import cases
from benchmarks.bench import Bench
from benchmarks.load import Make

Row = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """make: gives the bytes of the n-th request for an office. expect: the status of a right answer."""

    name: str
    make: Callable[[Bench], Make]
    expect: int


@dataclass(frozen=True)
class Benchmark:
    """run: measures an open office and gives one row for each measurement."""

    name: str
    about: str
    run: Callable[[Bench], Iterator[Row]]


ASKS: dict[str, Ask] = {}
BENCHMARKS: dict[str, Benchmark] = {}


def asks(name: str, *, expect: int = 200) -> Callable[[Callable[[Bench], Make]], Callable[[Bench], Make]]:
    """Register a kind of request."""

    def keep(make: Callable[[Bench], Make]) -> Callable[[Bench], Make]:
        ASKS[name] = Ask(name, make, expect)
        return make

    return keep


def benchmark(name: str, about: str) -> Callable[[Callable[[Bench], Iterator[Row]]], Any]:
    """Register a benchmark; its results are benchmarks/results/DATABASE/NAME.json."""

    def keep(run: Callable[[Bench], Iterator[Row]]) -> Any:
        BENCHMARKS[name] = Benchmark(name, about, run)
        return run

    return keep


def find() -> None:
    """Read every file of benchmarks/cases/."""
    for found in sorted(pkgutil.iter_modules(cases.__path__), key=lambda each: each.name):
        importlib.import_module(f"{cases.__name__}.{found.name}")
