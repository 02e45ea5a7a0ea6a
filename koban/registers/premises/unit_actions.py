"""Writing units, who answers for them, and the things that keep a street safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib import geo
from koban.lib.errors import Refused
from koban.registers.premises import indexing, rules
from koban.registers.premises.actions import BATCH, locked, write_pages
from koban.registers.premises.models import Asset, Unit

UNIT_FIELDS = ("name", "name_en", "kind", "credit_code", "address", "hours", "from_on")
ASSET_FIELDS = ("kind", "code", "name", "owner", "state", "address", "beat", "lon", "lat", "cell", "from_on")


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for a unit there. person_id: the handle in the register of residents, None if not entered."""

    name: str = ""
    phone: str = ""
    person_id: UUID | None = None


def sealed_unit(unit: Unit, who: Responsible) -> Unit:
    """An unsaved unit with its responsible person sealed."""
    unit.responsible = vault.seal(unit, "responsible", who.name)
    unit.responsible_phone = vault.seal(unit, "responsible_phone", who.phone)
    unit.person_id = who.person_id
    return unit


@transaction.atomic
def open_unit(unit: Unit, who: Responsible | None = None, *, by: Actor, at: datetime) -> Unit:
    """A unit that opened, or that nobody had entered."""
    require(by, "premises.change")
    _refuse_unit(unit)
    sealed_unit(unit, who or Responsible()).save(force_insert=True)
    book.write("premises.open_unit", by=by, at=at, subject=unit, rows=[unit])
    indexing.put_units([unit])
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, by: Actor, at: datetime, seen: str = "") -> Unit:
    """Store the changed fields of a loaded unit. Raises Refused for a unit that closed, Stale for one that changed."""
    require(by, "premises.change")
    stored: Unit = locked(unit, seen)
    if stored.to_on is not None:
        raise Refused(_("This unit has closed."))
    _refuse_unit(unit)
    for name in UNIT_FIELDS:
        setattr(stored, name, getattr(unit, name))
    stored.save(update_fields=UNIT_FIELDS)
    book.write("premises.change_unit", by=by, at=at, subject=stored, rows=[stored])
    indexing.put_units([stored])
    return stored


@transaction.atomic
def name_responsible(unit: Unit, who: Responsible, *, by: Actor, at: datetime) -> Unit:
    """Somebody else answers for the unit from now on."""
    require(by, "premises.change")
    stored = sealed_unit(locked(unit), who)
    stored.save(update_fields=["responsible", "responsible_phone", "person_id"])
    book.write("premises.name_responsible", by=by, at=at, subject=stored, rows=[stored])
    return stored


@transaction.atomic
def close_unit(unit: Unit, *, on: date, by: Actor, at: datetime, seen: str = "") -> Unit:
    """The last day of a unit was the day before `on`."""
    require(by, "premises.change")
    stored: Unit = locked(unit, seen)
    _end(stored, on)
    book.write("premises.close_unit", by=by, at=at, subject=stored, rows=[stored])
    indexing.drop(indexing.UNIT, stored.pk)
    return stored


def _refuse_unit(unit: Unit) -> None:
    if unit.address.to_on is not None:
        raise Refused(_("This address has ended. Choose the one that followed it."))
    twins = Unit.objects.current().filter(credit_code=unit.credit_code, address=unit.address)
    if unit.credit_code and twins.exclude(pk=unit.pk).exists():
        raise Refused(_("This unit is entered at this address already."))


def _end(row: Any, on: date) -> None:
    if why := rules.unfit_to_end(row.from_on, row.to_on, on):
        raise Refused(_(why))
    row.to_on = on
    row.save(update_fields=["to_on"])


# --- Safety assets ----------------------------------------------------------------------------------------------


def placed(asset: Asset) -> Asset:
    """An unsaved asset with the cell of its position."""
    asset.cell = geo.cell(asset.lon, asset.lat)
    return asset


@transaction.atomic
def add_asset(asset: Asset, *, by: Actor, at: datetime) -> Asset:
    """A lamp, gate, alarm and so on. Raises Refused where its number is taken."""
    require(by, "premises.change")
    _refuse_asset(asset)
    placed(asset).save(force_insert=True)
    book.write("premises.add_asset", by=by, at=at, subject=asset, rows=[asset])
    indexing.put_assets([asset])
    return asset


@transaction.atomic
def change_asset(asset: Asset, *, by: Actor, at: datetime, seen: str = "") -> Asset:
    """Store the changed fields of a loaded asset: also its state (working, faulty, out of use)."""
    require(by, "premises.change")
    stored: Asset = locked(asset, seen)
    _refuse_asset(asset)
    for name in ASSET_FIELDS:
        setattr(stored, name, getattr(placed(asset), name))
    stored.save(update_fields=ASSET_FIELDS)
    book.write(
        "premises.change_asset", by=by, at=at, subject=stored, rows=[stored], facts={"state": stored.state}
    )
    indexing.put_assets([stored])
    return stored


@transaction.atomic
def remove_asset(asset: Asset, *, on: date, by: Actor, at: datetime, seen: str = "") -> Asset:
    """It stands there no more; its row stays."""
    require(by, "premises.change")
    stored: Asset = locked(asset, seen)
    _end(stored, on)
    book.write("premises.remove_asset", by=by, at=at, subject=stored, rows=[stored])
    indexing.drop(indexing.ASSET, stored.pk)
    return stored


def _refuse_asset(asset: Asset) -> None:
    twins = Asset.objects.current().filter(kind=asset.kind, code=asset.code).exclude(pk=asset.pk)
    if asset.code and twins.exists():
        raise Refused(_("This number is on another one already."))


@transaction.atomic
def enter_units(units: Sequence[Unit], assets: Sequence[Asset], *, by: Actor, at: datetime) -> int:
    """Store many unsaved units (see `sealed_unit`) and assets (see `placed`), with their pages. How many."""
    require(by, "premises.enter")
    Unit.objects.bulk_create(units, batch_size=BATCH)
    Asset.objects.bulk_create(assets, batch_size=BATCH)
    write_pages("premises.enter", [*units, *assets], by=by, at=at)
    indexing.put_units(units)
    indexing.put_assets(assets)
    return len(units) + len(assets)
