"""What pages of the ledger mean to a board: one event a page, drawn once for each station and language."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koban.desk.board import fieldwork, slips, units
from koban.desk.board.drawing import draw
from koban.desk.board.slips import Slip
from koban.kernel import stations
from koban.kernel.ledger import reading
from koban.kernel.stations.models import Station

LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)
READ_AT_ONCE = 200
# Seen by nobody's board: who looked, who was refused, who signed in.
SILENT = (".look", ".refused", ".export")
# Verbs after which nobody is anywhere else than before.
STAYING = (".open", ".log", ".note", ".term", ".link", ".write_out", ".receive", ".feedback", ".call_back")


@dataclass(frozen=True, slots=True)
class News:
    """One page. told: language -> the event's data as JSON; empty where the page tells a board nothing."""

    station_id: UUID
    number: int
    told: Mapping[str, str] = field(default_factory=dict)


def since(station_id: UUID, number: int, most: int = READ_AT_ONCE) -> list[News]:
    """The next pages of a station after page `number`, oldest first, drawn as things are now."""
    with stations.scope(station_id):
        pages = list(reading.since(number + 1, most))
        shown = [page for page in pages if is_shown(page)]
        if not shown:
            return [News(station_id, page.number) for page in pages]
        drawn = Drawing(Station.objects.get(pk=station_id), shown, timezone.now())
        return [News(station_id, page.number, drawn.told(page)) for page in pages]


def is_shown(page: Any) -> bool:
    if page.verb.endswith(SILENT):
        return False
    return page.matter_id is not None or page.verb.startswith("roster.")


class Drawing:
    """The events of a stretch of pages. A matter is drawn with its last page alone: it is shown as it is now."""

    def __init__(self, station: Station, pages: Sequence[Any], at: datetime) -> None:
        self.station, self.at = station, at
        self.shown = {page.number for page in pages}
        self.slips = self._read({p.matter_id for p in pages if p.matter_id})
        self.last = {page.matter_id: page.number for page in pages}
        moving = [page.number for page in pages if not page.verb.endswith(STAYING)]
        self.moved = moving[-1] if moving else -1
        self.units = self._units() if moving else []

    def _read(self, matter_ids: set[UUID]) -> dict[UUID, Slip]:
        return (
            {slip.matter.pk: slip for slip in slips.read(matter_ids, self.station.pack)} if matter_ids else {}
        )

    def _units(self) -> list[units.Unit]:
        rows = fieldwork.running()
        known = [self.slips[key] for key in {row.matter_id for row in rows} & self.slips.keys()]
        missing = {row.matter_id for row in rows} - self.slips.keys()
        return units.units([*known, *self._read(missing).values()], self.at)

    def told(self, page: Any) -> dict[str, str]:
        slip = self.slips.get(page.matter_id)
        if page.number not in self.shown or (slip is None and page.number != self.moved):
            return {}
        return {code: self._told_in(code, page, slip) for code in LANGUAGES}

    def _told_in(self, code: str, page: Any, slip: Slip | None) -> str:
        with translation.override(code), timezone.override(ZoneInfo(self.station.tz)):
            event = {"verb": page.verb, "station": str(self.station.pk)}
            if slip:
                event |= _about(slip, page)
                event |= self._drawn(slip) if self.last[page.matter_id] == page.number else {}
            if page.number == self.moved:
                event["units"] = draw_units(self.units, self.station, self.at)
        return json.dumps(event, ensure_ascii=False, separators=(",", ":"))

    def _drawn(self, slip: Slip) -> dict[str, Any]:
        html = draw(slip, self.at) if slip.lane else ""
        return {"lane": slip.lane, "html": html, "feature": slip.feature()}


def _about(slip: Slip, page: Any) -> dict[str, Any]:
    is_new = page.verb == f"{slip.matter.kind}.open"
    about = {"matter": slip.id, "number": slip.number, "priority": slip.matter.priority, "new": is_new}
    return about | ({"said": said(slip)} if is_new else {})


def said(slip: Slip) -> str:
    """A new report in one sentence, for whoever listens instead of looking."""
    told = {"type": slip.title, "place": slip.place or _("place not known yet")}
    return _("New: %(type)s, %(place)s") % told


def draw_units(found: Iterable[units.Unit], station: Station, at: datetime) -> str:
    """Who is where, as HTML in the active language."""
    return str(get_template("desk/board/units.html").render({"units": found, "station": station, "now": at}))
