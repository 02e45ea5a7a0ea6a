"""Records from CSV files as they come: UTF-8 with or without its mark, or GB18030; headers in Chinese or English."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from koban.lib.linkage.folding import plain
from koban.lib.linkage.records import Record
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

UNREADABLE = gettext_noop("This file is neither UTF-8 nor GB18030 text.")
BROKEN = gettext_noop("This file is broken in line %(line)d: a cell without an end, or far too long.")
NO_HEADER = gettext_noop(
    "This file has no column that is known: give it a first line such as name, birth, address."
)
TWICE = gettext_noop("Two columns mean the same: %(first)s and %(second)s.")
SAME_KEY = gettext_noop("Two rows have the same key, the second in line %(line)d.")
LONGEST = 131_072  # characters of a cell
ENCODINGS = ("utf-8-sig", "gb18030")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@cache
def _known() -> Mapping[str, str]:
    text = Path(__file__).with_name("headers.toml").read_text(encoding="utf-8")
    return {_bare(alias): name for name, aliases in tomllib.loads(text).items() for alias in (*aliases, name)}


def _bare(header: str) -> str:
    return re.sub(r"[\W_]+", "", plain(header))


def field_of(header: str) -> str:
    """What a header means, "" if it is not known."""
    return _known().get(_bare(header), "")


def decoded(content: bytes) -> str:
    """Raises Mistake ("unreadable")."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Mistake("unreadable", UNREADABLE)


def table_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV file, the header among them; the separator is a comma, a semicolon or a tab."""
    text = decoded(content)
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
    try:
        found = [row for row in rows if any(row)]
    except csv.Error as wrong:
        raise Mistake("unreadable", BROKEN, line=rows.line_num) from wrong
    # Said here too: the reader's own limit belongs to the whole process, and others widen it.
    for number, row in enumerate(found, 1):
        if any(len(cell) > LONGEST for cell in row):
            raise Mistake("unreadable", BROKEN, line=number)
    return found


def read_records(content: bytes) -> list[Record]:
    """The records of a file. Where no column is a key, it is the number of the row, from 1.

    Raises Mistake ("unreadable", "no_header", "twice", "same_key").
    """
    rows = table_of(content)
    columns = _columns(rows[0] if rows else [])
    found = [*_records(rows[1:], columns)]
    seen: set[str] = set()
    for line, record in enumerate(found, start=2):
        if record.key in seen:
            raise Mistake("same_key", SAME_KEY, line=line)
        seen.add(record.key)
    return found


def _columns(header: Sequence[str]) -> Mapping[str, int]:
    columns: dict[str, int] = {}
    for at, title in enumerate(header):
        name = field_of(title)
        if name and name in columns:
            raise Mistake("twice", TWICE, first=header[columns[name]], second=title)
        if name:
            columns[name] = at
    if not set(columns) - {"key"}:
        raise Mistake("no_header", NO_HEADER)
    return columns


def _records(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        cells = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
        key = cells.pop("key", "") or str(number)
        yield Record(key, {name: text for name, text in cells.items() if text})


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
