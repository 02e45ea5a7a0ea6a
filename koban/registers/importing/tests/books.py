"""Workbooks for tests: well-meant ones, and those that nobody means well with."""

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def book(rows: Sequence[Sequence[Any]], **options: Any) -> bytes:
    """An .xlsx of these rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return target.getvalue()


def repacked(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with one part of it replaced, or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, part)
    return target.getvalue()


def wide_and_deep() -> bytes:
    """A few hundred bytes of sheet that say they reach from the first cell to the last there can be."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return repacked(book([["a"]]), "xl/worksheets/sheet1.xml", _sheet(cells))


def lying_bomb() -> bytes:
    """A sheet that unpacks to 600 MB and says that it holds 100 bytes."""
    content = bytearray(
        repacked(book([["a"]]), "xl/worksheets/sheet1.xml", _sheet(b"<!--" + b" " * 600_000_000 + b"-->"))
    )
    true, lie = struct.pack("<I", len(_sheet(b"<!---->")) + 600_000_000), struct.pack("<I", 100)
    return bytes(content.replace(true, lie))


def entities() -> bytes:
    """Names that stand for names that stand for names: a billion laughs."""
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY a0 "ha">{names}]>'.encode()
    strings = (
        head
        + b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a9;</t></si></sst>'
    )
    return repacked(book([["a", "b"], ["c", "d"]]), "xl/sharedStrings.xml", strings)


def _sheet(rows: bytes) -> bytes:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<?xml version="1.0"?><worksheet xmlns="'
        + main
        + b'"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """An OpenDocument sheet of texts and, where a cell is 2020-03-02, of days."""
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="a">{lines}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", "<manifest/>")
    return target.getvalue()


def _ods_cell(cell: str) -> str:
    if len(cell) == len("2020-03-02") and cell[4] == "-":
        return f'<table:table-cell office:value-type="date" office:date-value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'


# --- The old format, as small as it can be: BIFF8 in a compound file -----------------------------------------------


def xls(rows: Sequence[Sequence[Any]], *, from_1904: bool = False) -> bytes:
    """An .xls. Numbers in the last column are days."""
    records = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))]
    records += [_record(0x0022, struct.pack("<H", from_1904))]
    records += [
        _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 0, 0x20, 0, 0, 0, 0, 0, 0)) for form in (0, 14)
    ]
    name = struct.pack("<BB", 1, 0) + b"a"
    start = sum(map(len, records)) + 4 + 6 + len(name) + 4
    records += [_record(0x0085, struct.pack("<IH", start, 0) + name), _record(0x000A, b"")]
    records += [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))]
    records += [
        _cell(number, place, cell, place == len(row) - 1)
        for number, row in enumerate(rows)
        for place, cell in enumerate(row)
    ]
    return _compound(b"".join([*records, _record(0x000A, b"")]))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _cell(row: int, column: int, cell: Any, is_day: bool) -> bytes:
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)
    return _record(0x0203, struct.pack("<HHHd", row, column, int(is_day), cell))


def _compound(stream: bytes) -> bytes:
    """One stream named Workbook in a compound file: header, table of sectors, directory, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    chain = [FAT, END, *range(3, 2 + count), END]
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    head = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0, 0) + struct.pack(
        "<109I", *[FREE] * 108, FREE
    )
    root = _entry("Root Entry", 5, 1, END, 0)
    return head[:512] + table + root + _entry("Workbook", 2, FREE, 2, len(stream)) + bytes(256) + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    told = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, FREE, FREE, child)
    return told + bytes(36) + struct.pack("<IQ", start, size)
