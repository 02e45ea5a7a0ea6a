"""Rows as an Excel file: one visible sheet, text only, no formula and nothing about who made it."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a workbook with one sheet."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet("Koban"), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for at, head in enumerate(heads):
            sheet.write_string(0, at, head, bold)
            sheet.set_column(at, at, 22)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                sheet.write_string(line, at, cell)
    return out.getvalue()
