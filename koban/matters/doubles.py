"""Two entries of one person, met in a matter in hand: who may be meant, a look at both, and the merge with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.lib.errors import Absent
from koban.lib.linkage import Record, link
from koban.lib.sentence import Sentence
from koban.matters import actions, duty, looks
from koban.matters.models import Matter, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import queries, words
from koban.registers.residents.handles import Merge, Person
from koban.registers.residents.queries import Double

COMPARED = {
    "name": "name",
    "sex": "sex",
    "birth_on": "birth",
    "id_number": "id",
    "phone": "phone",
    "email": "email",
}


@dataclass(frozen=True, slots=True)
class Suspect:
    """Somebody of the matter, as a number in its list, and who may be the same person."""

    number: int
    someone: looks.Someone
    doubles: list[Double]


def suspects(matter: Matter, at: datetime) -> list[Suspect]:
    """Who of the matter may be in the register twice, by equal hashes: nothing is opened for it."""
    people = looks.people_of(matter, at)
    found = queries.doubles([one.person_id for one in people], timezone.localtime(at).date())
    told = [Suspect(n, one, found.get(one.person_id, [])) for n, one in enumerate(people, 1)]
    return [one for one in told if one.doubles]


def merges(matter: Matter, at: datetime) -> list[Merge]:
    """Merges into people of the matter that can be undone."""
    return list(queries.merges_into([one.person_id for one in looks.people_of(matter, at)]))


def look_both(
    matter: Matter, person_id: UUID, other_id: UUID, *, by: Actor, at: datetime
) -> tuple[list[tuple[Any, str, str]], list[Sentence]]:
    """(field, value of one, value of the other), and what speaks for and against one person. Not inside a transaction.

    Raises Denied, and Absent for two who are not taken for one.
    """
    require(by, "residents.merge")
    opens = duty.duty(matter.kind).opens & looks.FIELDS
    fields = [field for field in words.FIELDS if field in opens]
    _pair(matter, person_id, other_id, at)
    seen = looks.look_pair(matter, person_id, other_id, fields, by=by, at=at)
    one, other = seen.get(person_id, {}), seen.get(other_id, {})
    return [(field, one.get(field, ""), other.get(field, "")) for field in fields], reasons(one, other)


def reasons(one: Mapping[str, str], other: Mapping[str, str]) -> list[Sentence]:
    """What the linking engine says of two opened files, the weightiest first."""
    left, right = Record("one", _fields(one)), Record("other", _fields(other))
    return [reason for pair in link([left], [right], threshold=0) for reason in pair.reasons]


def _fields(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[field] for field, name in COMPARED.items() if values.get(field)}


@transaction.atomic
def merge(matter: Matter, kept_id: UUID, gone_id: UUID, *, reason: str, by: Actor, at: datetime) -> Merge:
    """Make two of a matter in hand one. Who is kept becomes a party of the matter where it was not.

    Raises Denied, Refused, and Absent for two who are not taken for one.
    """
    require(by, "residents.merge")
    looks.right(matter, by=by, at=at)
    kept, gone = _pair(matter, kept_id, gone_id, at)
    done = residents.merge(kept, gone, reason=reason, by=by, at=at)
    _follow(matter, kept_id, gone_id, by=by, at=at)
    return done


def _pair(matter: Matter, one_id: UUID, other_id: UUID, at: datetime) -> tuple[Person, Person]:
    """Both, where one is of the matter and the other is taken for the same. Raises Absent."""
    pairs = {
        (suspect.someone.person_id, double.person.pk)
        for suspect in suspects(matter, at)
        for double in suspect.doubles
    }
    if not pairs & {(one_id, other_id), (other_id, one_id)}:
        raise Absent
    return queries.person(one_id), queries.person(other_id)


def _follow(matter: Matter, kept_id: UUID, gone_id: UUID, *, by: Actor, at: datetime) -> None:
    was = Party.objects.filter(matter=matter, person_id=gone_id).first()
    if was is None or Party.objects.filter(matter=matter, person_id=kept_id).exists():
        return
    matter = actions.locked(matter)
    party = Party(matter=matter, role=was.role, person_id=kept_id, language=was.language)
    party.save(force_insert=True)
    actions.change(matter, "matters.party", by=by, at=at, rows=[party], facts={"role": was.role})


@transaction.atomic
def unmerge(matter: Matter, merge_id: UUID, *, reason: str, by: Actor, at: datetime) -> Person:
    """Make two of one again, in a matter in hand of the one who was kept. Raises Denied, Refused, Absent."""
    looks.right(matter, by=by, at=at)
    found = next((done for done in merges(matter, at) if done.pk == merge_id), None)
    if found is None:
        raise Absent
    return residents.unmerge(found, reason=reason, by=by, at=at)
