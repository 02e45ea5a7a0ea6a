"""What is found in a form, with the place in the workbook where it is mended."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

ERROR, WARNING = "error", "warning"
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'?(survey|choices|settings|entities)'? (?:sheet|worksheet)")
_COLUMN = re.compile(r"'([\w:]+)' (?:value|column)|column '([\w:]+)'")
_TOKEN = re.compile(r"\$\{\s*([^}\s]+)\s*\}|'([^']+)'|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (error: it does not load) or to look at (warning). row: as the spreadsheet counts; 0 for none."""

    level: str
    sentence: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    @property
    def where(self) -> str:
        """`survey, row 12, column relevant`; as much of it as is known."""
        parts = [self.sheet, _("row %(row)s") % {"row": self.row} if self.row else ""]
        parts.append(_("column %(column)s") % {"column": self.column} if self.column else "")
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


Rows = Sequence[Mapping[str, str]]
"""The rows of a sheet below its heading; the first one is row 2."""


def of_compiler(message: str, sheets: Mapping[str, Rows], level: str = ERROR) -> Finding:
    """What the compiler said, and where; if it did not say where, the cell that holds what it names."""
    row, sheet = _ROW.search(message), _SHEET.search(message)
    told = re.sub(r"\s+", " ", _ROW.sub("", message)).strip()[:600]
    if row:
        number, name = int(row[1]), sheet[1] if sheet else "survey"
        column = _COLUMN.search(told)
        known = {key for each in sheets.get(name, ()) for key in each}
        key = (column[1] or column[2]) if column else ""
        return Finding(level, told, name, number, key if key in known else "")
    tokens = [next(filter(None, found)) for found in _TOKEN.findall(told)]
    name, number, where = _cell(tokens, sheets)
    return Finding(level, told, name or (sheet[1] if sheet else ""), number, where)


def _cell(tokens: Iterable[str], sheets: Mapping[str, Rows]) -> tuple[str, int, str]:
    """The first cell that names one of the tokens: first as a reference, then as its whole value."""
    every = [
        (name, number, column, cell)
        for name, rows in sheets.items()
        for number, row in enumerate(rows, 2)
        for column, cell in row.items()
    ]
    for token in tokens:
        for match in (lambda cell, t=token: f"${{{t}}}" in cell, lambda cell, t=token: cell == t):
            if found := next((each for each in every if match(each[3])), None):
                return found[0], found[1], found[2]
    return "", 0, ""


def located(path: str, places: Mapping[str, int], column: str, sentence: str, level: str = ERROR) -> Finding:
    """A finding about a question, at its row."""
    return Finding(level, sentence, "survey", places.get(path, 0), column)


def rows_of(survey: Rows) -> dict[str, int]:
    """Path of each question and group (without the root) -> its row."""
    places: dict[str, int] = {}
    inside: list[str] = []
    for number, row in enumerate(survey, 2):
        kind, name = " ".join(row.get("type", "").replace("_", " ").split()).casefold(), row.get("name", "")
        if kind.startswith("end"):
            inside = inside[:-1]
        elif name:
            places.setdefault("/".join([*inside, name]), number)
        if kind.startswith("begin"):
            inside.append(name)
    return places


def as_rows(told: Iterable[Finding]) -> list[dict[str, Any]]:
    """For a page: level, where and what."""
    return [{"level": one.level, "where": one.where, "sentence": one.sentence} for one in told]
