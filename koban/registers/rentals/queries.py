"""Reading the register of lettings: places, days and handles, never a name."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from koban.kernel.stations import vault
from koban.lib.errors import Absent
from koban.registers.premises.models import Address
from koban.registers.rentals.models import Agent, Landlord, Letter, LetUnit, Tenancy


def landlord_of(person_id: UUID) -> Landlord | None:
    found: Landlord | None = Landlord.objects.filter(person_id=person_id).first()
    return found


def unit(pk: UUID) -> LetUnit:
    """Raises LetUnit.DoesNotExist."""
    found: LetUnit = LetUnit.objects.select_related("address", "landlord").get(pk=pk)
    return found


def units_of(landlord: Landlord) -> list[LetUnit]:
    """What a landlord lets or has let, what still runs first (one query)."""
    rows = landlord.units.select_related("address").order_by("to_on", "from_on", "id")
    return sorted(rows, key=lambda row: row.to_on is not None)


def unit_of(landlord: Landlord, pk: UUID) -> LetUnit:
    """A unit of this landlord. Raises LetUnit.DoesNotExist for another's, as for none."""
    found: LetUnit = landlord.units.select_related("address", "landlord").get(pk=pk)
    return found


def tenancies_of(units: Iterable[LetUnit]) -> dict[UUID, list[Tenancy]]:
    """Unit -> its lettings, running ones first, the newest before the older (one query)."""
    found: dict[UUID, list[Tenancy]] = {unit.pk: [] for unit in units}
    rows = Tenancy.objects.filter(unit_id__in=found, void_at=None).select_related("residence", "unit")
    for row in sorted(rows, key=lambda row: (row.to_on is not None, -row.from_on.toordinal())):
        found[row.unit_id].append(row)
    return found


def tenancies_of_person(person_id: UUID) -> list[Tenancy]:
    """What a person rents or has rented, for their own page (one query)."""
    rows = Tenancy.objects.filter(person_id=person_id).select_related("unit__address", "residence")
    return list(rows.order_by("-from_on", "-id"))


def letter_on(landlord: Landlord, day: date) -> Letter | None:
    """The letter that holds on a day, the one that runs longest."""
    rows = landlord.letters.filter(from_on__lte=day, to_on__gte=day)
    found: Letter | None = rows.order_by("-to_on").first()
    return found


def units(day: date) -> QuerySet[LetUnit]:
    """Let units with `tenants` (running lettings) and `letter_to` (end of the landlord's newest letter)."""
    newest = (
        Letter.objects.filter(landlord=OuterRef("landlord"), station=OuterRef("station"))
        .order_by()
        .values("landlord")
        .annotate(last=Max("to_on"))
        .values("last")
    )
    running = Q(tenancies__to_on=None, tenancies__void_at=None, tenancies__isnull=False)
    rows: QuerySet[LetUnit] = LetUnit.objects.let_on(day).select_related("address")
    return rows.annotate(tenants=Count("tenancies", filter=running), letter_to=Subquery(newest))


def let_at(addresses: Iterable[Any], day: date) -> set[UUID]:
    """Ids of those addresses that are let on a day."""
    rows = LetUnit.objects.let_on(day).filter(address__in=list(addresses))
    return set(rows.values_list("address_id", flat=True))


def checks_missed(before: date) -> QuerySet[Address]:
    """Addresses of let units whose last self-check, or filing, lies before a day."""
    late = LetUnit.objects.filter(to_on=None).filter(
        Q(checked_on__lt=before) | Q(checked_on=None, from_on__lt=before)
    )
    rows: QuerySet[Address] = Address.objects.filter(pk__in=late.values("address"))
    return rows


def agents() -> QuerySet[Agent]:
    rows: QuerySet[Agent] = Agent.objects.select_related("address").order_by("to_on", "kind", "name")
    return rows


def agent_by_key(number: str, secret: str, day: date) -> Agent:
    """The firm whose key this is. Raises Absent for a wrong number, a wrong secret and a revoked key alike."""
    rows = Agent.objects.filter(number=number.strip().upper(), revoked_at=None)
    agent: Agent | None = rows.filter(Q(to_on=None) | Q(to_on__gte=day)).first()
    kept = bytes(agent.fingerprint) if agent and agent.fingerprint else _none()
    if not hmac.compare_digest(kept, fingerprint(secret)) or agent is None:
        raise Absent
    return agent


def fingerprint(secret: str) -> bytes:
    """What the database keeps of a firm's secret."""
    plain = "".join(letter for letter in secret.upper() if letter.isalnum())
    return vault.blind(plain or "-", field="rentals.agent")


def _none() -> bytes:
    return hashlib.sha256(b"no such key").digest()[:16]
