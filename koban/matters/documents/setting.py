"""A paper as PDF: what the template's form is told, for a preview and for the issued sheet alike."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.models import Station
from koban.lib.credential import PublicKey
from koban.matters.documents import printing
from koban.matters.documents.letters import Letter
from koban.matters.documents.models import Document
from koban.matters.documents.printing import day, spoken
from koban.matters.documents.versions import Told

TABLE = re.compile(r"\{table:(\w+)\}")


@dataclass(frozen=True, slots=True)
class Proof:
    """The signed code of an issued paper, and the key and address it is made with."""

    token: str
    key: PublicKey
    base: str


def paper(
    document: Document,
    letter: Letter,
    told: Told,
    *,
    station: Station,
    at: datetime,
    proof: Proof | None = None,
) -> bytes:
    """The PDF: a draft with its mark without `proof`, else as issued. Raises Refused with words."""
    language = document.language
    values = {
        "title": document.title,
        "office": spoken(lambda: station.label, language),
        "number": document.reference,
        "recipient": told.recipient,
        "parts": parts(letter, told, language),
        "issued": day(document.issued_at or at, station, language),
        "copies": list(told.copies),
        "copies_label": spoken(_("Copies to"), language),
        "draft": "" if proof else spoken(_("DRAFT"), language),
        "seal": spoken(_("Electronic seal"), language) if proof else "",
        "qr_words": spoken(
            _("Point a telephone at this code to see whether this paper holds today."), language
        ),
        "qr_alt": spoken(_("Code that proves this paper"), language),
    }
    if proof is None:
        return printing.compose(letter.form, values, language=language, at=at)
    qr = printing.drawing(printing.code(proof.token, proof.key, proof.base))
    carried = [printing.carried(proof.token)]
    return printing.compose(
        letter.form, values, language=language, at=at, drawings={"qr": qr}, attached=carried
    )


def parts(letter: Letter, told: Told, language: str) -> list[dict[str, Any]]:
    """The text as headings, paragraphs and tables."""
    found: list[dict[str, Any]] = []
    for line in told.text.splitlines():
        if table := TABLE.fullmatch(line.strip()):
            found.append(_table(letter, table[1], told, language))
        elif line.startswith("# "):
            found.append({"kind": "heading", "text": line[2:].strip()})
        elif line.strip():
            found.append({"kind": "paragraph", "text": line.strip()})
    return found


def _table(letter: Letter, key: str, told: Told, language: str) -> dict[str, Any]:
    blank, rows = letter.blank(key), told.values.get(key) or []
    label = letter.in_language(blank.label, language) if blank else ""
    wide = max((len(row) for row in rows), default=1)
    cells = [[*map(str, row), *[""] * (wide - len(row))] for row in rows]
    return {"kind": "table", "label": label, "rows": cells, "columns": wide}
