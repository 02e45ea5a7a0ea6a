"""Reading a table as people save it: CSV in any usual encoding, packed or not, and Excel. Row by row, never whole."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook

from koban.lib.errors import Refused

SAMPLE_BYTES, CHUNK_BYTES = 262_144, 8_192
BROKEN = (EOFError, OSError, zlib.error)
"""What comes of a packed file that was cut or changed."""
LONGEST_CELL = 1_000_000  # characters
DELIMITERS = ",;\t|"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LIKELY = ["gb18030", "big5", "cp1252"]
"""Encodings besides UTF-8 in which offices here have saved tables."""


@dataclass(frozen=True, slots=True)
class Row:
    """number: as a spreadsheet counts, the heading is 1. cells: by column; `read` of the file's bytes are behind."""

    number: int
    cells: Sequence[Any]
    read: int


@dataclass(frozen=True)
class Table:
    """columns: the heading. size: of the file, in bytes, for the progress."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    size: int
    encoding: str


@contextmanager
def opened(path: Path, encoding: str = "") -> Iterator[Table]:
    """The table in a file. encoding: of a CSV, "" to find it out.

    Raises Refused with a sentence for a file that is no table, and for an encoding that nobody knows.
    """
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls", ".ods"):
        yield _of_workbook(path)
        return
    with path.open("rb") as raw, _unpacked(path, raw) as plain:
        sample = _sample(path, plain)
        found = _known(encoding) if encoding else encoding_of(sample)
        with io.TextIOWrapper(plain, found, errors="replace", newline="") as text:
            yield _of_text(path, raw, text, delimiter_of(sample.decode(found, "replace")))


@contextmanager
def _unpacked(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    if path.suffix.casefold() != ".gz":
        yield raw
        return
    with gzip.open(raw) as plain:
        yield plain  # type: ignore[misc]  # a GzipFile reads bytes like any file


def _sample(path: Path, plain: BinaryIO) -> bytes:
    """The first bytes of a text, as far as they can be had; it stands at its start again."""
    parts: list[bytes] = []
    try:
        while sum(map(len, parts)) < SAMPLE_BYTES and (part := plain.read(CHUNK_BYTES)):
            parts.append(part)
    except BROKEN as broken:
        if not parts:
            raise Refused(f"{path.name} cannot be unpacked: {broken}") from broken
    plain.seek(0)
    return b"".join(parts)


def _of_text(path: Path, raw: BinaryIO, text: io.TextIOWrapper, delimiter: str) -> Table:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter)
    head = tuple(cell.strip() for cell in next(reader, []))
    return Table(_fit(path, head), _lines(reader, raw), path.stat().st_size, text.encoding)


def _lines(reader: Any, raw: BinaryIO) -> Iterator[Row]:
    """Rows with a number; a row that is broken comes as one without cells."""
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, *BROKEN) as broken:
            yield Row(number, [], raw.tell())
            if not isinstance(broken, csv.Error):
                return
            continue
        if any(cells):
            yield Row(number, cells, raw.tell())


def _of_workbook(path: Path) -> Table:
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, IndexError) as broken:
        raise Refused(f"{path.name} is not a workbook that can be read: {broken}") from broken
    lines = sheet.iter_rows()
    head = tuple(str(cell).strip() for cell in next(lines, []))
    size = max(1, sheet.total_height)
    rows = (Row(n, cells, n) for n, cells in enumerate(lines, 2) if any(cell != "" for cell in cells))
    return Table(_fit(path, head), rows, size, "workbook")


def _fit(path: Path, head: tuple[str, ...]) -> tuple[str, ...]:
    named = [name for name in head if name]
    if not named:
        raise Refused(f"{path.name} has no heading: its first row must name the columns.")
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise Refused(f"{path.name} has two columns named {twice[0]}: give each a name of its own.")
    return head


def encoding_of(sample: bytes) -> str:
    """The encoding of a text by its first bytes."""
    if marked := next((name for bom, name in BOMS if sample.startswith(bom)), ""):
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        found = from_bytes(sample, cp_isolation=LIKELY).best()
        return found.encoding if found else "gb18030"
    return "utf-8"


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise Refused(f"There is no encoding {encoding}: try utf-8 or gb18030.") from None


def delimiter_of(sample: str) -> str:
    """What stands between the cells, by the heading: a comma unless another of the usual ones is there more often."""
    head = sample.partition("\n")[0]
    return max(DELIMITERS, key=head.count)
