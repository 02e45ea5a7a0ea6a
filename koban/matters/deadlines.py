"""Terms that run on a matter: started by a clause, met by a step, the nearest one on the cover sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from koban.kernel import law
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Station
from koban.matters.models import Deadline, Matter


def meet(matter: Matter, keys: Sequence[str], *, at: datetime, waived: Sequence[str] = ()) -> list[Deadline]:
    """Mark running deadlines as met, others as no longer running, and find the next one.

    waived: keys whose promise has lost its object (nobody needs to go any more); it counts neither as kept nor as
    broken. For actions that hold the matter's lock and save it.
    """
    if not (keys or waived):
        return []
    running = list(Deadline.objects.filter(matter=matter, met_at=None))
    done = [deadline for deadline in running if deadline.key in keys or deadline.key in waived]
    for deadline in done:
        deadline.met_at, deadline.is_waived = at, deadline.key not in keys
        deadline.save(update_fields=["met_at", "is_waived"])
    set_next(matter, running)
    return done


def started(matter: Matter, key: str, clause: str, *, at: datetime, station: Station) -> Deadline:
    """An unsaved deadline that runs from `at` by a clause of the station's pack."""
    term = law.term(clause, at, pack=station.pack, tz=station.tz)
    return Deadline(
        station_id=scoping.home(), matter=matter, key=key, clause=clause,
        starts_at=at, due_at=term.due_at, is_provisional=term.provisional,
    )  # fmt: skip


def set_next(matter: Matter, deadlines: Iterable[Deadline]) -> None:
    """Put the nearest deadline that is not met on the unsaved cover sheet."""
    running = sorted((d for d in deadlines if d.met_at is None), key=lambda d: d.due_at)
    matter.due_at = running[0].due_at if running else None
    matter.due_clause = running[0].clause if running else ""


@dataclass(frozen=True, slots=True)
class Term:
    """A running or met deadline with its clause, None where the pack no longer has it."""

    key: str
    due_at: datetime
    met_at: datetime | None
    clause: law.Clause | None
    is_provisional: bool


def terms(matter: Matter, station: Station) -> list[Term]:
    """The deadlines of a matter, the nearest first (one query)."""
    return [
        Term(
            row.key, row.due_at, row.met_at, clause_of(row.clause, station, row.starts_at), row.is_provisional
        )
        for row in Deadline.objects.filter(matter=matter).order_by("due_at")
    ]


def clause_of(id: str, station: Station, at: datetime) -> law.Clause | None:
    """The clause as the station's pack had it then; None where it has none of this name."""
    try:
        return law.clause(id, station.pack, on=at.date())
    except law.NoClause:
        return None
