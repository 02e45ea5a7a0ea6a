"""The register of places as one sheet: what a table of addresses needs to be read in again, and nothing of anybody."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.lib.tables import harmless
from koban.registers.premises.models import Address

AT_ONCE = 1000
BOM = "\ufeff"  # without it spreadsheets read Chinese as something else
HEADS = (
    ("street", "街路巷"), ("door", "门牌号"), ("building", "楼栋"), ("entrance", "单元"), ("floor", "楼层"), ("room", "室"),
    ("street name in English", "街路英文名"), ("division code", "行政区划代码"), ("longitude", "经度"), ("latitude", "纬度"),
    ("valid_from", "启用日期"), ("valid_to", "停用日期"),
)  # fmt: skip
"""As `importers` knows them: an office that is handed the file reads it in without mapping a column."""


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def export(*, by: Actor, at: datetime) -> Any:
    """Standing addresses, as `lines` reads them. The page of who takes how many is committed first."""
    require(by, "premises.export")
    rows = Address.objects.current().select_related("street").order_by("pk")
    book.look("premises.export", by=by, at=at, facts={"rows": rows.count()})
    return rows


def lines(rows: Any, language: str) -> Iterator[str]:
    """Lines of the file, a thousand rows read at a time. `rows` was made inside the scope, and stays inside it."""
    writer = csv.writer(_Line())
    is_chinese = language.startswith("zh")
    yield BOM + writer.writerow([head[is_chinese] for head in HEADS])
    part = list(rows[:AT_ONCE])
    while part:
        yield "".join(writer.writerow(cells(row)) for row in part)
        part = list(rows.filter(pk__gt=part[-1].pk)[:AT_ONCE])


def cells(row: Address) -> list[str]:
    """One row, every cell harmless."""
    street = row.street
    told = (
        street.name, row.door, row.block, row.unit, row.floor, row.room, street.name_en, street.division,
        f"{row.lon:.7f}", f"{row.lat:.7f}", row.from_on, row.to_on,
    )  # fmt: skip
    return [harmless(cell) for cell in told]
