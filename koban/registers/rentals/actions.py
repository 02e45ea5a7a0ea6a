"""Every write of the register. Duties call these inside their own transaction; each has its page."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Refused
from koban.registers.premises.models import Address
from koban.registers.rentals.models import Agent, Landlord, Letter, LetUnit, Tenancy
from koban.registers.rentals.queries import fingerprint

Row = TypeVar("Row", bound=StationRow)
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read aloud without mistakes
TWICE = _("This person is on the list of this unit already.")


@transaction.atomic
def enter_landlord(person_id: UUID, *, on: date, by: Actor, at: datetime) -> Landlord:
    """The landlord of a person; entering it again changes nothing."""
    require(by, "rentals.write")
    row, new = Landlord.objects.get_or_create(person_id=person_id, defaults={"since_on": on})
    if new:
        _page("rentals.landlord", row, by, at)
    found: Landlord = row
    return found


@transaction.atomic
def enter_unit(
    address: Address, landlord: Landlord | None, *, part: str, on: date, by: Actor, at: datetime
) -> LetUnit:
    """A unit is let from a day. The same one again changes nothing; a landlord joins one that an agent told of."""
    require(by, "rentals.write")
    known = LetUnit.objects.select_for_update(of=("self",)).filter(address=address, to_on=None)
    row = known.filter(landlord=landlord).first() or known.filter(landlord=None).first()
    if row is None:
        row = LetUnit.objects.create(address=address, landlord=landlord, part=part, from_on=on)
        _page("rentals.unit", row, by, at)
    elif row.landlord_id is None and landlord is not None:
        _change(row, {"landlord": landlord, "part": part}, "rentals.unit", by, at)
    found: LetUnit = row
    return found


@transaction.atomic
def confirm_unit(unit: LetUnit, *, by: Actor, at: datetime) -> LetUnit:
    require(by, "rentals.write")
    return _change(_locked(unit), {"confirmed_at": at}, "rentals.confirm", by, at)


@transaction.atomic
def close_unit(unit: LetUnit, *, on: date, by: Actor, at: datetime) -> LetUnit:
    """It is no longer let. Raises Refused while somebody rents it."""
    require(by, "rentals.write")
    row = _locked(unit)
    if Tenancy.objects.running().filter(unit=row).exists():
        raise Refused(_("Somebody still rents it. End that letting first."))
    return _change(row, {"to_on": max(on, row.from_on)}, "rentals.close", by, at)


@transaction.atomic
def note_check(unit: LetUnit, *, on: date, hazards: int, by: Actor, at: datetime) -> LetUnit:
    """A self-check was made. hazards: how many things were not in order."""
    require(by, "rentals.write")
    return _change(_locked(unit), {"checked_on": on, "hazards": hazards}, "rentals.check", by, at)


@dataclass(frozen=True, slots=True)
class Signed:
    """Which words were signed, how, and from when to when they hold."""

    wording: str
    language: str
    sha256: str
    way: str
    from_on: date
    to_on: date


@transaction.atomic
def sign_letter(landlord: Landlord, signed: Signed, *, by: Actor, at: datetime) -> Letter:
    require(by, "rentals.write")
    row: Letter = Letter.objects.create(
        landlord=landlord, wording=signed.wording, language=signed.language, sha256=signed.sha256,
        way=signed.way, signed_at=at, from_on=signed.from_on, to_on=signed.to_on,
    )  # fmt: skip
    _page("rentals.letter", row, by, at, {"wording": signed.wording, "to": signed.to_on.isoformat()})
    return row


@dataclass(frozen=True, slots=True)
class Start:
    """A letting that begins. ends_on: the agreed end, None for an open one. residence_id: where the register keeps it.

    called: the name as it was told, sealed for the landlord's own list while the letting runs.
    """

    person_id: UUID
    from_on: date
    ends_on: date | None = None
    source: str = "landlord"
    residence_id: UUID | None = None
    sublet_of: Tenancy | None = None
    called: str = ""


@transaction.atomic
def start(unit: LetUnit, told: Start, *, by: Actor, at: datetime) -> Tenancy:
    """Somebody rents the unit. Raises Refused where they do already."""
    require(by, "rentals.write")
    row = _locked(unit)
    if Tenancy.objects.running().filter(unit=row).filter(person_id=told.person_id).exists():
        raise Refused(TWICE)
    made = Tenancy(
        unit=row, person_id=told.person_id, from_on=told.from_on, ends_on=told.ends_on, source=told.source,
        residence_id=told.residence_id, sublet_of=told.sublet_of, told_at=at,
    )  # fmt: skip
    made.called = vault.seal(made, "called", told.called)
    made.save(force_insert=True)
    _page("rentals.start", made, by, at, {"from": told.from_on.isoformat(), "source": told.source})
    return made


@transaction.atomic
def end(tenancy: Tenancy, *, on: date, by: Actor, at: datetime) -> Tenancy:
    """The letting ended on a day. Raises Refused where it has ended already, or would end before it began."""
    require(by, "rentals.write")
    row = _running(tenancy)
    if on < row.from_on:
        raise Refused(_("It cannot end before it began."))
    told = {"to_on": on, "told_end_at": at, "called": b""}
    return _change(row, told, "rentals.end", by, at)


@transaction.atomic
def prolong(tenancy: Tenancy, *, ends_on: date | None, by: Actor, at: datetime) -> Tenancy:
    """Another end was agreed, None for no end."""
    require(by, "rentals.write")
    row = _running(tenancy)
    if ends_on is not None and ends_on < row.from_on:
        raise Refused(_("It cannot end before it began."))
    return _change(row, {"ends_on": ends_on, "reminded_on": None}, "rentals.prolong", by, at)


@transaction.atomic
def dispute(tenancy: Tenancy, *, by: Actor, at: datetime) -> Tenancy:
    """The tenant says that it is wrong."""
    require(by, "rentals.write")
    return _change(_locked_tenancy(tenancy), {"disputed_at": at}, "rentals.dispute", by, at)


@transaction.atomic
def settle(tenancy: Tenancy, *, is_void: bool, by: Actor, at: datetime) -> Tenancy:
    """The dispute was looked at: the letting never was so, or it stands."""
    require(by, "rentals.write")
    told: dict[str, Any] = {"disputed_at": None, "void_at": at if is_void else None}
    told |= {"called": b""} if is_void else {}
    return _change(_locked_tenancy(tenancy), told, "rentals.settle", by, at)


@transaction.atomic
def remind(tenancy: Tenancy, *, on: date, by: Actor, at: datetime) -> Tenancy:
    """Remember that both were reminded of the end."""
    require(by, "rentals.write")
    return _change(_running(tenancy), {"reminded_on": on}, "rentals.remind", by, at)


@transaction.atomic
def enter_agent(
    name: str, kind: str, *, address: Address | None = None, on: date, by: Actor, at: datetime
) -> Agent:
    """A firm that reports lettings. Raises Refused for one that is entered already."""
    require(by, "rentals.agents")
    if Agent.objects.filter(kind=kind, name=name, to_on=None).exists():
        raise Refused(_("This firm is entered already."))
    row: Agent = Agent.objects.create(
        kind=kind, name=name, address=address, from_on=on, number=f"F{_drawn(5)}"
    )
    _page("rentals.agent", row, by, at, {"kind": kind})
    return row


@transaction.atomic
def give_key(agent: Agent, *, by: Actor, at: datetime) -> tuple[str, str]:
    """Number and secret of the firm's door; a key that it had is void. The secret is not kept."""
    require(by, "rentals.agents")
    secret = "-".join(_drawn(4) for _ in range(3))
    row: Agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)
    told = {"fingerprint": fingerprint(secret), "given_at": at, "revoked_at": None}
    _change(row, told, "rentals.key", by, at)
    return row.number, secret


@transaction.atomic
def revoke_key(agent: Agent, *, by: Actor, at: datetime) -> Agent:
    require(by, "rentals.agents")
    row: Agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)
    return _change(row, {"revoked_at": at}, "rentals.revoke", by, at)


def _drawn(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def _locked(unit: LetUnit) -> LetUnit:
    found: LetUnit = LetUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    return found


def _locked_tenancy(tenancy: Tenancy) -> Tenancy:
    found: Tenancy = Tenancy.objects.select_for_update(of=("self",)).get(pk=tenancy.pk)
    return found


def _running(tenancy: Tenancy) -> Tenancy:
    row = _locked_tenancy(tenancy)
    if row.to_on is not None or row.void_at is not None:
        raise Refused(_("This letting has ended already."))
    return row


def _change(row: Row, told: Mapping[str, Any], verb: str, by: Actor, at: datetime) -> Row:
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=list(told))
    _page(verb, row, by, at, {"fields": sorted(told)})
    return row


def _page(
    verb: str, row: StationRow, by: Actor, at: datetime, facts: Mapping[str, Any] | None = None,
    more: Sequence[StationRow] = (),
) -> None:  # fmt: skip
    book.write(verb, by=by, at=at, subject=row, facts=facts or {}, rows=[row, *more])
