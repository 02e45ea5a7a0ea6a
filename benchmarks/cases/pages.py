"""Pages of the desk and of the public, with ten and a hundred thousand matters."""

import re
from collections.abc import Iterator

from benchmarks.bench import Bench, Row
from benchmarks.load import Make
from benchmarks.registry import asks, benchmark

DESK = {
    "board": "/desk/board/", "list of 50": "/desk/matters/", "incidents": "/desk/incidents/", "today": "/desk/",
}  # fmt: skip
PUBLIC = {
    "categories": "/open311/v2/services.json", "public layer": "/open311/v2/requests.json",
    "public layer, XML": "/open311/v2/requests.xml", "public front": "/o/lamp/", "public form, first page": "/o/lamp/report/",
}  # fmt: skip


def _register(name: str, path: str, *, desk: bool) -> None:
    asks(name)(lambda office: office.page(path) if desk else office.public(path))


for _name, _path in DESK.items():
    _register(_name, _path, desk=True)
for _name, _path in PUBLIC.items():
    _register(_name, _path, desk=False)


@asks("detail")
def detail(office: Bench) -> Make:
    """The newest matter of the list: open, with its likely doubles beside it."""
    found = re.search(r'href="(/desk/incidents/\d+/\d+/)"', office.got(office.page("/desk/matters/")))
    if found is None:
        raise RuntimeError("the list shows no incident")
    return office.page(found[1])


@benchmark("pages", "every hot page at two sizes of the office")
def pages(office: Bench) -> Iterator[Row]:
    office.seconds /= 2
    for size in office.sizes:
        office.grow(size)
        for name in ("detail", *DESK, *PUBLIC):
            yield from office.each(name, (1, 8), matters=size)
