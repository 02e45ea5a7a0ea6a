"""Checking a station's ledger from nothing but its rows: every page, every root, every row that a page sealed."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.module_loading import autodiscover_modules

from koban.kernel.ledger import checkpoints
from koban.kernel.ledger.canonical import name_of, page_bytes
from koban.kernel.ledger.models import Checkpoint, Head, Page
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.kernel.stations.schema import station_models
from koban.lib import signed_note
from koban.lib.merkle import Frontier, leaf_hash

BATCH = 500
Progress = Callable[[str, int], None]
Check = Callable[[Station], Iterator[str]]

CHECKS: list[
    Check
] = []  # of rooms above, from their `ledger_checks.py`: a sentence per fault, inside the scope


@dataclass(slots=True)
class Verdict:
    """What was found. page: number of the first broken page, None where the fault is elsewhere or there is none."""

    station: str
    pages: int = 0
    rows: int = 0
    roots: int = 0
    page: int | None = None
    fault: str = ""

    @property
    def ok(self) -> bool:
        return not self.fault


class Broken(Exception):
    """The first fault. page: its number, or None."""

    def __init__(self, fault: str, page: int | None = None) -> None:
        super().__init__(fault)
        self.page = page


def verify(station: Station, progress: Progress = lambda step, count: None) -> Verdict:
    """Check one station; stops at the first fault. Memory does not grow with the ledger.

    progress: called with the step ("pages", "rows") and how many more are done.
    """
    verdict = Verdict(station.code)
    with scoping.scope(station.pk), tempfile.TemporaryDirectory() as folder:
        seals = Seals(f"{folder}/seals.sqlite3")
        try:
            _pages(station, verdict, seals, progress)
            _rows(verdict, seals, progress)
            _rooms_above(station)
        except Broken as broken:
            verdict.fault, verdict.page = str(broken), broken.page
        finally:
            seals.close()
    return verdict


def _pages(station: Station, verdict: Verdict, seals: "Seals", progress: Progress) -> None:
    frontier, roots = Frontier(), Roots(station)
    for page in Page.objects.order_by("number").iterator(chunk_size=2000):
        _page(page, frontier.size)
        frontier.append(bytes(page.leaf))
        roots.compare(frontier)
        seals.note(page)
        verdict.pages += 1
        if verdict.pages % BATCH == 0:
            progress("pages", BATCH)
    progress("pages", verdict.pages % BATCH)
    verdict.roots = roots.done(frontier)
    _head(station, frontier)


def _page(page: Page, expected: int) -> None:
    if page.number != expected:
        raise Broken(f"page {expected} is missing: the next one is {page.number}", expected)
    if leaf_hash(page_bytes(page)) != bytes(page.leaf):
        raise Broken(f"page {page.number} was changed after it was written", page.number)


def _head(station: Station, frontier: Frontier) -> None:
    head = Head.objects.filter(pk=station.pk).first()
    if head and (head.size, bytes(head.frontier)) != (frontier.size, frontier.to_bytes()):
        raise Broken(
            f"the ledger ends at page {frontier.size - 1}, but its head says {head.size - 1}", frontier.size
        )
    if head is None and frontier.size:
        raise Broken("the ledger has pages but no head", frontier.size)


@dataclass(slots=True)
class Roots:
    """The signed roots of a station, from the database and from outside it, compared while the tree grows."""

    station: Station
    roots: dict[int, bytes] = field(default_factory=dict)
    passed: int = 0

    def __post_init__(self) -> None:
        verifier = checkpoints.signer().verifier
        notes = [(c.size, c.note) for c in Checkpoint.objects.filter(station=self.station)]
        for size, note in [*notes, *checkpoints.anchored(self.station).items()]:
            try:
                text, _names = signed_note.verify(note, [verifier])
            except signed_note.BadNote as wrong:
                raise Broken(f"the signed root over {size} pages is not valid: {wrong}") from wrong
            found = signed_note.Checkpoint.from_text(text)
            if (
                found.origin != checkpoints.origin(self.station)
                or self.roots.setdefault(size, found.root) != found.root
            ):
                raise Broken(f"two signed roots over {size} pages contradict each other")

    def compare(self, frontier: Frontier) -> None:
        expected = self.roots.get(frontier.size)
        if expected is None:
            return
        if frontier.root() != expected:
            raise Broken(f"a page before {frontier.size} is not the one that was signed", frontier.size - 1)
        self.passed += 1

    def done(self, frontier: Frontier) -> int:
        if late := [size for size in self.roots if size > frontier.size]:
            raise Broken(
                f"a root over {min(late)} pages was signed, but there are {frontier.size}", frontier.size
            )
        return self.passed


class Seals:
    """The last digest that a page promised for each row, on disk so that memory stays flat."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.execute("CREATE TABLE seal (name TEXT PRIMARY KEY, digest TEXT, page INTEGER) WITHOUT ROWID")

    def note(self, page: Page) -> None:
        if page.seals:
            rows = [(name, digest, page.number) for name, digest in page.seals.items()]
            self.db.executemany("INSERT OR REPLACE INTO seal VALUES (?, ?, ?)", rows)

    def take(self, names: list[str]) -> dict[str, tuple[str, int]]:
        """Digest and page of each name; they count as seen from now on."""
        marks = ",".join("?" * len(names))
        found = self.db.execute(f"SELECT name, digest, page FROM seal WHERE name IN ({marks})", names)  # noqa: S608
        taken = {name: (digest, page) for name, digest, page in found}
        self.db.execute(f"DELETE FROM seal WHERE name IN ({marks})", names)  # noqa: S608
        return taken

    def unseen(self) -> tuple[str, int] | None:
        """A row that a page promised and that is gone."""
        found: tuple[str, int] | None = self.db.execute(
            "SELECT name, page FROM seal WHERE digest != '' ORDER BY page LIMIT 1"
        ).fetchone()
        return found

    def close(self) -> None:
        self.db.close()


def _rows(verdict: Verdict, seals: Seals, progress: Progress) -> None:
    for model in station_models():
        if model.sealed:
            rows = model.objects.order_by("pk").iterator(chunk_size=BATCH)
            while batch := list(islice(rows, BATCH)):
                _batch(batch, seals)
                verdict.rows += len(batch)
                progress("rows", len(batch))
    if gone := seals.unseen():
        raise Broken(f"{gone[0]} was removed behind the ledger's back (page {gone[1]} tells of it)", gone[1])


def _batch(batch: list[StationRow], seals: Seals) -> None:
    promised = seals.take([name_of(row) for row in batch])
    for row in batch:
        name = name_of(row)
        if name not in promised:
            raise Broken(f"no page tells of {name}")
        digest, page = promised[name]
        if row.digest() != digest:
            raise Broken(f"{name} was changed behind the ledger's back (page {page} tells of it)", page)


def _rooms_above(station: Station) -> None:
    autodiscover_modules("ledger_checks")
    for check in CHECKS:
        for fault in check(station):
            raise Broken(fault)
