"""For those who must: a paper as Word, the register as Excel. One paper at a time; the register holds no names."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import docx
from django.utils.translation import gettext as _
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from koban.kernel.stations.models import Station
from koban.matters.documents.letters import Letter
from koban.matters.documents.models import Document
from koban.matters.documents.printing import day, spoken
from koban.matters.documents.setting import parts
from koban.matters.documents.versions import Told

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EMPTY = datetime(2000, 1, 1)  # noqa: DTZ001  the file says no time of its own making


def word(document: Document, letter: Letter, told: Told, *, station: Station, at: datetime) -> bytes:
    """The text of a paper for Word, without a signature: what proves a paper is its PDF."""
    file = docx.Document()
    _sheet(file, official=letter.form == "official")
    file.add_paragraph(spoken(lambda: station.label, document.language)).style = "Title"
    if document.reference:
        file.add_paragraph(document.reference)
    file.add_heading(document.title, level=1)
    for line in told.recipient.splitlines():
        file.add_paragraph(line)
    for part in parts(letter, told, document.language):
        _part(file, part)
    file.add_paragraph(day(document.issued_at or at, station, document.language))
    if told.copies:
        file.add_paragraph(f"{_('Copies to')}: {'; '.join(told.copies)}")
    return _saved(file, document.title)


def _sheet(file: WordDocument, *, official: bool) -> None:
    section, style = file.sections[0], file.styles["Normal"]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = (Mm(28), Mm(26)) if official else (Mm(25), Mm(25))
    section.top_margin, section.bottom_margin = (Mm(37), Mm(35)) if official else (Mm(25), Mm(22))
    face = "FangSong" if official else "Noto Sans SC"
    style.font.name, style.font.size = face, Pt(16 if official else 11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), face)


def _part(file: WordDocument, part: dict[str, Any]) -> None:
    if part["kind"] == "heading":
        file.add_heading(part["text"], level=2)
    elif part["kind"] == "paragraph":
        file.add_paragraph(part["text"])
    elif part["rows"]:
        table = file.add_table(rows=0, cols=part["columns"], style="Table Grid")
        for row in part["rows"]:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words


def _saved(file: WordDocument, title: str) -> bytes:
    about = file.core_properties
    about.title, about.author, about.comments, about.last_modified_by = title, "", "", ""
    about.created = about.modified = EMPTY
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def register_rows(documents: Iterable[Document], station: Station) -> list[Sequence[str]]:
    """The register as rows: number, what, state, matter, times."""
    zone = ZoneInfo(station.tz)

    def time(at: datetime | None) -> str:
        return at.astimezone(zone).isoformat(" ", "minutes") if at else ""

    return [
        (
            one.reference,
            one.title,
            one.state,
            str(one.matter or ""),
            time(one.made_at),
            time(one.issued_at),
            one.made_by,
        )
        for one in documents
    ]
