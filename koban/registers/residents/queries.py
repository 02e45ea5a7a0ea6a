"""Reads of the register that open nothing: handles, homes, counts. Whoever is closed off is not there."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koban.lib import identity
from koban.lib.errors import Absent
from koban.lib.mistakes import Mistake
from koban.registers.premises.models import Address
from koban.registers.residents import filing
from koban.registers.residents.actions.keys import fingerprint
from koban.registers.residents.models import (
    Consent,
    Delay,
    Merge,
    OwnKey,
    Person,
    PersonFile,
    Residence,
    Seal,
)

SAME_NUMBER, SAME_NAME = _("the same document"), _("the same name")
SAME_BIRTH, SAME_PHONE, SAME_HOME = _("the same birth date"), _("the same telephone"), _("the same home")


def person(pk: Any) -> Person:
    """The handle; the one that it was merged into where it was. Raises Absent."""
    found: Person | None = Person.objects.filter(pk=pk).select_related("merged_into").first()
    while found is not None and found.merged_into_id:
        found = Person.objects.filter(pk=found.merged_into_id).first()
    if found is None or found.closed_at:
        raise Absent
    return found


def by_identity(id_kind: str, id_number: str) -> Person | None:
    """Who has this document: the confirmed one, else the newest who was declared with it. None for a number that cannot be."""
    try:
        known = identity.check_identity(id_kind, id_number)
    except Mistake:
        return None
    index = filing.blind_number(known.kind, known.number)
    files = PersonFile.objects.filter(id_index=index, person__merged_into=None, person__closed_at=None)
    file = files.select_related("person").order_by("-owns_number", "-person__created_at").first()
    found: Person | None = file.person if file else None
    return found


def by_key(number: str, secret: str) -> Person:
    """Whose key this is. Raises Absent for a wrong number and a wrong secret alike, in the same time."""
    found: Person = key(number, secret).person
    return found


def key(number: str, secret: str) -> OwnKey:
    """The running key with this number and secret. Raises Absent."""
    asked = number.strip()[:16]
    found = OwnKey.objects.filter(number=asked, revoked_at=None).select_related("person").first()
    kept = bytes(found.fingerprint) if found else hashlib.sha256(b"no such key").digest()[:16]
    if not hmac.compare_digest(kept, fingerprint(asked, secret or "-")) or found is None:
        raise Absent
    return found


def opened_by(key_id: Any) -> Person:
    """Whom a running key opens now. Raises Absent for one that was ended."""
    found = OwnKey.objects.filter(pk=key_id, revoked_at=None).select_related("person").first()
    if found is None or found.person.closed_at:
        raise Absent
    person: Person = found.person
    return person


def visible(people: Iterable[Any], today: date) -> set[UUID]:
    """Which of these a look can reach: nobody else is told apart from somebody who is not there. One query."""
    return set(Person.objects.visible(today).filter(pk__in=list(people)).values_list("pk", flat=True))


def residences_at(address: Address, on: date) -> QuerySet[Residence]:
    """Who lives at an address on a day, as handles; without those whose file is closed off."""
    found: QuerySet[Residence] = _seen(Residence.objects.on(on).filter(address=address), on)
    return found


def running_at(address_id: Any, on: date) -> QuerySet[Residence]:
    """Who lives at an address now, whether or not a look can reach them: for asking `visible` afterwards."""
    found: QuerySet[Residence] = (
        Residence.objects.on(on).filter(address_id=address_id).order_by("from_on", "id")
    )
    return found


def living_at(address_id: Any, on: date) -> set[UUID]:
    return set(running_at(address_id, on).values_list("person_id", flat=True))


def residences_in(household: Any, on: date) -> QuerySet[Residence]:
    """Who belongs to a household on a day."""
    found: QuerySet[Residence] = _seen(Residence.objects.on(on).filter(household=household), on)
    return found


def _seen(homes: Any, on: date) -> Any:
    return homes.filter(person__in=Person.objects.visible(on)).order_by("from_on", "id")


def residences_of(person: Person) -> QuerySet[Residence]:
    """Every home of a person, the newest first."""
    found: QuerySet[Residence] = Residence.objects.filter(person=person).select_related("address")
    return found.order_by("-from_on", "-id")


def residence(pk: Any) -> Residence:
    """One registration of a home, with its address. Raises Absent."""
    found: Residence | None = Residence.objects.filter(pk=pk).select_related("address", "person").first()
    if found is None:
        raise Absent
    return found


def residences(pks: Iterable[Any]) -> dict[UUID, Residence]:
    """Id → registration of a home, with its address. One query."""
    found = Residence.objects.filter(pk__in=list(pks)).select_related("address")
    return {home.pk: home for home in found}


def current_home(person: Person, on: date) -> Residence | None:
    """Where the person lives on a day; the newest where there are several."""
    return homes([person.pk], on).get(person.pk)


def homes(people: Iterable[Any], on: date) -> dict[UUID, Residence]:
    """Person → home on a day, the newest of several. One query."""
    found = Residence.objects.on(on).filter(person__in=list(people)).select_related("address")
    return {home.person_id: home for home in found.order_by("from_on", "id")}


def count_at(addresses: Iterable[Address], on: date) -> int:
    """How many people live at these addresses on a day. A number, nobody."""
    found: int = (
        Residence.objects.on(on).filter(address__in=list(addresses)).values("person").distinct().count()
    )
    return found


def consents_of(person: Person) -> QuerySet[Consent]:
    return Consent.objects.filter(person=person).order_by("-from_at")


def seals_of(person: Person, on: date) -> QuerySet[Seal]:
    found: QuerySet[Seal] = Seal.objects.in_force(on).filter(person=person)
    return found


def merges_of(person: Person) -> QuerySet[Merge]:
    """Who was merged into this person, the newest first."""
    return Merge.objects.filter(kept=person, undone_at=None).select_related("gone").order_by("-at")


def merges_into(people: Sequence[UUID]) -> QuerySet[Merge]:
    """Merges into these people that were not undone, the newest first."""
    found: QuerySet[Merge] = Merge.objects.filter(kept__in=list(people), undone_at=None)
    return found.select_related("gone").order_by("-at", "-id")


def delays_in(matter_id: UUID) -> QuerySet[Delay]:
    """Delays of notice in a matter, the newest first."""
    found: QuerySet[Delay] = Delay.objects.filter(matter_id=matter_id).order_by("-from_at", "-id")
    return found


def delegated(number: str, to: str, now: datetime) -> Person | None:
    """Whose running key has this number, where that person let the holder of key `to` ask on their behalf."""
    found = OwnKey.objects.filter(number=number[:16], revoked_at=None).select_related("person").first()
    consents = Consent.objects.filter(
        person=found.person if found else None, purpose="usage", partner=to, withdrawn_at=None,
        until_on__gte=timezone.localtime(now).date(),
    )  # fmt: skip
    allowed = consents.exists()
    return found.person if found and allowed else None


def lived_at(address: Address, on: date) -> tuple[list[Residence], list[Residence]]:
    """(who lives at an address on a day, who lived there before), without whoever is closed off. Two queries."""
    seen = Person.objects.visible(on)
    homes = Residence.objects.filter(address=address, person__in=seen).select_related("household")
    now = list(
        homes.filter(id__in=Residence.objects.on(on).filter(address=address).values("id")).order_by(
            "from_on", "id"
        )
    )
    before = list(homes.filter(to_on__lt=on).order_by("-to_on", "id")[:100])
    return now, before


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody who may be the same person, and why: reasons in words, never values."""

    person: Person
    reasons: tuple[Promise, ...]


ENOUGH = 2  # reasons, unless the document is the same


def duplicates_of(person: Person, on: date) -> list[Double]:
    """Who may be the same as this person, by equal hashes: nothing is opened for it."""
    return doubles([person.pk], on).get(person.pk, [])


def doubles(people: Sequence[UUID], on: date) -> dict[UUID, list[Double]]:
    """Each of these → who may be the same. Three queries, however many they are."""
    mine = list(PersonFile.objects.filter(person__in=list(people)))
    alike = _alike(mine, on)
    places = _places([file.person_id for file in (*mine, *alike)], on)
    return {file.person_id: _doubles(file, alike, places) for file in mine}


def _doubles(mine: PersonFile, alike: Sequence[PersonFile], places: dict[UUID, set[Any]]) -> list[Double]:
    others = (file for file in alike if file.pk != mine.pk)
    told = [Double(file.person, _reasons(mine, file, places)) for file in others]
    return [double for double in told if len(double.reasons) >= ENOUGH or SAME_NUMBER in double.reasons]


def _alike(mine: Sequence[PersonFile], on: date) -> Sequence[PersonFile]:
    same = Q()
    for column in ("id_index", "phone_index", "name_index"):
        if values := [value for file in mine if (value := bytes(getattr(file, column)))]:
            same |= Q(**{f"{column}__in": values})
    if not same:
        return []
    others = PersonFile.objects.filter(same, person__in=Person.objects.visible(on))
    return list(others.select_related("person").order_by("id")[:200])


def _places(people: Sequence[Any], on: date) -> dict[UUID, set[Any]]:
    found: dict[UUID, set[Any]] = {}
    for who, where in (
        Residence.objects.on(on).filter(person__in=people).values_list("person_id", "address_id")
    ):
        found.setdefault(who, set()).add(where)
    return found


def _reasons(mine: PersonFile, theirs: PersonFile, places: dict[UUID, set[Any]]) -> tuple[Promise, ...]:
    columns = (
        ("id_index", SAME_NUMBER),
        ("name_index", SAME_NAME),
        ("birth_index", SAME_BIRTH),
        ("phone_index", SAME_PHONE),
    )
    said = [why for column, why in columns if bytes(getattr(mine, column)) and _equal(mine, theirs, column)]
    if places.get(mine.person_id, set()) & places.get(theirs.person_id, set()):
        said.append(SAME_HOME)
    return tuple(said)


def _equal(mine: PersonFile, theirs: PersonFile, column: str) -> bool:
    return bytes(getattr(mine, column)) == bytes(getattr(theirs, column))
