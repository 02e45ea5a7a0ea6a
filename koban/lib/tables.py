"""Reading a table as people save it: CSV in any usual encoding, packed or not, and Excel. Row by row, never whole.

What is wrong with the file as a whole is a Mistake with a sentence; a row that is broken comes as one without cells.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from koban.lib import sheets
from koban.lib.mistakes import Mistake
from koban.lib.mixed_lines import UNREADABLE, Lines, TooMuch, is_mostly_utf8
from koban.lib.sentence import gettext_noop

SAMPLE_BYTES, CHUNK_BYTES = 262_144, 8_192
BROKEN = (EOFError, OSError, zlib.error)
"""What comes of a packed file that was cut or changed."""
LONGEST_CELL = 1_000_000  # characters
MOST_COLUMNS = 500
MOST_TEXT_BYTES = 2_000_000_000  # when it is unpacked; a small file may hold very much of nothing
DELIMITERS = ",;\t|"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LIKELY = ["gb18030", "big5", "cp1252"]
"""Encodings besides UTF-8 in which offices here have saved tables."""
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")

NOT_UNPACKED = gettext_noop("%(file)s cannot be unpacked. Save it again.")
NO_WORKBOOK = gettext_noop("%(file)s is not a workbook that can be read. Save it again as .xlsx or as CSV.")
TOO_BIG = gettext_noop("%(file)s is too big when it is unpacked. Split it into several files.")
TOO_SLOW = gettext_noop("%(file)s takes too long to be read. Split it into several files, or save it as CSV.")
BUSY = gettext_noop("Other workbooks are being read. Try again in a minute, or save %(file)s as CSV.")
NO_HEADING = gettext_noop("%(file)s has no heading: its first row must name the columns.")
SAME_HEADING = gettext_noop("%(file)s has two columns named %(column)s: give each a name of its own.")
TOO_MANY_COLUMNS = gettext_noop(
    "%(file)s has %(count)d columns, at most %(most)d are read. Delete the empty ones."
)
NO_ENCODING = gettext_noop("There is no encoding %(encoding)s: try utf-8 or gb18030.")
UNFIT = {"damaged": NO_WORKBOOK, "memory": TOO_BIG, "time": TOO_SLOW, "busy": BUSY}
DAMAGED = gettext_noop(
    "A spreadsheet has rounded this number. Format the column as text and enter it anew; it cannot be mended."
)
NOT_A_DAY = gettext_noop("This is not a day such as 2024-03-02.")


@dataclass(frozen=True, slots=True)
class Row:
    """number: as a spreadsheet counts, the heading is 1. cells: by column; `read` of the file's bytes are behind.

    is_foreign: it was written in another encoding than the rest, and read in that.
    """

    number: int
    cells: Sequence[Any]
    read: int
    is_foreign: bool = False


@dataclass(frozen=True)
class Table:
    """columns: the heading. size: of the file, in bytes (of a workbook: rows), for the progress."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    size: int
    encoding: str


@contextmanager
def opened(path: Path, encoding: str = "", name: str = "") -> Iterator[Table]:
    """The table in a file. encoding: of a CSV, "" to find it out. name: what to call it in sentences.

    Raises Mistake with a sentence for a file that is no table, and for an encoding that nobody knows.
    """
    named = Path(name or path.name)
    if named.suffix.casefold() in WORKBOOKS:
        with _of_workbook(path, named.name) as table:
            yield table
        return
    with path.open("rb") as raw, _unpacked(named, raw) as plain:
        sample = _sample(named, plain)
        found = _known(encoding) if encoding else encoding_of(sample)
        lines = Lines(plain, found, MOST_TEXT_BYTES)
        delimiter = delimiter_of(sample.decode(found, "replace"))
        try:
            yield _of_text(named.name, path.stat().st_size, raw, lines, delimiter)
        except TooMuch:
            raise Mistake("too_big", TOO_BIG, file=named.name) from None


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
            raise Mistake("unpacked", NOT_UNPACKED, file=path.name) from broken
    plain.seek(0)
    return b"".join(parts)


def _of_text(name: str, size: int, raw: BinaryIO, lines: Lines, delimiter: str) -> Table:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    head = tuple(cell.strip() for cell in next(reader, []))
    return Table(_fit(name, head), _rows(reader, lines, raw), size, lines.encoding)


def _rows(reader: Any, lines: Lines, raw: BinaryIO) -> Iterator[Row]:
    """Rows with a number; a row that is broken comes as one without cells."""
    number = 1
    while True:
        number += 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, *BROKEN) as broken:
            yield Row(number, [], raw.tell())
            if not isinstance(broken, csv.Error):
                return
            continue
        if any(cells) or lines.is_too_long:
            yield Row(number, [] if lines.is_too_long else cells, raw.tell(), lines.is_foreign)


@contextmanager
def _of_workbook(path: Path, name: str) -> Iterator[Table]:
    try:
        with sheets.opened(path) as sheet:
            yield _table_of(sheet, name)
    except sheets.Unfit as unfit:
        raise Mistake(unfit.reason, UNFIT[unfit.reason], file=name) from unfit


def _table_of(sheet: sheets.Sheet, name: str) -> Table:
    rows: Iterator[Any] = sheet.rows
    first, number = next(rows, None) or [], 2
    if len({str(cell) for cell in first if cell != ""}) == 1 < sum(cell != "" for cell in first):
        first, number = next(rows, None) or [], 3  # a title over all columns stands before the heading
    head = tuple(str(cell).strip() for cell in first)
    return Table(_fit(name, head), _filled(rows, number), sheet.height, "workbook")


def _filled(rows: Iterator[list[Any] | None], number: int) -> Iterator[Row]:
    """Rows that say something; one that is too long comes without cells."""
    for at, cells in enumerate(rows, number):
        if cells is None or any(cell != "" for cell in cells):
            yield Row(at, cells or [], at)


def _fit(name: str, head: tuple[str, ...]) -> tuple[str, ...]:
    head = tuple(head[: max((at for at, cell in enumerate(head, 1) if cell), default=0)])
    named = [cell for cell in head if cell.strip(UNREADABLE)]
    if not named:
        raise Mistake("heading", NO_HEADING, file=name)
    if len(head) > MOST_COLUMNS:
        raise Mistake("columns", TOO_MANY_COLUMNS, file=name, count=len(head), most=MOST_COLUMNS)
    if twice := sorted({cell for cell in named if named.count(cell) > 1}):
        raise Mistake("twice", SAME_HEADING, file=name, column=twice[0][:60])
    return head


def encoding_of(sample: bytes) -> str:
    """The encoding of a text by its first bytes."""
    if marked := next((name for bom, name in BOMS if sample.startswith(bom)), ""):
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        if is_mostly_utf8(sample):
            return "utf-8"
        found = from_bytes(sample, cp_isolation=LIKELY).best()
        return found.encoding if found else "gb18030"
    return "utf-8"


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise Mistake("encoding", NO_ENCODING, encoding=encoding[:40]) from None


def delimiter_of(sample: str) -> str:
    """What stands between the cells, by the heading: a comma unless another of the usual ones is there more often."""
    head = sample.partition("\n")[0]
    return max(DELIMITERS, key=head.count)


# --- Cells ------------------------------------------------------------------------------------------------------

ROUNDED_FROM = 10**15  # a spreadsheet keeps fifteen digits
SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+?(1[5-9]|[2-9]\d)", re.IGNORECASE | re.ASCII)
DIGITS = re.compile(r"\d+")
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def words_of(cell: object) -> str:
    """A cell as text: whole numbers without ".0". Raises Mistake ("damaged") for a number that lost its last digits."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        if abs(cell) >= ROUNDED_FROM:
            raise Mistake("damaged", DAMAGED)
        return str(int(cell)) if cell.is_integer() else str(cell)
    said = str(cell).strip()
    if SCIENTIFIC.fullmatch(said):
        raise Mistake("damaged", DAMAGED)
    return said


def day_of(cell: object) -> date | None:
    """A day as people write it: 2024-03-02, 2024/3/2, 20240302, 2024年3月2日; None for an empty cell. Raises Mistake."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    said = words_of(cell)
    if not said:
        return None
    parts = DIGITS.findall(said)
    if parts and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:8]]
    try:
        if len(parts[0]) != 4 or int(parts[0]) < 1800:
            raise ValueError
        return date(*(int(part) for part in parts[:3]))
    except (ValueError, TypeError, IndexError):
        raise Mistake("day", NOT_A_DAY) from None


def harmless(cell: object) -> str:
    """A cell of a file that goes out, as text that no spreadsheet computes."""
    said = "" if cell is None else str(cell)
    return f"'{said}" if said.startswith(FORMULA) else said
