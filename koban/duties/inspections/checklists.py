"""The checklist of an inspection as rules and pages need it: points with the bound of their clause."""

from dataclasses import dataclass
from datetime import date

from koban.duties.inspections import queries, regimes, rules
from koban.duties.inspections.models import Finding, Inspection
from koban.kernel import law
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent


@dataclass(frozen=True)
class Sheet:
    """A checklist on a day. clauses: what each point rests on, None where the pack has it no more."""

    key: str
    items: tuple[regimes.Item, ...]
    points: tuple[rules.Point, ...]
    clauses: dict[str, law.Clause | None]

    def item(self, key: str) -> regimes.Item:
        found = next((item for item in self.items if item.key == key), None)
        if found is None:
            raise Absent
        return found

    def has(self, key: str) -> bool:
        return any(item.key == key for item in self.items)


def of_kind(kind: str, station: Station, on: date, only: frozenset[str] | None = None) -> Sheet:
    """The list for a kind of place. only: the points of a re-inspection. Raises Absent where the pack has no list."""
    regime = regimes.regime(kind, station.pack, on) or regimes.newest(kind, station.pack)
    found = regimes.checklist(regime.checklist, station.pack) if regime else None
    if found is None:
        raise Absent
    items = tuple(item for item in found.items if only is None or item.key in only)
    clauses = {item.key: queries.clause_or_none(item.clause, station, on) for item in items}
    return Sheet(found.key, items, tuple(_point(item, clauses[item.key]) for item in items), clauses)


def of_inspection(row: Inspection, station: Station, on: date) -> Sheet:
    """The list of one inspection: a re-inspection asks only for what was not in order."""
    if row.again_id is None:
        return of_kind(row.kind, station, on)
    keys = Finding.objects.filter(inspection_id=row.again_id).values_list("item", flat=True)
    return of_kind(row.kind, station, on, frozenset(keys))


def _point(item: regimes.Item, clause: law.Clause | None) -> rules.Point:
    """A number decides only where its clause binds; elsewhere it is written down, and somebody says yes or no."""
    decides = bool(item.measure) and clause is not None and clause.bound is not None and clause.binding
    return rules.Point(item.key, item.words, item.severity, clause.allows if decides and clause else None)
