"""The rows of an import, in batches: each whole with its pages and its place in the file, so that a stopped one goes on."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from koban.kernel.access.roles import require
from koban.kernel.files import store
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.lib import tables
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.lib.sentence import Sentence, gettext_noop
from koban.registers.importing.importer import IMPORTERS, Cells, Importer, Wrong
from koban.registers.importing.models import Import, ImportRow
from koban.registers.importing.saying import packed

BATCH = 500
BROKEN_ROW = gettext_noop("This row is broken and cannot be read.")
FOREIGN = gettext_noop(
    "This row was saved in another encoding than the others, and was read in that. Compare it."
)
TWICE = gettext_noop("The same stands in row %(row)d.")
CLASH = gettext_noop(
    "Row %(row)d says something else under the same number or name. Find out which of the two is right."
)
GONE = gettext_noop("The file is no longer kept. Load it up again.")
Progress = Callable[[Import], None]
Outcome = ImportRow.Outcome


class Stopped(Refused):
    """A file that cannot be read, with the sentence untranslated: it is kept, and shown in the reader's language."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(spoken(said))
        self.said = said


def importer_of(one: Import) -> Importer:
    return IMPORTERS[one.kind]


@contextmanager
def table_of(one: Import) -> Iterator[tables.Table]:
    """The table of an import, from the sealed store by way of a private file. Raises Refused with the sentence."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        try:
            with path.open("wb") as plain:
                for step in store.read(one.sha256):
                    plain.write(step)
            with tables.opened(path, one.encoding, one.name) as table:
                yield table
        except FileNotFoundError:
            raise Stopped(Sentence(GONE)) from None


@dataclass
class Line:
    """One row on its way. item: what it says, None where it cannot be taken."""

    row: tables.Row
    item: Any = None
    said: list[tuple[str, Sentence]] = field(default_factory=list)
    outcome: ImportRow.Outcome = Outcome.REFUSED
    row_id: Any = None


class Run:
    """One pass over the table. is_trial: nothing is written but what would be said."""

    def __init__(self, one: Import, *, by: Actor, at: datetime, is_trial: bool) -> None:
        self.one, self.by, self.at, self.is_trial = one, by, at, is_trial
        self.importer = importer_of(one)
        require(by, self.importer.action)
        self.seen: dict[bytes, tuple[int, bytes]] = {}

    def go(self, progress: Progress = lambda one: None) -> None:
        """All rows that are not behind yet. Raises Refused for a file that cannot be read."""
        try:
            with table_of(self.one) as table:
                self.importer.open()
                self.one.size = table.size
                at = {key: table.columns.index(column) for key, column in self.one.columns.items()}
                rows = iter(table.rows)
                while batch := list(islice(rows, BATCH)):
                    lines = self._read_all(batch, at)
                    self._store([line for line in lines if line.row.number > self.one.done], batch[-1])
                    progress(self.one)
        except Mistake as mistake:
            raise Stopped(mistake.sentence) from mistake

    def _read_all(self, batch: Sequence[tables.Row], at: Mapping[str, int]) -> list[Line]:
        whole = [(Line(row), Cells(at, row.cells, self.one.datum)) for row in batch]
        self.importer.ahead([cells for line, cells in whole if line.row.cells])
        for line, cells in whole:
            self._read(line, cells)
        return [line for line, _cells in whole]

    def _read(self, line: Line, cells: Cells) -> None:
        if not line.row.cells:
            line.said.append(("", Sentence(BROKEN_ROW)))
            return
        if line.row.is_foreign:
            line.said.append(("", Sentence(FOREIGN)))
        try:
            line.item = self.importer.read(cells)
        except Wrong as wrong:
            line.said.append((wrong.field, wrong.sentence))
        line.said += cells.warnings
        if line.item is not None:
            self._refuse_twin(line)

    def _refuse_twin(self, line: Line) -> None:
        name, contents = _digest(self.importer.name(line.item)), _digest(self.importer.contents(line.item))
        row, said = self.seen.setdefault(name, (line.row.number, contents))
        if row != line.row.number:
            line.item = None
            line.said.append(("", Sentence(TWICE if said == contents else CLASH, {"row": row})))

    @transaction.atomic
    def _store(self, lines: Sequence[Line], last: tables.Row) -> None:
        self._match([line for line in lines if line.item is not None])
        for line in lines:
            self.one.taken += line.outcome == Outcome.TAKEN
            self.one.known += line.outcome == Outcome.KNOWN
            self.one.refused += line.outcome == Outcome.REFUSED
        told = [line for line in lines if line.outcome != Outcome.KNOWN or line.said]
        ImportRow.objects.bulk_create([self._row(line) for line in told])
        self.one.done, self.one.read = max(self.one.done, last.number), last.read
        self.one.save(update_fields=["done", "read", "size", "taken", "known", "refused", "besides"])

    def _match(self, lines: Sequence[Line]) -> None:
        matches = self.importer.find([line.item for line in lines], by=self.by, at=self.at)
        for line, match in zip(lines, matches, strict=True):
            line.outcome = Outcome.KNOWN if match and match.is_sure else Outcome.TAKEN
            if match:
                line.row_id = match.row_id if match.is_sure else None
                line.said += [("", sentence) for sentence in match.why]
        fresh = [line for line in lines if line.outcome == Outcome.TAKEN]
        if not self.is_trial and fresh:
            made = self.importer.write([line.item for line in fresh], by=self.by, at=self.at)
            for line, result in zip(fresh, made, strict=True):
                if isinstance(result, Sentence):
                    line.outcome = Outcome.REFUSED
                    line.said.append(("", result))
                else:
                    line.row_id = result
            self.one.besides += map(str, self.importer.besides())

    def _row(self, line: Line) -> ImportRow:
        said = [packed(self.one.columns.get(key, key), sentence) for key, sentence in line.said]
        return ImportRow(
            of=self.one, number=line.row.number, outcome=line.outcome, row_id=line.row_id, said=said
        )


def _digest(said: str) -> bytes:
    return hashlib.blake2b(said.encode(), digest_size=12).digest()
