"""From a workbook to a form, or to what is wrong with it. Nothing is stored here.

read = xlsforms.read(content, "fire.xlsx")      # or xlsforms.build({"survey": [...], "choices": [...], "settings": [...]})
read.errors, read.warnings                      # findings with sheet, row and column
actions_of_forms.add(read, by=by, at=at)
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from koban.lib import workbook
from koban.lib.errors import Refused
from koban.matters.forms import checking, findings
from koban.matters.forms.findings import ERROR, WARNING, Finding
from koban.matters.forms.xforms import XForm, code_of

SHEETS = ("survey", "choices", "settings", "entities", "external_choices", "osm")
MOST_QUESTIONS, MOST_CELL = 3_000, 32_000
MOST_BYTES = workbook.Limits().bytes
UNFIT = {
    "type": gettext_noop("This is no Excel workbook (.xlsx or .xls)."),
    "size": gettext_noop("The workbook is larger than 5 million bytes."),
    "damaged": gettext_noop("The workbook is damaged, or is not what it says. Save it again."),
    "rows": gettext_noop("A sheet has more than 20,000 rows or 120 columns. Delete what is empty."),
    "memory": gettext_noop("The workbook needs too much memory when it is unpacked."),
    "time": gettext_noop("The workbook takes too long to read."),
}
Sheets = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Read:
    """A form as far as it could be read. xform is "" where it does not load."""

    findings: list[Finding]
    xform: str = ""
    form_id: str = ""
    version: str = ""
    title: str = ""
    title_zh: str = ""
    languages: list[str] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)  # names of files that it shows or reads
    workbook: bytes = b""
    name: str = ""

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.level == ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if one.level == WARNING]

    @property
    def hash(self) -> str:
        """MD5 of the XForm, as OpenRosa names a version's content."""
        return hashlib.md5(self.xform.encode(), usedforsecurity=False).hexdigest()


def read(content: bytes, name: str) -> Read:
    """A workbook that somebody sent. Takes up to seconds: call it outside a transaction."""
    try:
        sheets = workbook.read(content)
    except workbook.Unfit as why:
        return Read([Finding(ERROR, _(UNFIT[why.reason]))], name=name)
    told = {
        key.strip().casefold(): _rows(rows)
        for key, rows in sheets.items()
        if key.strip().casefold() in SHEETS
    }
    return build(told, name=name, content=content)


def survey_of(content: bytes) -> list[dict[str, str]]:
    """The rows of the sheet named survey of a workbook that was taken; none where it cannot be read any more."""
    try:
        sheets = workbook.read(content)
    except workbook.Unfit:
        return []
    return next((_rows(rows) for key, rows in sheets.items() if key.strip().casefold() == "survey"), [])


def build(sheets: Sheets, *, name: str = "", content: bytes = b"") -> Read:
    """The same from rows: sheet -> rows as column -> text."""
    sheets = {
        key: [{column: cell for column, cell in row.items() if cell} for row in rows]
        for key, rows in sheets.items()
    }
    if why := _unfit(sheets):
        return Read([why], name=name, workbook=content)
    settings = dict(next(iter(sheets.get("settings", ())), {}))
    title_zh = next((settings.pop(key) for key in list(settings) if _is_zh_title(key)), "")
    found = [_sealed_here(settings)] if settings.pop("public_key", "") else []
    for key in ("submission_url", "auto_send", "auto_delete"):
        settings.pop(key, None)  # the telephone sends to the office that it got the form from
    try:
        xform, warnings = _compiled({**sheets, "settings": [settings] if settings else []}, name)
    except PyXFormError as why:
        return Read([findings.of_compiler(str(why), sheets)], name=name, workbook=content)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as why:
        told = _("The form cannot be compiled (%(why)s).") % {"why": type(why).__name__}
        return Read([Finding(ERROR, told)], name=name, workbook=content)
    found += [
        findings.of_compiler(each, sheets, WARNING)
        for each in warnings
        if "missing translation" not in each.casefold()
    ]
    try:
        form = XForm(xform)
    except Refused as why:
        return Read([Finding(ERROR, str(why))], name=name, workbook=content)
    found += checking.check(form, findings.rows_of(sheets["survey"]))
    return Read(
        found, xform, form.form_id, form.version, form.title.strip()[:200] or form.form_id, title_zh[:200],
        [code_of(language) for language in form.languages], form.fields(), form.needs(), content, name[:120],
    )  # fmt: skip


def _rows(rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Rows by the heading, empty cells left out; empty rows stay, so that the numbers stay."""
    if not rows:
        return []
    head = [cell.strip() for cell in rows[0]]
    return [{key: cell for key, cell in zip(head, row, strict=False) if key and cell} for row in rows[1:]]


def _unfit(sheets: Sheets) -> Finding | None:
    survey = sheets.get("survey")
    if not survey:
        return Finding(ERROR, _("The workbook has no sheet named survey, or it is empty."))
    if len(survey) > MOST_QUESTIONS:
        told = _("The form has more than %(most)s rows. Split it.") % {"most": MOST_QUESTIONS}
        return Finding(ERROR, told, "survey", MOST_QUESTIONS + 2)
    for name, rows in sheets.items():
        for number, row in enumerate(rows, 2):
            if long := next((key for key, cell in row.items() if len(cell) > MOST_CELL), ""):
                return Finding(ERROR, _("This cell is too long."), name, number, long)
    return None


def _sealed_here(settings: Mapping[str, str]) -> Finding:
    told = _(
        "public_key is left out: answers are sealed when they arrive, and could not be read if they came encrypted."
    )
    return Finding(WARNING, told, "settings", 2, "public_key")


def _is_zh_title(key: str) -> bool:
    base, colons, language = key.partition("::")
    return base.strip() in ("form_title", "title") and bool(colons) and code_of(language.strip()) == "zh"


def _compiled(sheets: Sheets, name: str) -> tuple[str, list[str]]:
    told: dict[str, Any] = {"fallback_form_name": _stem(name), "sheet_names": list(sheets)}
    for key, rows in sheets.items():
        told[key] = [dict(row) for row in rows]
        told[f"{key}_header"] = [dict.fromkeys(column for row in rows for column in row)]
    warnings: list[str] = []
    made = convert(told, warnings=warnings, validate=False, form_name="data")
    return made.xform, warnings


def _stem(name: str) -> str:
    """A form's id where its settings name none: the name of the file as an XML name."""
    plain = re.sub(r"[^\w.\-]+", "_", PurePath(name or "form").stem)
    return plain if re.match(r"[A-Za-z_]", plain) else f"form_{plain}"
