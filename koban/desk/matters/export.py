"""The list as CSV: number, type, state, priority, place, times. No words of a reporter and nothing about a person."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koban.desk.board.slips import Slip, slips
from koban.desk.components import PRIORITIES
from koban.desk.matters.keys import Order, cut
from koban.kernel.stations.models import Station

AT_ONCE = 1000
HEADS = (
    _("Number"), _("Type"), _("State"), _("Priority"), _("Place"), _("Opened"), _("Due"), _("Closed"), _("Clause"),
)  # fmt: skip
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BOM = "\ufeff"  # without it spreadsheets read Chinese as something else


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(cell: Any) -> str:
    """The cell as text that no spreadsheet computes."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def lines(rows: Any, order: Order, station: Station, language: str) -> Iterator[str]:
    """Lines of the file, read a thousand rows at a time. `rows` was made inside the scope, and stays inside it."""
    writer = csv.writer(_Line())
    with translation.override(language):
        yield BOM + writer.writerow([str(head) for head in HEADS])
    after, more = "", True
    while more:
        page = cut(rows, order, size=AT_ONCE, after=after)
        with translation.override(language):
            yield "".join(
                writer.writerow(cells(slip, station)) for slip in slips(page.rows, (), station.pack)
            )
        after, more = page.next, bool(page.next)


def cells(slip: Slip, station: Station) -> list[str]:
    """One row, every cell harmless; times are those of the office's wall."""
    matter, zone = slip.matter, ZoneInfo(station.tz)
    times = [_time(at, zone) for at in (matter.opened_at, matter.due_at, matter.closed_at)]
    look = PRIORITIES[matter.priority]
    found = (slip.number, slip.title, slip.state.label, look.label, slip.place, *times, matter.due_clause)
    return [harmless(cell) for cell in found]


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(" ", "seconds") if at else ""
