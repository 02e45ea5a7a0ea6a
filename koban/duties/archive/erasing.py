"""Letting a file go for good: rows, attachments, package and key. What stays is the number, and the pages of the ledger."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from koban.duties.archive import shelf
from koban.duties.archive.hanging import Hanging, hanging
from koban.duties.archive.models import Dossier, Passage, Volume
from koban.kernel.ledger import Actor, book
from koban.kernel.search import writing
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter

RESTS = _("%(file)s cannot go: %(other)s still rests on it. Take it off the list.")
SHEET: Mapping[str, Any] = {
    "type": "", "summary": "", "place": "", "address_id": None, "lon": None, "lat": None, "cell": "",
    "receipt": b"", "holder_id": None, "priority": 3,
}  # fmt: skip
"""What becomes of the cover sheet: number, kind and days stay."""


def erase(dossier: Dossier, state: str, roll: str, *, by: Actor, at: datetime, today: date) -> None:
    """Remove everything of a file, in the caller's transaction; the package leaves the disk after the commit.

    roll: number of the list that says so. Raises Refused where a row of another matter rests on this one's.
    """
    matter = matters.locked(dossier.matter)
    found = hanging(matter)
    _free(found)
    kept, gone = _sorted(found)
    changed = [
        *_certificates(kept),
        *_volumes(matter, today),
        _sheet(matter),
        _let_go(dossier, state, roll, today),
    ]
    facts = {"number": matter.printed, "list": roll, "to": state}
    book.write(
        "archive.erase",
        by=by,
        at=at,
        matter_id=matter.pk,
        subject=dossier,
        facts=facts,
        rows=changed,
        gone=gone,
    )
    _search(dossier)
    _delete(found)


def _free(found: Hanging) -> None:
    for row in found.resting():
        other = Matter.objects.filter(pk=row.matter_id).first()  # type: ignore[attr-defined]
        raise Refused(RESTS % {"file": found.matter.printed, "other": other or row})


def _sorted(found: Hanging) -> tuple[list[StationRow], list[StationRow]]:
    """Certificates stay as numbers, so that their codes still answer; all else goes."""
    kept = [row for model in found.models if model is Certificate for row in found.of(model)]
    gone = [
        row for model in found.models if model is not Certificate for row in found.of(model) if row.sealed
    ]
    return kept, gone


def _certificates(kept: list[Any]) -> list[StationRow]:
    for one in kept:
        one.sealed_token, one.holder_id, one.attachment_id, one.reason = b"", None, None, ""
        one.save(update_fields=["sealed_token", "holder_id", "attachment_id", "reason"])
    return kept


def _volumes(matter: Matter, today: date) -> list[StationRow]:
    """The paper goes with it: its volumes leave their boxes."""
    rows = list(Volume.objects.filter(matter=matter, destroyed_on=None))
    for row in rows:
        row.box, row.destroyed_on = None, today
        row.save(update_fields=["box", "destroyed_on"])
    return rows


def _sheet(matter: Matter) -> Matter:
    for name, value in SHEET.items():
        setattr(matter, name, value)
    matter.version += 1
    matter.save(force_update=True)
    return matter


def _let_go(dossier: Dossier, state: str, roll: str, today: date) -> Dossier:
    shelf.remove_later([dossier.package])
    dossier.state, dossier.package, dossier.sealed_key = state, "", b""
    dossier.ended_on, dossier.ended_by, dossier.opened_on = today, roll, None
    dossier.save(force_update=True)
    return dossier


def _search(dossier: Dossier) -> None:
    passages = list(Passage.objects.filter(dossier=dossier).values_list("pk", flat=True))
    writing.drop("filed", passages)
    Passage.objects.filter(dossier=dossier).delete()


def _delete(found: Hanging) -> None:
    """Children before parents. Past Django's own search for what points at them: `hanging` has found all of it."""
    for model in reversed(found.models):
        if model is not Certificate:
            ids = found.ids[model]
            for start in range(0, len(ids), 500):
                model.objects.filter(pk__in=ids[start : start + 500])._raw_delete(connection.alias)
