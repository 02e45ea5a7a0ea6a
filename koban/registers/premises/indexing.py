"""What places, units and assets are found by. Called by the actions, after their pages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from koban.kernel.search import writing
from koban.lib import finding
from koban.registers.premises.models import Address, Asset, FormerName, Succession, Unit

ADDRESS, UNIT, ASSET = "address", "unit", "asset"


def put_new(addresses: Iterable[Address]) -> None:
    """Addresses that were never called anything else."""
    writing.put(ADDRESS, ((one.pk, _terms(one)) for one in addresses if one.to_on is None and has_words(one)))


def has_words(address: Address) -> bool:
    """Whether it is found by words of its own. What lies inside a door and has only numbers is found through the door."""
    if address.parent is None:
        return True
    inside = set(finding.place_terms(address.label)) - set(finding.place_terms(address.parent.label))
    return any(not term[0].isdigit() for term in inside)


def put(addresses: Sequence[Address]) -> None:
    """Addresses with every name they ever had, and the units at them. Those that ended are dropped."""
    standing = [one for one in addresses if one.to_on is None]
    put_addresses(standing)
    writing.drop(ADDRESS, [one.pk for one in addresses if one.to_on is not None])
    hanging = (
        Unit.objects.current().select_related("address").filter(address__in=[one.pk for one in standing])
    )
    put_units(hanging)


def put_addresses(standing: Sequence[Address]) -> None:
    """With every name they ever had, and the names of what they followed."""
    old = _old_names([one.pk for one in standing])
    worded = [one for one in standing if has_words(one) or old[one.pk]]
    writing.put(ADDRESS, ((one.pk, [*_terms(one), *finding.place_terms(*old[one.pk])]) for one in worded))


def _terms(address: Address) -> list[str]:
    return finding.place_terms(address.label, address.label_en)


def _old_names(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    names = defaultdict[UUID, list[str]](list)
    for former in FormerName.objects.filter(address__in=ids):
        names[former.address_id] += [former.label, former.label_en]
    for pair in Succession.objects.select_related("old").filter(new__in=ids):
        names[pair.new_id] += [pair.old.label, pair.old.label_en]
    return names


def put_units(units: Iterable[Unit]) -> None:
    """By name, code, kind and where they are. Never by a person."""
    told = ((one.pk, _unit_terms(one)) for one in units)
    writing.put(UNIT, told)


def _unit_terms(unit: Unit) -> list[str]:
    names = (
        unit.name,
        unit.name_en,
        unit.kind_label.zh,
        unit.kind_label.en,
        unit.address.label,
        unit.address.label_en,
    )
    return [*finding.place_terms(*names), unit.credit_code.casefold()]


def put_assets(assets: Iterable[Asset]) -> None:
    told = (
        (
            one.pk,
            [
                *finding.place_terms(one.name, one.kind_label.zh, one.kind_label.en, one.code),
                one.code.casefold(),
            ],
        )
        for one in assets
    )
    writing.put(ASSET, told)


def drop(kind: str, row: UUID) -> None:
    writing.drop(kind, [row])


def drop_all(kind: str, rows: Sequence[UUID]) -> None:
    writing.drop(kind, rows)
