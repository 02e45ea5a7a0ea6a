"""Writing the address tree. Names, search text and cells follow from what is entered; nobody types them."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.rows import StationRow
from koban.lib import geo
from koban.lib.errors import Refused, Stale
from koban.registers.premises import indexing, rules
from koban.registers.premises.models import Address, FormerName, Street, Succession

PLATE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read aloud without mistakes
BATCH = 400  # rows a ledger page seals


def new_plate() -> str:
    """What the code at a door says: ten random characters that tell nothing of the place."""
    return "".join(secrets.choice(PLATE) for _ in range(10))


def prepared(address: Address) -> Address:
    """An unsaved address with what follows from its own fields: kind, label, cell, plate."""
    if address.kind == Address.Kind.DOOR:
        address.kind = rules.kind_of(parts_of(address))
    address.label = address.label or rules.label(address.street.name, parts_of(address))
    address.label_en = address.label_en or rules.label_en(address.street.name_en, parts_of(address))
    address.cell = geo.cell(address.lon, address.lat)
    address.plate = address.plate or new_plate()
    return address


def parts_of(address: Address) -> rules.Parts:
    return rules.Parts(address.door, address.block, address.unit, address.floor, address.room)


@transaction.atomic
def enter(rows: Sequence[StationRow], *, by: Actor, at: datetime) -> int:
    """Store unsaved rows of the register of places (streets before their addresses), with their pages. How many.

    Rows are stored model by model in the given order.
    """
    require(by, "premises.enter")
    for model in dict.fromkeys(type(row) for row in rows):
        kind: Any = model
        same = [row for row in rows if type(row) is kind]
        kind.objects.bulk_create(same, batch_size=BATCH)
    write_pages("premises.enter", rows, by=by, at=at)
    indexing.put_new(row for row in rows if isinstance(row, Address))
    return len(rows)


def write_pages(
    verb: str, rows: Sequence[StationRow], *, by: Actor, at: datetime, facts: dict[str, Any] | None = None
) -> None:
    """Pages that together name every row, some hundred rows each."""
    told = facts or {}
    book.write_many(
        [book.Entry(verb, by, at, facts={"rows": len(some), **told}, rows=some) for some in _batches(rows)]
    )


def _batches(rows: Sequence[StationRow]) -> Iterator[list[StationRow]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


# --- One address ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_street(street: Street, *, by: Actor, at: datetime) -> Street:
    """A street that nobody has entered yet. Raises Refused where there is one of this name."""
    require(by, "premises.change")
    if Street.objects.filter(name=street.name).exists():
        raise Refused(_("There is a street of this name already."))
    street.save(force_insert=True)
    book.write("premises.add_street", by=by, at=at, subject=street, rows=[street])
    return street


@transaction.atomic
def add(address: Address, *, by: Actor, at: datetime) -> Address:
    """A new node of the tree, below its parent if it has one. Raises Refused where it does not fit or is there."""
    require(by, "premises.change")
    prepared(address)
    refuse_unfit(address)
    refuse_twin(address)
    address.save(force_insert=True)
    book.write("premises.add", by=by, at=at, subject=address, rows=[address])
    indexing.put_new([address])
    return address


def refuse_unfit(address: Address) -> None:
    """Raises Refused for a parent that the node cannot lie in."""
    if (parent := address.parent) is None:
        return
    if why := rules.misplaced(address.kind, parent.kind):
        raise Refused(_(why))
    if (parent.street_id, parent.door) != (address.street_id, address.door):
        raise Refused(_(rules.NOT_THE_SAME_STREET))
    if parent.to_on is not None:
        raise Refused(_(rules.ALREADY_ENDED))


def refuse_twin(address: Address) -> None:
    same = {name: getattr(address, name) for name in ("door", "block", "unit", "floor", "room")}
    if Address.objects.current().filter(street=address.street, **same).exclude(pk=address.pk).exists():
        raise Refused(_("There is such an address already."))


def locked(row: Any, seen: str = "") -> Any:
    """The row as it stands, locked. seen: its digest as the reader saw it. Raises Stale where somebody changed it."""
    fresh = type(row).objects.select_for_update().get(pk=row.pk)
    if seen and fresh.digest() != seen:
        raise Stale(_("Somebody changed this in the meantime. Look at it again, then save."))
    return fresh


@transaction.atomic
def move_point(address: Address, point: geo.Point, *, by: Actor, at: datetime, seen: str = "") -> Address:
    """Put an address where it really is; what lies at the same spot inside it moves along."""
    require(by, "premises.change")
    found: Address = locked(address, seen)
    inside = Address.objects.select_for_update().filter(
        street=found.street_id, door=found.door, lon=found.lon, lat=found.lat
    )
    moved = list(inside) if found.kind == Address.Kind.DOOR else [found]
    for one in moved:
        one.lon, one.lat, one.cell = point.lon, point.lat, geo.cell(point.lon, point.lat)
    Address.objects.bulk_update(moved, ["lon", "lat", "cell"], batch_size=BATCH)
    write_pages("premises.move_point", moved, by=by, at=at)
    return found


# --- Names ------------------------------------------------------------------------------------------------------


@transaction.atomic
def rename_street(
    street: Street, name: str, name_en: str, *, on: date, by: Actor, at: datetime, seen: str = ""
) -> Street:
    """A street's new name; every address in it is called by it from then on, and is still found by the old one."""
    require(by, "premises.order")
    found: Street = locked(street, seen)
    old, old_en = found.name, found.name_en
    if Street.objects.filter(name=name).exclude(pk=found.pk).exists():
        raise Refused(_("There is a street of this name already."))
    found.name, found.name_en = name, name_en
    found.save(update_fields=["name", "name_en"])
    rows = list(Address.objects.select_for_update().current().filter(street=found))
    former = _relabelled(
        rows,
        [
            (rules.renamed(r.label, old, name), r.label_en.replace(old_en, name_en) if old_en else "")
            for r in rows
        ],
        on,
    )
    write_pages("premises.rename_street", [found, *rows, *former], by=by, at=at)
    indexing.put(rows)
    return found


@transaction.atomic
def rename(
    address: Address, label: str, label_en: str, *, on: date, by: Actor, at: datetime, seen: str = ""
) -> Address:
    """What an address is called from a day on; it is still found by its old name."""
    require(by, "premises.order")
    found: Address = locked(address, seen)
    former = _relabelled([found], [(label, label_en)], on)
    write_pages("premises.rename", [found, *former], by=by, at=at)
    indexing.put([found])
    return found


def _relabelled(rows: Sequence[Address], labels: Sequence[tuple[str, str]], on: date) -> list[FormerName]:
    changed = [(row, new) for row, new in zip(rows, labels, strict=True) if (row.label, row.label_en) != new]
    former = [
        FormerName(address=row, label=row.label, label_en=row.label_en, to_on=on) for row, _new in changed
    ]
    for row, (label, label_en) in changed:
        row.label, row.label_en = label, label_en
    Address.objects.bulk_update([row for row, _new in changed], ["label", "label_en"], batch_size=BATCH)
    FormerName.objects.bulk_create(former, batch_size=BATCH)
    return former


# --- What follows what ------------------------------------------------------------------------------------------


@transaction.atomic
def end(address: Address, *, on: date, by: Actor, at: datetime, seen: str = "") -> Address:
    """An address that is no more, with nothing after it. Raises Refused where something stands inside it."""
    require(by, "premises.order")
    found: Address = locked(address, seen)
    _refuse_full(found)
    _ended([found], on)
    write_pages("premises.end", [found], by=by, at=at)
    indexing.put([found])
    return found


def _refuse_full(address: Address) -> None:
    if Address.objects.current().filter(parent=address).exists():
        raise Refused(_("There are addresses inside this one. End or move them first."))


@transaction.atomic
def merge(olds: Sequence[Address], into: Address, *, on: date, by: Actor, at: datetime) -> Address:
    """Several addresses become one, which may be one of them. Raises Refused for fewer than two."""
    require(by, "premises.order")
    gone = _locked_all([old for old in olds if old.pk != into.pk])
    if not gone or len({old.pk for old in [*olds, into]}) < 2:
        raise Refused(_(rules.TWO_AT_LEAST))
    new: Address = locked(into)
    if new.to_on is not None:
        raise Refused(_(rules.ALREADY_ENDED))
    _ended(gone, on)
    return _followed(gone, [new], Succession.Why.MERGE, on, by, at)[0]


@transaction.atomic
def split(old: Address, into: Sequence[Address], *, on: date, by: Actor, at: datetime) -> list[Address]:
    """One address becomes several unsaved ones. Raises Refused for fewer than two, or one that is there already."""
    require(by, "premises.order")
    if len(into) < 2:
        raise Refused(_(rules.INTO_TWO))
    gone = _locked_all([old])
    _refuse_full(old)
    _ended(gone, on)
    for new in into:
        new.from_on = on
        refuse_unfit(prepared(new))
        refuse_twin(new)
        new.save(force_insert=True)
    return _followed(gone, into, Succession.Why.SPLIT, on, by, at)


def _locked_all(rows: Sequence[Address]) -> list[Address]:
    return list(Address.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def _ended(rows: Sequence[Address], on: date) -> None:
    for row in rows:
        if why := rules.unfit_to_end(row.from_on, row.to_on, on):
            raise Refused(_(why))
        row.to_on = on
    Address.objects.bulk_update(rows, ["to_on"], batch_size=BATCH)


def _followed(
    gone: list[Address], news: Sequence[Address], why: Succession.Why, on: date, by: Actor, at: datetime
) -> list[Address]:
    """Only what has not ended gets a successor, and what has ended never comes back: no chain can be a circle."""
    pairs = [Succession(old=old, new=new, why=why, on=on) for old in gone for new in news]
    Succession.objects.bulk_create(pairs)
    write_pages(f"premises.{why}", [*gone, *news, *pairs], by=by, at=at)
    indexing.put([*gone, *news])
    return list(news)
