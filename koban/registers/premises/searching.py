"""Finding what one types: first as it stands, then as it begins, then as it was meant."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from koban.kernel.search import asking
from koban.kernel.search.asking import Wanted
from koban.lib import finding, text
from koban.registers.premises.indexing import ADDRESS, ASSET, UNIT
from koban.registers.premises.models import Address, Asset, Unit

POOL = 80  # how many are ranked
LONGEST = 80  # characters of a question


def addresses(typed: str, limit: int) -> list[Address]:
    """Standing addresses, best first. Every term counts; a door that was named whole goes before all else."""
    typed = typed[:LONGEST]
    standing = Address.objects.current()
    named = standing.filter(pk__in=ids(ADDRESS, typed, limit)).values_list("pk", "label", "door")
    best = sorted(named, key=lambda row: _rank(row[1], row[2], typed))[:limit]
    rows = standing.select_related("street").in_bulk([pk for pk, _label, _door in best])
    return [rows[pk] for pk, _label, _door in best if pk in rows]


def units(typed: str, limit: int) -> list[Unit]:
    """Units that have not closed, by name, social credit code, kind or address."""
    found = ids(UNIT, typed[:LONGEST], limit)
    rows = Unit.objects.current().select_related("address").filter(pk__in=found)
    return sorted(rows, key=lambda row: (not row.name.startswith(typed), len(row.name), row.name))[:limit]


def assets(typed: str, limit: int) -> list[Asset]:
    found = ids(ASSET, typed[:LONGEST], limit)
    rows: Any = Asset.objects.current().filter(pk__in=found)
    return sorted(rows, key=lambda row: (row.kind, row.code))[:limit]


def ids(kind: str, typed: str, limit: int) -> list[UUID]:
    """Rows of a kind, some more than `limit`, so that they can be ranked."""
    if found := asking.first(kind, list(_as_typed(typed)), limit, POOL):
        return found
    return asking.first(kind, list(_as_meant(kind, typed)), 1, POOL)


def _as_typed(typed: str) -> Iterator[Sequence[Wanted]]:
    """The door as a door; its number as any number; the beginnings of everything."""
    terms, door = finding.asked(typed), finding.door_asked(typed)
    if not terms:
        return
    if door:
        yield [Wanted(f"{door}号", whole=True), *(_whole_number(term) for term in terms if term != door)]
        yield [_whole_number(term) for term in terms]
    yield [Wanted(term) for term in terms]


def _whole_number(term: str) -> Wanted:
    return Wanted(term, whole=term[0].isdigit())


def _as_meant(kind: str, typed: str) -> Iterator[Sequence[Wanted]]:
    """By its sound, by words that are one slip away, without one wrong character."""
    heard = finding.by_sound(typed)
    if heard and heard != finding.asked(typed):
        yield [_whole_number(term) for term in heard]
    mended = [_mended(kind, term) for term in heard]
    if all(mended):
        best = [one[0] for one in mended]
        if best != heard:
            yield [_whole_number(term) for term in best]
    for terms in finding.one_character_less(typed):
        yield [_whole_number(term) for term in terms]


def _mended(kind: str, term: str) -> list[str]:
    """The word itself where there is one; else what is near it."""
    if term[0].isdigit() or not term.isascii() or asking.near(kind, term, 1):
        return [term]
    first = finding.meant(term, asking.near(kind, term[:1]))
    return first or finding.meant(term, asking.near(kind, term[1:2]))


def _rank(label: str, door: str, typed: str) -> tuple[bool, bool, bool, int, str]:
    """A door that was named whole comes first, then what begins as typed, then the short."""
    folded, plain = text.fold(typed).replace(" ", ""), text.fold(label).replace(" ", "")
    named_door = finding.door_asked(typed)
    return (
        named_door not in ("", text.fold(door)),
        plain != folded,
        not plain.startswith(folded),
        len(label),
        label,
    )
