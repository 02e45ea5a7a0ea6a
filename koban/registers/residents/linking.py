"""Who of the register a row of a table may be: by equal hashes, and by opening the few whom a hash of name and birth brings up.

What is opened is compared by `koban.lib.linkage` and forgotten; nobody sees it, and what is said of a pair names fields,
never values. A page tells how many were compared (docs/decisions/0008).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib.linkage.candidates import Verdict, judge
from koban.lib.linkage.records import Record
from koban.registers.residents.actions.people import day_of
from koban.registers.residents.filing import Entry
from koban.registers.residents.models import Person, PersonFile, Residence

CROWD = 40
"""More people than this under one hash tell nothing: a birth date that stands for “not known”, above all."""
FEWEST = 20_000
"""A register that is still small is no reason to believe sooner: it is judged as one of so many."""
COLUMNS = ("id_index", "phone_index", "alike_year", "alike_day")
OPENED = ("name", "birth_on", "sex", "id_number", "phone")
Hashes = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the register, as hashes."""

    person_id: UUID
    hashes: Hashes
    owns_number: bool


class Neighbours:
    """Everybody who has one of the hashes of some rows."""

    def __init__(self, rows: Sequence[Hashes]) -> None:
        self._by: dict[str, dict[bytes, list[Known]]] = {}
        for column in COLUMNS:
            self._by[column] = defaultdict(list)
            wanted = {hashes[column] for hashes in rows if hashes.get(column)}
            for known in _known(column, wanted):
                self._by[column][known.hashes[column]].append(known)

    def of(self, hashes: Hashes) -> Iterator[Known]:
        """Each of them once, whoever has the same document first."""
        told = dict.fromkeys(
            known.person_id for column in COLUMNS for known in self._group(column, hashes.get(column, b""))
        )
        everyone = {
            k.person_id: k for column in COLUMNS for k in self._group(column, hashes.get(column, b""))
        }
        yield from (everyone[person] for person in told)

    def _group(self, column: str, value: bytes) -> Sequence[Known]:
        group = self._by[column].get(value, []) if value else []
        return group if len(group) <= CROWD or column == "id_index" else []


def _known(column: str, wanted: Iterable[bytes]) -> Iterator[Known]:
    names = ("person_id", "owns_number", "name_index", "birth_index", *COLUMNS)
    files = PersonFile.objects.filter(
        **{f"{column}__in": list(wanted)}, person__merged_into=None, person__closed_at=None
    )
    for person_id, owns, *hashes in files.order_by().values_list(*names):
        told = dict(zip(names[2:], map(bytes, hashes), strict=True))
        yield Known(person_id, told, owns)


def compare(
    pairs: Sequence[tuple[Entry, UUID]], *, threshold: float, by: Actor, at: datetime
) -> list[Verdict | None]:
    """For each pair of a row and somebody of the register how likely both are one person, and why; None below the threshold.

    Opens the files, with a page that tells how many. Whoever is closed off is compared with nobody.
    """
    opened = _opened({person for _entry, person in pairs}, at)
    asked = [(n, entry, opened[person]) for n, (entry, person) in enumerate(pairs) if person in opened]
    if not asked:
        return [None] * len(pairs)
    facts = {"people": len(opened), "fields": sorted(OPENED)}
    book.write("residents.compare", by=by, at=at, facts=facts)
    verdicts = judge(
        [(_record(entry), kept) for _n, entry, kept in asked],
        among=max(Person.objects.count(), FEWEST),
        threshold=threshold,
    )
    told = {n: verdict for (n, _entry, _kept), verdict in zip(asked, verdicts, strict=True)}
    return [told.get(n) for n in range(len(pairs))]


def _opened(people: set[UUID], at: datetime) -> dict[UUID, Record]:
    """Nothing of whoever is closed off."""
    today = day_of(at)
    seen = Person.objects.visible(today).filter(pk__in=people)
    files = list(PersonFile.objects.filter(person__in=seen))
    homes = dict(
        Residence.objects.on(today)
        .filter(person__in=[file.person_id for file in files])
        .order_by("from_on", "id")
        .values_list("person_id", "address__label")
    )
    return {file.person_id: _kept(file, homes.get(file.person_id, "")) for file in files}


def _kept(file: PersonFile, home: str) -> Record:
    told = {field: vault.unseal(file, field) for field in OPENED}
    return Record(str(file.person_id), _fields(told, home))


def _record(entry: Entry) -> Record:
    return Record("", _fields(entry.values(), entry.home.label if entry.home else ""))


def _fields(told: Mapping[str, str], home: str) -> dict[str, str]:
    return {
        "name": told["name"], "birth": told["birth_on"], "sex": told["sex"], "id": told["id_number"],
        "phone": told["phone"], "address": home,
    }  # fmt: skip
