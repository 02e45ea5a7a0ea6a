"""Finding what one types: first as it stands, then as it begins, then as it was meant."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from koban.kernel.search import asking
from koban.kernel.search.asking import Wanted
from koban.lib import finding, text
from koban.registers.premises.indexing import ADDRESS, ASSET, UNIT
from koban.registers.premises.models import Address, Asset, Unit

POOL = 80  # how many are ranked
HOUSES, MOST_INSIDE = 5, 400  # doors that are looked into, and how much inside them
PARTS = ("block", "unit", "floor", "room")
LONGEST = 80  # characters of a question


def addresses(typed: str, limit: int) -> list[Address]:
    """Standing addresses, best first. Doors are found by words and number, what lies inside them by the other numbers."""
    typed = typed[:LONGEST]
    standing = Address.objects.current()
    named = standing.filter(pk__in=ids(ADDRESS, typed, limit)).values_list("pk", "label", "door", "street_id")
    best = sorted(named, key=lambda row: _rank(row[1], row[2], typed))[:limit]
    inside = _inside([(street, door) for _pk, _label, door, street in best[:HOUSES]], typed)
    wanted = list(dict.fromkeys([*inside, *(row[0] for row in best)]))[:limit]
    rows = standing.select_related("street").in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]


def _inside(doors: Sequence[tuple[UUID, str]], typed: str) -> list[UUID]:
    """What lies inside these doors and has every number that was typed besides the door's, in the order typed."""
    numbers = finding.inner_numbers(typed)
    if not numbers or not doors:
        return []
    at_one = reduce(or_, (Q(street=street, door=door) for street, door in doors))
    any_part = reduce(or_, (Q(**{f"{part}__in": numbers}) for part in PARTS))
    found = Address.objects.current().filter(at_one, any_part).values_list("pk", *PARTS)[:MOST_INSIDE]
    fitting = [(row[0], [part for part in row[1:] if part]) for row in found]
    whole = [(pk, parts) for pk, parts in fitting if set(numbers) <= set(parts)]
    whole.sort(key=lambda row: ([part for part in row[1] if part in numbers] != numbers, len(row[1]), row[1]))
    return [pk for pk, _parts in whole]


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
    words, door = finding.words(typed), finding.door_asked(typed)
    if not words and not door:
        return
    if door:
        yield [Wanted(f"{door}号", whole=True), *map(_wanted, words)]
        yield [Wanted(door, whole=True), *map(_wanted, words)]
    yield [Wanted(term) if term == door else _wanted(term) for term in (*words, door) if term]


def _wanted(term: str) -> Wanted:
    """A number and a Chinese character stand for themselves, a word in letters for its beginning."""
    return Wanted(term, whole=term[0].isdigit() or not term.isascii())


def _as_meant(kind: str, typed: str) -> Iterator[Sequence[Wanted]]:
    """By its sound, by words that are one slip away, without one wrong character."""
    heard = finding.by_sound(typed)
    if heard and heard != finding.asked(typed):
        yield _door_and_words(typed, heard)
    mended = [_mended(kind, term) for term in heard]
    if all(mended):
        best = [one[0] for one in mended]
        if best != heard:
            yield _door_and_words(typed, best)
    for terms in finding.one_character_less(typed):
        yield _door_and_words(typed, terms)


def _door_and_words(typed: str, terms: Sequence[str]) -> list[Wanted]:
    """The other numbers are looked for inside the door."""
    door = finding.door_asked(typed)
    return [_wanted(term) for term in terms if term == door or not term[0].isdigit()]


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
