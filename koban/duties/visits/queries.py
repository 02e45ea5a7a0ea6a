"""What the plan, the pages and the month of visits read: addresses, days and numbers. No name, and no person's history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from koban.duties.visits import rules
from koban.duties.visits.models import Card, DoorTime, MonthSeen, Noted, Rest, Visit
from koban.kernel import law
from koban.kernel.law.terms import months_after
from koban.kernel.stations.models import Station
from koban.matters.models import Matter, Note
from koban.matters.timeline import Entry, timeline
from koban.registers.premises.models import Address
from koban.registers.rentals import queries as lets

KIND = "visits"
HAPPENED = ("incidents",)  # duties whose finished work at an address is a reason to call
AFTER_DAYS, MOST_DOORS, MOST_PLANNED = 21, 400, 60


def numbered(year: int, number: int) -> Matter:
    """Raises Matter.DoesNotExist."""
    found: Matter = Matter.objects.select_related("address", "holder", "station").get(
        kind=KIND, year=year, number=number
    )
    return found


def visit(matter: Matter) -> Visit:
    """Raises Visit.DoesNotExist."""
    found: Visit = Visit.objects.select_related("matter__address", "matter__station").get(matter=matter)
    return found


def value(id: str, station: Station, on: date) -> int:
    return law.clause(id, station.pack, on=on).value


def day_of(at: datetime, station: Station) -> date:
    return at.astimezone(ZoneInfo(station.tz)).date()


# --- The plan --------------------------------------------------------------------------------------------------


def doors(today: date, station: Station, beat: str = "") -> list[rules.Door]:
    """Addresses that may be called at, as the plan sees them (five queries, whatever stands in the register)."""
    checks = months_after(today, -value("OFFICE-LET-5", station, today))
    happened, letting = _happened(today, station), set(_missed(checks))
    rows = _candidates(today, [*happened, *letting], beat)
    rests = {rest.address_id: rest for rest in Rest.objects.filter(address__in=[row.pk for row in rows])}
    planned = set(_ahead().values_list("matter__address_id", flat=True))
    return [_door(row, rests.get(row.pk), happened.get(row.pk), letting, planned) for row in rows]


def _happened(today: date, station: Station) -> dict[UUID, date]:
    since = datetime.combine(today, datetime.min.time(), ZoneInfo(station.tz)) - timedelta(days=AFTER_DAYS)
    rows = Matter.objects.filter(kind__in=HAPPENED, closed_at__gte=since, address__isnull=False)
    found = rows.order_by("closed_at").values_list("address_id", "closed_at")[:MOST_DOORS]
    return {address: day_of(at, station) for address, at in found}


def _missed(before: date) -> QuerySet[Any]:
    return lets.checks_missed(before).values_list("pk", flat=True)[:MOST_DOORS]


def _candidates(today: date, wanted: Iterable[UUID], beat: str) -> list[Address]:
    """Addresses with a need, then those of the round that do not rest: enough for a plan, never the whole register."""
    standing = Address.objects.select_related("street").filter(to_on=None)
    standing = standing.filter(beat_id=beat) if beat else standing
    needed = list(standing.filter(pk__in=list(wanted)).order_by("label")[:MOST_DOORS])
    resting = Rest.objects.filter(until_on__gte=today).values("address")
    rounds = standing.exclude(pk__in=resting).exclude(pk__in=[row.pk for row in needed])
    return needed + list(rounds.order_by("label")[: MOST_DOORS - len(needed)])


def _door(
    row: Address, rest: Rest | None, happened: date | None, letting: set[Any], planned: set[Any]
) -> rules.Door:
    return rules.Door(
        str(row.pk), str(row), rest.from_on if rest else None, rest.until_on if rest else None, happened,
        row.pk in letting, row.pk in planned,
    )  # fmt: skip


def _ahead() -> QuerySet[Visit]:
    rows: QuerySet[Visit] = Visit.objects.filter(matter__state__in=("planned", "announced"))
    return rows


def planned_doors(today: date, station: Station, beat: str = "") -> list[tuple[rules.Door, str]]:
    return rules.plan(doors(today, station, beat), today, AFTER_DAYS, MOST_PLANNED)


def best_slot(address_id: Any, station: Station) -> str:
    """The time of day at which this address most often opened (one query)."""
    zone = ZoneInfo(station.tz)
    rows = DoorTime.objects.filter(address=address_id).values_list("at", "answered")
    return rules.best_slot([rules.Knock(at.astimezone(zone), answered) for at, answered in rows])


def is_resting(address_id: Any, today: date) -> bool:
    return bool(Rest.objects.filter(address=address_id, until_on__gte=today).exists())


def at_address(address_id: Any) -> list[Visit]:
    """Visits that stand ahead at an address, for the page of somebody who lives there."""
    return list(
        _ahead().filter(matter__address=address_id).select_related("matter__address").order_by("starts_at")
    )


# --- Lists and sheets --------------------------------------------------------------------------------------------

SORTS = {"when": "visits__starts_at", "number": "number"}


def listed(wanted: Mapping[str, Any]) -> QuerySet[Matter]:
    rows: QuerySet[Matter] = (
        Matter.objects.filter(kind=KIND).select_related("address").defer("receipt", "salt")
    )
    if state := wanted.get("state"):
        rows = rows.filter(state=state)
    if wanted.get("open"):
        rows = rows.filter(is_open=wanted["open"] == "yes")
    if why := wanted.get("why"):
        rows = rows.filter(type=why)
    if words := wanted.get("q"):
        rows = rows.filter(place__icontains=words)
    sort = str(wanted.get("sort") or "")
    column = SORTS.get(sort.removeprefix("-"))
    order = f"{'-' if sort.startswith('-') else ''}{column}" if column else "-opened_at"
    return rows.order_by(order, "-id")


@dataclass(frozen=True)
class Sheet:
    """One visit as its page shows it."""

    visit: Visit
    noted: list[Noted]
    notes: list[Note]
    timeline: list[Entry]
    slot: str

    @property
    def matter(self) -> Matter:
        found: Any = self.visit.matter
        return found  # type: ignore[no-any-return]

    @property
    def written(self) -> list[Note]:
        """What was written for the resident, and what came back."""
        return [note for note in self.notes if note.direction != Note.Direction.INSIDE]


def sheet(matter: Matter, station: Station) -> Sheet:
    notes = list(matter.notes.order_by("at", "id"))
    return Sheet(
        visit(matter), list(Noted.objects.filter(matter=matter).select_related("referred").order_by("at")), notes,
        list(reversed(timeline(matter, notes))), best_slot(matter.address_id, station),
    )  # fmt: skip


def of_person(person_id: UUID) -> list[Visit]:
    """Visits at which a person was named as met, for their own page."""
    rows = Visit.objects.filter(matter__parties__person_id=person_id).select_related("matter__address")
    return list(rows.order_by("-starts_at").distinct()[:50])


def card_of(person_id: UUID, today: date) -> Card | None:
    found: Card | None = (
        Card.objects.running(today).select_related("consent", "address").filter(person_id=person_id).first()
    )
    return found


# --- The month ---------------------------------------------------------------------------------------------------


def month_of(first: date, station: Station) -> dict[str, Any]:
    """What came of a month: numbers by reason, outcome and need. No door and nobody is in it."""
    zone = ZoneInfo(station.tz)
    start, end = (datetime.combine(day, datetime.min.time(), zone) for day in (first, months_after(first, 1)))
    visits = Visit.objects.filter(starts_at__gte=start, starts_at__lt=end)
    states = dict(visits.values_list("matter__state").annotate(Count("id")).order_by())
    whys = dict(visits.values_list("why").annotate(Count("id")).order_by())
    noted = Noted.objects.filter(at__gte=start, at__lt=end)
    return {
        "visits": sum(states.values()), "by_state": states, "by_why": whys,
        "needs": dict(noted.values_list("kind").annotate(Count("id")).order_by()),
        "referred": noted.exclude(referred=None).count(),
        "cards": Card.objects.running(months_after(first, 1)).count(),
        "cards_given": Card.objects.filter(given_on__gte=first, given_on__lt=months_after(first, 1)).count(),
    }  # fmt: skip


def month_seen(first: date) -> MonthSeen | None:
    found: MonthSeen | None = MonthSeen.objects.filter(month=first).first()
    return found


def visits_of(rows: Iterable[Matter]) -> dict[UUID, Visit]:
    """Matter -> its visit (one query)."""
    found = Visit.objects.filter(matter__in=[row.pk for row in rows])
    return {row.matter_id: row for row in found}


def count_own(person_id: UUID) -> int:
    """Visits ahead at which somebody is named."""
    return int(_ahead().filter(matter__parties__person_id=person_id).count())
