"""What the pages about lettings show, in a fixed number of queries. Places, days and handles; no name is read here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from koban.duties.lettings import papers, rules
from koban.duties.lettings.models import Telling
from koban.kernel import law
from koban.kernel.law.terms import months_after
from koban.kernel.stations.models import Station
from koban.matters.models import Matter, Note
from koban.matters.timeline import Entry, timeline
from koban.registers.rentals.models import LetUnit, Tenancy

KIND = "lettings"


def numbered(year: int, number: int) -> Matter:
    """Raises Matter.DoesNotExist."""
    found: Matter = Matter.objects.select_related("address", "holder", "station").get(
        kind=KIND, year=year, number=number
    )
    return found


def telling(matter: Matter) -> Telling:
    """Raises Telling.DoesNotExist."""
    found: Telling = Telling.objects.select_related(
        "unit__address", "unit__landlord", "tenancy__residence", "agent"
    ).get(matter=matter)
    return found


SORTS = {"opened": "opened_at", "number": "number", "due": "due_at"}


def listed(wanted: Mapping[str, Any]) -> QuerySet[Matter]:
    """Matters by the filters of the list; the newest first where no order is asked for."""
    rows = Matter.objects.filter(kind=KIND).select_related("address").defer("receipt", "salt")
    for name in ("state", "type"):
        if value := wanted.get(name):
            rows = rows.filter(**{name: value})
    if wanted.get("open"):
        rows = rows.filter(is_open=wanted["open"] == "yes")
    if wanted.get("late"):
        rows = rows.filter(let_tellings__due_on__lt=F("let_tellings__told_on"))
    if words := wanted.get("q"):
        rows = rows.filter(**_named(words))
    return _sorted(rows, str(wanted.get("sort") or ""))


def _named(words: str) -> dict[str, Any]:
    year, dash, number = words.strip().partition("-")
    if dash and year.isdigit() and number.isdigit() and len(words) < 14:
        return {"year": int(year), "number": int(number)}
    return {"place__icontains": words}


def _sorted(rows: QuerySet[Matter], sort: str) -> QuerySet[Matter]:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return rows.order_by("-opened_at", "-id")
    return rows.order_by(f"{'-' if sort.startswith('-') else ''}{column}", "-id")


@dataclass(frozen=True)
class Sheet:
    """One matter as its page shows it. said: what its resident or agent wrote and was answered."""

    matter: Matter
    telling: Telling
    notes: list[Note]
    timeline: list[Entry]

    @property
    def said(self) -> list[Note]:
        return [note for note in self.notes if note.direction != Note.Direction.INSIDE]

    @property
    def findings(self) -> list[papers.Item]:
        """Points of a self-check that were not in order."""
        known = papers.checklist()
        return [known[key] for key in rules.hazards(self.telling.answers) if key in known]


def sheet(matter: Matter) -> Sheet:
    notes = list(matter.notes.order_by("at", "id"))
    return Sheet(matter, telling(matter), notes, list(reversed(timeline(matter, notes))))


def clause_of(ids: Iterable[str], station: Station, on: date) -> law.Clause:
    """The first of these clauses that the station's pack has on that day. Raises law.NoClause where it has none."""
    first, *others = ids
    found = clause_or_none(first, station, on)
    return found or (clause_of(others, station, on) if others else law.clause(first, station.pack, on=on))


def last_day(who: str, what: str, on: datetime, station: Station) -> tuple[str, date]:
    """Clause and last day of the term in which `who` (landlord, agent, manager) tells of `what` (start, end)."""
    clause = clause_of(rules.TERMS[who, what], station, on.date())
    return clause.id, law.term(clause.id, on, pack=station.pack, tz=station.tz).due_on


def letter_terms(station: Station, on: date) -> papers.Terms:
    """The numbers that stand in the letter here."""
    start, end = (clause_of(rules.TERMS["landlord", what], station, on).value for what in ("start", "end"))
    return papers.Terms(start=start, end=end, months=law.clause(rules.CHECK, station.pack, on=on).value)


def letter_binds(station: Station, on: date) -> bool:
    """Whether the letter of responsibility is law here."""
    try:
        return law.clause(rules.LETTER_LAW, station.pack, on=on).binding
    except law.NoClause:
        return False


def lacking(unit: Any, today: date, station: Station) -> tuple[str, ...]:
    """What a row of `rentals.queries.units` lacks."""
    last = unit.checked_on or unit.from_on
    months = law.clause(rules.CHECK, station.pack, on=today).value
    standing = rules.Standing(
        unit.confirmed_at is not None, unit.landlord_id is not None, unit.letter_to,
        months_after(last, months), unit.hazards,
    )  # fmt: skip
    return rules.lacks(standing, today)


def waiting_of(units: Iterable[LetUnit]) -> dict[UUID, list[Matter]]:
    """Unit -> its open matters (one query)."""
    found: dict[UUID, list[Matter]] = {unit.pk: [] for unit in units}
    rows = Telling.objects.filter(unit_id__in=found, matter__is_open=True).select_related("matter")
    for row in rows.order_by("matter__opened_at"):
        if row.unit_id:
            found[row.unit_id].append(row.matter)
    return found


def of_unit(unit: LetUnit) -> list[Telling]:
    """Everything that was told of a unit, the newest first."""
    rows = Telling.objects.filter(unit=unit).select_related("matter")
    return list(rows.order_by("-matter__opened_at", "-id")[:100])


def reports_of(agent_id: UUID) -> list[Telling]:
    """What a firm reported, the newest first, for its own page."""
    rows = Telling.objects.filter(agent_id=agent_id).select_related("matter__address", "matter")
    return list(rows.order_by("-told_on", "-id")[:50])


def of_person(person_id: UUID) -> list[Matter]:
    """Matters about lettings in which a person is a party, for their own page; the newest first (one query)."""
    rows = Matter.objects.filter(kind=KIND, parties__person_id=person_id).select_related("address")
    return list(rows.order_by("-opened_at", "-id").distinct()[:50])


def clause_or_none(id: str, station: Station, on: date) -> law.Clause | None:
    try:
        return law.clause(id, station.pack, on=on)
    except law.NoClause:
        return None


def count_own(person_id: UUID) -> int:
    """How many units somebody lets and rents now (one query each)."""
    lets_now = LetUnit.objects.filter(landlord__person_id=person_id, to_on=None).count()
    return int(lets_now + Tenancy.objects.running().filter(person_id=person_id).count())
