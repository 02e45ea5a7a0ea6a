"""The glass: the one place where a person's values are opened. A page and a row for each person come first, committed.

Only `koban.matters.looks` and `koban.matters.own` reach this: the right is an open matter in the reader's hands, or that
one is the person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.kernel.stations.storing import insert
from koban.lib import identity
from koban.lib.mistakes import Mistake
from koban.registers.residents import filing
from koban.registers.residents.actions.people import day_of
from koban.registers.residents.models import ContactPerson, Delay, Look, NameToken, Person, PersonFile, Seal
from koban.registers.residents.queries import homes

VERB = "residents.look"
MOST_FOUND = 8
MOST_ASKED = 500  # files under one telephone
FIELDS = filing.FIELDS
CONTACTS = "contacts"  # not a field of the file: the people whom somebody named to be called for them


@dataclass(frozen=True, slots=True)
class Right:
    """The right to look, as `matters.looks.right` gives it: in which matter, of which duty, at which fields."""

    matter_id: UUID
    kind: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a search showed. label: the name, or its first character where the purpose opens no name."""

    person: Person
    label: str
    address_label: str


def look(
    people: Iterable[UUID], fields: Sequence[str], *, right: Right, by: Actor, at: datetime
) -> dict[UUID, dict[str, str]]:
    """Open `fields` of people: person → field → value. One page for all, one row each, committed before anything opens.

    Whoever is not there, merged, or closed off is left out, alike. Raises ValueError for a field that the right has not.
    """
    if extra := set(fields) - right.fields:
        raise ValueError(f"the right does not open {sorted(extra)}")
    files = list(_files(people, day_of(at)))
    if not files:
        return {}
    _write(files, fields, "look", right.matter_id, by, at)
    return {file.person_id: {field: vault.unseal(file, field) for field in fields} for file in files}


def find(query: str, *, right: Right, by: Actor, at: datetime, born: str = "") -> list[Found]:
    """Who may be meant by a name, pinyin, initials, telephone or number of a document; at most MOST_FOUND.

    born: the birth date that they must have too.
    A page tells of the search, whether it finds or not; a row tells each one who was shown.
    """
    way, wanted = _wanted(query)
    today = day_of(at)
    wanted &= Q(birth_index=filing.blind_birth(born)) if born else Q()
    files = list(_present(today).filter(wanted).order_by("-person__created_at", "id")[:MOST_FOUND])
    live = homes([file.person_id for file in files], today)
    shown = ("name", "home") if "name" in right.fields else ("surname", "home")
    _write(files, shown, "find", right.matter_id, by, at, {"by": way, "shown": len(files)})
    return [_found(file, right, live) for file in files]


def own(
    person: Person, *, by: Actor, at: datetime, action: str = "own"
) -> tuple[dict[str, str], list[tuple[ContactPerson, str, str]]]:
    """A person's own data: field → value, and contacts with name and telephone. Paged as what it is: the person's own look.

    Not asked whether the file is closed off: it never is to the person.
    """
    file = PersonFile.objects.get(person=person)
    kept = list(ContactPerson.objects.filter(person=person, ended_at=None).order_by("id"))
    _write([file], FIELDS, action, None, by, at)
    contacts = [(row, vault.unseal(row, "name"), vault.unseal(row, "phone")) for row in kept]
    return {field: vault.unseal(file, field) for field in FIELDS}, contacts


def contacts(
    people: Iterable[UUID], *, right: Right, by: Actor, at: datetime
) -> dict[UUID, list[tuple[str, str, str]]]:
    """Whom to call for people: person → (relation, name, telephone). Told as a look at the field CONTACTS, whether
    there is a card or not. Raises ValueError where the right does not open them."""
    if CONTACTS not in right.fields:
        raise ValueError("the right does not open contacts")
    files = list(_files(people, day_of(at)))
    kept = ContactPerson.objects.filter(person__in=[file.person_id for file in files], ended_at=None)
    rows = list(kept.order_by("id"))
    if not files:
        return {}
    _write(files, (CONTACTS,), "look", right.matter_id, by, at)
    opened: dict[UUID, list[tuple[str, str, str]]] = {file.person_id: [] for file in files}
    for row in rows:
        told = (row.relation, vault.unseal(row, "name"), vault.unseal(row, "phone"))
        opened[row.person_id].append(told)
    return opened


def _present(today: date) -> Any:
    """As `Person.objects.visible`, but asked of each file: asked as a list of people, SQLite reads all of them first."""
    closed_off = Seal.objects.in_force(today).filter(person=OuterRef("person"))
    present = PersonFile.objects.filter(~Exists(closed_off), person__merged_into=None, person__closed_at=None)
    return present.select_related("person")


def _files(people: Iterable[UUID], today: date) -> Any:
    return _present(today).filter(person__in=list(people)).order_by("person_id")


def _wanted(query: str) -> tuple[str, Q]:
    """What a query looks for: by which way, and the condition on the file."""
    digits = re.sub(r"[\s\-+()]", "", query)
    numbers = _numbers(query)
    document = Q(id_index__in=numbers)
    if re.fullmatch(r"\d{5,15}", digits):
        # Asked one after the other, each by its index: of "either, or" SQLite reads every file.
        asked = (Q(phone_index=filing.blind_phone(query)), document)
        either = [
            pk
            for one in asked
            for pk in PersonFile.objects.filter(one).values_list("pk", flat=True)[:MOST_ASKED]
        ]
        return "phone", Q(pk__in=either)
    if numbers:
        return "number", document
    tokens = [filing.blind_token(way) for way in filing.asked(query)]
    return "name", Q(person__in=NameToken.objects.filter(token__in=tokens or [b"-"]).values("person"))


def _numbers(query: str) -> list[bytes]:
    """Blind indexes of the documents that a query can be the number of."""
    found = []
    for kind in identity.KINDS:
        try:
            known = identity.check_identity(kind, query)
        except Mistake:
            continue
        found.append(filing.blind_number(kind, known.number))
    return found


def _found(file: PersonFile, right: Right, live: Mapping[UUID, Any]) -> Found:
    name, home = vault.unseal(file, "name"), live.get(file.person_id)
    label = name if "name" in right.fields else f"{name[:1]}**"
    return Found(file.person, label, str(home.address) if home else "")


def _write(
    files: Sequence[PersonFile], fields: Sequence[str], action: str, matter_id: UUID | None, by: Actor,
    at: datetime, facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """The page and the rows, committed when this returns. Raises RuntimeError inside an open transaction."""
    people = [file.person_id for file in files]
    held = _delays(matter_id, people, at) if matter_id and people else {}
    rows = [_row(file, fields, action, matter_id, by, at, held.get(file.person_id)) for file in files]
    for row in rows:
        row.claim_station()
    told = {"action": action, "fields": sorted(fields), "people": len(rows), **(facts or {})}
    with transaction.atomic(durable=True):
        page = book.write(VERB, by=by, at=at, matter_id=matter_id, facts=told, rows=rows)
        for row in rows:
            row.page_number = page.number
        insert(rows)


def _row(
    file: PersonFile, fields: Sequence[str], action: str, matter_id: UUID | None, by: Actor, at: datetime,
    delay: Delay | None,
) -> Look:  # fmt: skip
    return Look(
        person=file.person, matter_id=matter_id, at=at, fields=sorted(fields), action=action, role=by.role, label=by.label,
        post_id=by.at_post, delay=delay, shown_from=delay.until_at if delay else None,
    )  # fmt: skip


def _delays(matter_id: UUID, people: Sequence[UUID], at: datetime) -> dict[UUID, Delay]:
    """Person → the delay of notice that runs in this matter."""
    running = Delay.objects.filter(
        matter_id=matter_id, person__in=people, from_at__lte=at, until_at__gt=at, approved_post__isnull=False
    )
    return {delay.person_id: delay for delay in running}
