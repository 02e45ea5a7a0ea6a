"""Entering residents. Nothing here reads one: a look needs a matter, and comes with its own door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.registers.premises.models import Address
from koban.registers.residents.models import Person, PersonFile

BATCH = 200  # residents a ledger page seals, two rows each


@dataclass(frozen=True, slots=True)
class Entry:
    """One resident to be entered. birth_year: four digits, or "" where it is not known."""

    name: str
    phone: str = ""
    birth_year: str = ""
    home: Address | None = None


@transaction.atomic
def enter(entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[Person]:
    """Store residents as handles and sealed files, with their pages. Returns the handles in the order given."""
    require(by, "residents.enter")
    people = [Person(created_at=at) for _entry in entries]
    files = [_file(person, entry) for person, entry in zip(people, entries, strict=True)]
    Person.objects.bulk_create(people, batch_size=BATCH)
    PersonFile.objects.bulk_create(files, batch_size=BATCH)
    book.write_many(
        [_page(people[n : n + BATCH], files[n : n + BATCH], by, at) for n in range(0, len(people), BATCH)]
    )
    return people


def _file(person: Person, entry: Entry) -> PersonFile:
    file = PersonFile(person=person, home=entry.home)
    file.name = vault.seal(file, "name", entry.name)
    file.phone = vault.seal(file, "phone", entry.phone)
    file.phone_index = vault.blind(entry.phone, field="phone")
    file.birth_year = vault.seal(file, "birth_year", entry.birth_year)
    return file


def _page(people: Sequence[Person], files: Sequence[PersonFile], by: Actor, at: datetime) -> book.Entry:
    return book.Entry("residents.enter", by, at, facts={"count": len(people)}, rows=[*people, *files])
