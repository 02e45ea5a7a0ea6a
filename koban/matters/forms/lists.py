"""Places and things of the registers as lists for the telephone: CSV with name, label, __version and their properties.

A version rises with every change that the ledger tells of; two who change the same one from the same version are seen.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koban.kernel.ledger import reading
from koban.registers.premises.models import Address, Asset, Unit

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class EntityList:
    """key: name of the list, also of its file without `.csv`. verbs: of the pages that change one of its rows.

    columns: of the CSV after name, label and __version. writes: properties that an update may change in the register.
    """

    key: str
    label: Any
    model: Any
    related: tuple[str, ...]
    columns: tuple[str, ...]
    row: Callable[[Any], Row]
    verbs: tuple[str, ...]
    writes: tuple[str, ...] = ()


def _place(row: Any) -> str:
    return f"{row.lat:.6f} {row.lon:.6f} 0 0"


def _address(row: Address) -> Row:
    return {"label": row.label, "label_en": row.label_en, "kind": row.kind, "geometry": _place(row)}


def _unit(row: Unit) -> Row:
    return {
        "label": row.name, "label_en": row.name_en, "kind": row.kind, "hours": row.hours,
        "address": row.address.label, "geometry": _place(row.address),
    }  # fmt: skip


def _asset(row: Asset) -> Row:
    label = " ".join(part for part in (row.kind_label.said("zh-hans"), row.code or row.name) if part)
    return {"label": label, "kind": row.kind, "code": row.code, "state": row.state, "geometry": _place(row)}


LISTS: Mapping[str, EntityList] = {
    one.key: one
    for one in (
        EntityList(
            "addresses", _("addresses"), Address, (), ("label_en", "kind", "geometry"), _address,
            (),  # its order is kept at the desk; what a form says of an address is noted beside it
        ),
        EntityList(
            "venues", _("venues"), Unit, ("address",), ("label_en", "kind", "hours", "address", "geometry"), _unit,
            ("premises.change_unit", "premises.close_unit"), ("hours", "label_en"),
        ),
        EntityList(
            "assets", _("safety assets"), Asset, (), ("kind", "code", "state", "geometry"), _asset,
            ("premises.change_asset", "premises.remove_asset"), ("state", "code"),
        ),
    )
}  # fmt: skip


def named(file: str) -> EntityList | None:
    """The list that a file's name asks for: `venues.csv`."""
    key, dot, ending = file.rpartition(".")
    return LISTS.get(key) if dot and ending == "csv" else None


def text(one: EntityList) -> str:
    """The list as CSV: what stands in the register now, by its id, so that the same content has the same hash."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["name", "label", "__version", *one.columns])
    made = versions(one)
    for row in (
        one.model.objects.current().select_related(*one.related).order_by("id").iterator(chunk_size=2000)
    ):
        told = one.row(row)
        writer.writerow(
            [row.pk, told["label"], made.get(row.pk, 1), *(told.get(key, "") for key in one.columns)]
        )
    return out.getvalue()


def hash_of(csv_text: str) -> str:
    return hashlib.md5(csv_text.encode(), usedforsecurity=False).hexdigest()


def versions(one: EntityList) -> dict[UUID, int]:
    """Version of each row that was ever changed; every other one has version 1."""
    prefix = f"{one.model._meta.label_lower}:"
    counted = reading.counted(one.verbs, prefix)
    return {UUID(subject.removeprefix(prefix)): number + 1 for subject, number in counted.items()}


def version(one: EntityList, pk: UUID) -> int:
    """Version of one row as it stands now."""
    subject = f"{one.model._meta.label_lower}:{pk}"
    return reading.counted(one.verbs, subject).get(subject, 0) + 1


def deleted(one: EntityList, ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Whether each of them is gone from the register: ended, or never there."""
    current = set(one.model.objects.current().filter(pk__in=ids).values_list("pk", flat=True))
    return {pk: pk not in current for pk in ids}


def uuids(texts: Iterable[str]) -> Iterator[UUID]:
    """Those that are ids."""
    for each in texts:
        try:
            yield UUID(each.strip())
        except ValueError:
            continue
