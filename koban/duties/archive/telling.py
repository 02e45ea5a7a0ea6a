"""What a closed matter says: its rows as the ledger sealed them, the opened values beside them, and the readable text."""

from collections.abc import Iterator
from typing import Any

from django.db.models import BinaryField
from django.template.loader import render_to_string
from django.utils import translation

from koban.duties.archive.hanging import Hanging
from koban.duties.archive.proving import lines
from koban.kernel.ledger.canonical import name_of
from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationRow
from koban.lib.sealing import SealBroken
from koban.matters.duty import duty
from koban.matters.models import Matter, Note

LANGUAGES = ("zh-hans", "en")


def rows(found: Hanging, seals: dict[str, str]) -> Iterator[bytes]:
    """Each row with what its digest is taken of. proven: the last page of this proof that names it says the same."""
    yield from lines(_told(row, seals) for row in _all(found))


def _all(found: Hanging) -> Iterator[StationRow]:
    yield found.matter
    yield from found.rows()


def _told(row: StationRow, seals: dict[str, str]) -> dict[str, Any]:
    name = name_of(row)
    return {"row": name, "told": row.digested(), "proven": seals.get(name) == row.digest()}


def people(found: Hanging) -> Iterator[bytes]:
    """The sealed values of the rows, opened: names, numbers, words. They go into a member of their own."""
    yield from lines(
        {"row": name_of(row), "values": values} for row in found.rows() if (values := opened(row))
    )


def opened(row: StationRow) -> dict[str, str]:
    """Every sealed value of a row; what is no sealed value (a fingerprint, an index) is left out."""
    names = [
        one.name for one in row._meta.concrete_fields if isinstance(one, BinaryField) and one.name != "salt"
    ]
    found = {}
    for name in names:
        try:
            found[name] = vault.unseal(row, name)
        except SealBroken:
            continue
    return {name: value for name, value in found.items() if value}


def reading(matter: Matter) -> bytes:
    """The words of the file as a page: the sheet and what was written to it, in both languages."""
    notes = list(matter.notes.order_by("at", "id"))
    parts = [_part(matter, notes, language) for language in LANGUAGES]
    return render_to_string("archive/package/reading.html", {"matter": matter, "parts": parts}).encode()


def _part(matter: Matter, notes: list[Note], language: str) -> dict[str, Any]:
    with translation.override(language):
        sort = duty(matter.kind)
        shown = {
            "language": language,
            "kind": str(sort.label),
            "type": str(sort.type_label(matter.type)) if matter.type else "",
            "notes": [(note.at, str(note.get_direction_display()), note.label, note.text) for note in notes],
            "matter": matter,
        }
        text = render_to_string("archive/package/reading_part.html", shown)
    return {"language": language, "text": text}


def text_of(matter: Matter) -> Iterator[str]:
    """Every passage of words in the file, for the search."""
    yield f"{matter.summary} {matter.place}"
    yield from matter.notes.order_by("at", "id").values_list("text", flat=True)
