"""The rows of an import, in batches: each whole with its pages and its place in the file, so that a stopped one goes on."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
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

BATCH = 500
BROKEN_ROW = gettext_noop("This row is broken and cannot be read.")
TWICE = gettext_noop("The same stands in row %(row)d.")
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
        self.seen: dict[bytes, int] = {}

    def go(self, progress: Progress = lambda one: None) -> None:
        """All rows that are not behind yet. Raises Refused for a file that cannot be read."""
        try:
            with table_of(self.one) as table:
                self.importer.open()
                self.one.size = table.size
                at = {key: table.columns.index(column) for key, column in self.one.columns.items()}
                rows = iter(table.rows)
                while batch := list(islice(rows, BATCH)):
                    lines = [self._read(row, at) for row in batch]
                    self._store([line for line in lines if line.row.number > self.one.done], batch[-1])
                    progress(self.one)
        except Mistake as mistake:
            raise Stopped(mistake.sentence) from mistake

    def _read(self, row: tables.Row, at: dict[str, int]) -> Line:
        line = Line(row)
        if not row.cells:
            line.said.append(("", Sentence(BROKEN_ROW)))
            return line
        cells = Cells(at, row.cells, self.one.datum)
        try:
            line.item = self.importer.read(cells)
        except Wrong as wrong:
            line.said.append((wrong.field, wrong.sentence))
        line.said += cells.warnings
        if line.item is not None:
            self._refuse_twin(line)
        return line

    def _refuse_twin(self, line: Line) -> None:
        digest = hashlib.blake2b(self.importer.name(line.item).encode(), digest_size=12).digest()
        if (first := self.seen.setdefault(digest, line.row.number)) != line.row.number:
            line.item = None
            line.said.append(("", Sentence(TWICE, {"row": first})))

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
        matches = self.importer.find([line.item for line in lines])
        for line, match in zip(lines, matches, strict=True):
            if match is not None:
                line.outcome, line.row_id = Outcome.KNOWN, match.row_id
                line.said.append(("", match.why))
            else:
                line.outcome = Outcome.TAKEN
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
        said = [
            {"column": self.one.columns.get(key, key), "text": sentence.text, "values": dict(sentence.values)}
            for key, sentence in line.said
        ]
        return ImportRow(
            of=self.one, number=line.row.number, outcome=line.outcome, row_id=line.row_id, said=said
        )
