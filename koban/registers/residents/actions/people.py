"""Entering, declaring, confirming and correcting people. Nothing here reads one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.lib.errors import Refused
from koban.registers.residents import filing
from koban.registers.residents.filing import Entry
from koban.registers.residents.models import Household, NameToken, Person, PersonFile, Residence

BATCH = 200  # residents a ledger page seals, some rows each
SAME_NUMBER = _("Somebody with this document is in the register already. Look for them, or merge the two.")
ALREADY = _("This person is confirmed already.")


@transaction.atomic
def enter(entries: Sequence[Entry], *, by: Actor, at: datetime, source: str = "office") -> list[Person]:
    """Store residents whose documents were seen, as handles and sealed files, with their pages. Handles in order.

    Raises Refused for a value that cannot be, and for a document that somebody of the register has.
    """
    require(by, "residents.enter")
    return _stored(entries, "residents.enter", by, at, source, confirmed=True)


@transaction.atomic
def declare(entry: Entry, *, by: Actor, at: datetime, source: str = "self") -> Person:
    """Store a resident as somebody said it: nobody has seen a document, and the number shuts nobody out."""
    require(by, "residents.declare")
    return _stored([entry], "residents.declare", by, at, source, confirmed=False)[0]


@transaction.atomic
def confirm(person: Person, *, by: Actor, at: datetime) -> Person:
    """The document was seen. Raises Refused where another confirmed person has the same."""
    require(by, "residents.confirm")
    person = locked(person)
    if person.confirmed_at:
        raise Refused(ALREADY)
    file = PersonFile.objects.get(person=person)
    person.confirmed_at, file.owns_number = at, True
    person.save(update_fields=["confirmed_at"])
    own_number(file)
    _page("residents.confirm", person, [person, file], by, at)
    return person


@transaction.atomic
def correct(
    person: Person, changes: Mapping[str, str], *, matter_id: UUID | None = None, by: Actor, at: datetime
) -> Person:
    """Replace values of a file. changes: field → value; a number comes with its kind. The page names fields, never values."""
    require(by, "residents.correct")
    if unknown := set(changes) - set(filing.FIELDS):
        raise ValueError(f"not a field of a person's file: {sorted(unknown)}")
    person, values = locked(person), filing.read(changes)
    file = PersonFile.objects.get(person=person)
    filing.fill(file, values)
    own_number(file)
    if "name" in values:
        NameToken.objects.filter(person=person).delete()
        filing.put_tokens([(person, values["name"])])
    facts = {"fields": sorted(values)}
    book.write(
        "residents.correct", by=by, at=at, matter_id=matter_id, subject=person, facts=facts, rows=[file]
    )
    return person


def locked(person: Person) -> Person:
    """The person as they are now, held until the transaction ends."""
    now: Person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    return now


def own_number(file: PersonFile) -> None:
    """Save the file; raise Refused where another confirmed person has the same document."""
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:
        raise Refused(SAME_NUMBER) from None


def _stored(
    entries: Sequence[Entry], verb: str, by: Actor, at: datetime, source: str, *, confirmed: bool
) -> list[Person]:
    made = [_Made(entry, at, source, confirmed) for entry in entries]
    homes = _households(made, at)
    people = [one.person for one in made]
    Person.objects.bulk_create(people, batch_size=BATCH)
    _store_files([one.file for one in made])
    filing.put_tokens((one.person, one.values["name"]) for one in made)
    Household.objects.bulk_create(homes, batch_size=BATCH)
    Residence.objects.bulk_create([one.home for one in made if one.home], batch_size=BATCH)
    told = [_entry(verb, part, by, at) for part in _parts(made)]
    book.write_many(told + [_houses(part, by, at) for part in _parts(homes)])
    return people


def _parts(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[n : n + BATCH] for n in range(0, len(rows), BATCH)]


def _houses(part: Sequence[Household], by: Actor, at: datetime) -> book.Entry:
    return book.Entry("residents.household", by, at, facts={"count": len(part)}, rows=part)


def _store_files(files: Sequence[PersonFile]) -> None:
    try:
        with transaction.atomic():
            PersonFile.objects.bulk_create(files, batch_size=BATCH)
    except IntegrityError:
        raise Refused(SAME_NUMBER) from None


class _Made:
    """The unsaved rows of one entry."""

    def __init__(self, entry: Entry, at: datetime, source: str, confirmed: bool) -> None:
        self.entry, self.values = entry, filing.read(entry.values())
        self.person = Person(created_at=at, confirmed_at=at if confirmed else None)
        self.file = PersonFile(person=self.person, owns_number=confirmed)
        filing.fill(self.file, self.values)
        self.home = self._home(at, source, confirmed) if entry.home else None

    def _home(self, at: datetime, source: str, confirmed: bool) -> Residence:
        return Residence(
            person=self.person, address=self.entry.home, kind=self.entry.kind, from_on=self.entry.since or day_of(at),
            source=source, state="confirmed" if confirmed else "declared",
        )  # fmt: skip

    def rows(self) -> list[Any]:
        return [self.person, self.file, *([self.home] if self.home else [])]


def day_of(at: datetime) -> date:
    """The local day of an instant, by the clock of the station that works."""
    return timezone.localtime(at).date()


def _households(made: Sequence[_Made], at: datetime) -> list[Household]:
    """One household for those of the same word and home, from the day on which the first of them came."""
    found: dict[tuple[str, Any], Household] = {}
    for one in made:
        if not (one.home and one.entry.household):
            continue
        key = (one.entry.household, one.home.address_id)
        house = found.setdefault(key, Household(address=one.entry.home, from_on=one.home.from_on))
        house.from_on = min(house.from_on, one.home.from_on)
        one.home.household = house
    return list(found.values())


def _entry(verb: str, part: Sequence[_Made], by: Actor, at: datetime) -> book.Entry:
    return book.Entry(
        verb, by, at, facts={"count": len(part)}, rows=[row for one in part for row in one.rows()]
    )


def _page(verb: str, person: Person, rows: Sequence[Any], by: Actor, at: datetime) -> None:
    book.write(verb, by=by, at=at, subject=person, rows=rows)
