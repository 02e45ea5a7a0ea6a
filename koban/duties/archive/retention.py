"""What the pack of an office says about keeping: which class, from when, until when, and what comes then."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from koban.duties.archive import rules
from koban.kernel import law
from koban.kernel.stations.models import Station

LISTS = (rules.GOOD_FOR_EVER, rules.THIRTY, rules.FROM_YEAR_END, rules.FROM_GRANTED)
YEARS = {rules.LONG: rules.THIRTY, rules.SHORT: rules.TEN}


@dataclass(frozen=True, slots=True)
class Term:
    """The term of a file as it stands in the pack. Days are local; None: for good, or never."""

    retention: str
    clause: str
    rule: str
    starts_on: date
    ends_on: date | None
    hand_over_on: date | None
    opens_on: date | None


def day(at: datetime, station: Station) -> date:
    """The local day of an instant at the station."""
    return at.astimezone(ZoneInfo(station.tz)).date()


def term(kind: str, closed_on: date, station: Station, granted_until: date | None = None) -> Term:
    """What the pack says on the day of closing. granted_until: last day on which a certificate of the matter was good."""
    for_good, thirty, year_end, granted = (_kinds(clause, station, closed_on) for clause in LISTS)
    retention = rules.class_of(kind, for_good, thirty)
    rule = rules.start_rule(kind, year_end, granted)
    starts = rules.starts_on(rule, closed_on, granted_until)
    clause = YEARS.get(retention, rules.GOOD_FOR_EVER)
    ends = None if retention == rules.PERMANENT else after(clause, starts, station, closed_on)
    handed = _hand_over(retention, closed_on, station)
    return Term(retention, clause, rule, starts, ends, handed, _opens(kind, closed_on, station))


def after(clause: str, start: date, station: Station, on: date) -> date | None:
    """The last day of a term of the pack; None where the pack has no such clause, or nothing of it binds."""
    try:
        rule = law.clause(clause, station.pack, on=on)
    except law.NoClause:
        return None
    if not rule.binding:
        return None
    at = datetime.combine(start, time(12), ZoneInfo(station.tz))
    return law.term(clause, at, pack=station.pack, tz=station.tz, on=on).due_on


def _hand_over(retention: str, closed_on: date, station: Station) -> date | None:
    """Only the classes that the clause lists go to the next archive."""
    takes = retention in _kinds(rules.HAND_OVER, station, closed_on)
    return after(rules.HAND_OVER, closed_on, station, closed_on) if takes else None


def _opens(kind: str, closed_on: date, station: Station) -> date | None:
    early = kind in _kinds(rules.EARLY, station, closed_on)
    return after(rules.EARLY if early else rules.OPEN, closed_on, station, closed_on)


def _kinds(clause: str, station: Station, on: date) -> frozenset[str]:
    """The keys that a clause lists; none where the pack has no such clause."""
    try:
        return frozenset(item.key for item in law.clause(clause, station.pack, on=on).items)
    except law.NoClause:
        return frozenset()
