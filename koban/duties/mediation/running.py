"""What every step starts from: the locked rows, and terms that do not start now but on the day of a failure."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from koban.duties.mediation import terms
from koban.duties.mediation.models import Agreement, Mediation
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters import deadlines
from koban.matters.models import Deadline, Holding, Matter

END_OF_DAY = time(23, 59, 59)


def start_on(
    matter: Matter, key: str, clause: str, on: date, *, by: Actor, at: datetime, station: Station
) -> None:
    """Run a term of `clause` from the local day `on`; a term of the same key is replaced. The page is of now."""
    term = deadlines.started(matter, key, clause, at=noon(on, station), station=station)
    _store(matter, term, by=by, at=at)


def noon(on: date, station: Station) -> datetime:
    """An instant of the local day `on`, to count whole days from."""
    return datetime.combine(on, time(12), ZoneInfo(station.tz))


def next_performance(
    matter: Matter, agreement: Agreement, *, by: Actor, at: datetime, station: Station
) -> None:
    """Show the next day on which something is owed, if anything is."""
    row = agreement.performances.filter(done_on=None).order_by("due_on", "number").first()
    if row is None:
        return
    due = datetime.combine(row.due_on, END_OF_DAY, ZoneInfo(station.tz))
    term = Deadline(matter=matter, key="perform", clause=terms.CONTENT, starts_at=at, due_at=due)
    _store(matter, term, by=by, at=at)


def _store(matter: Matter, term: Deadline, *, by: Actor, at: datetime) -> None:
    matter = matters.locked(matter)
    old = Deadline.objects.filter(matter=matter, key=term.key).first()
    if old:
        term.id, term.salt, term.station_id = old.id, old.salt, old.station_id
    term.save(force_insert=old is None, force_update=old is not None)
    deadlines.set_next(matter, Deadline.objects.filter(matter=matter))
    changes: dict[str, Any] = {"due_at": matter.due_at, "due_clause": matter.due_clause}
    facts = {"key": term.key, "clause": term.clause, "due": term.due_at.isoformat()}
    matters.change(matter, "matters.term", by=by, at=at, rows=[term], changes=changes, facts=facts)


def fresh(mediation: Mediation) -> tuple[Matter, Mediation]:
    """Matter and mediation as they are now, held until the transaction ends."""
    matter = matters.locked(mediation.matter)
    mediation.refresh_from_db()
    mediation.matter = matter
    return matter, mediation


def let_go(matter: Matter, *, at: datetime) -> list[Holding]:
    """With the end of a matter ends the right to look at its people."""
    held: list[Holding] = list(matter.holdings.filter(to_at=None))
    for holding in held:
        holding.to_at = at
        holding.save(update_fields=["to_at"])
    return held
