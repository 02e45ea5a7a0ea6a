"""What several pages share."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from koban.duties.inspections import queries, regimes, rules
from koban.duties.inspections.models import Venue
from koban.kernel.access.who import Request, here
from koban.kernel.law.terms import months_after
from koban.kernel.stations.models import Station


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def today(request: Request) -> date:
    return queries.day_of(timezone.now(), here(request))


def kind_label(kind: str, station: Station) -> str:
    row = regimes.newest(kind, station.pack)
    return row.words.said(get_language() or "en") if row else kind


def lacking(venue: Venue, station: Station, on: date) -> tuple[str, ...]:
    """What the file of a venue lacks; the numbers of unverified clauses are asked of nobody."""
    regime = regimes.regime(venue.kind, station.pack, on)
    trained = venue.trained_on and months_after(venue.trained_on, queries.value(rules.TRAINING, station, on))
    standing = rules.Standing(
        regime.holds if regime else "none", venue.paper, venue.paper_to, venue.plan_id is not None, venue.guards,
        _guards(venue, station, on), venue.camera_days, _needed("cameras", venue, station, on), trained,
    )  # fmt: skip
    return rules.lacks(standing, on)


def _needed(item: str, venue: Venue, station: Station, on: date) -> int:
    """The number that the clause of a checklist's point asks for; 0 where nothing binding does."""
    regime = regimes.regime(venue.kind, station.pack, on)
    found = regimes.checklist(regime.checklist, station.pack) if regime else None
    point = found.item(item) if found else None
    clause = queries.clause_or_none(point.clause, station, on) if point else None
    return clause.value if clause and clause.binding else 0


def _guards(venue: Venue, station: Station, on: date) -> int:
    base = _needed("guards", venue, station, on)
    step = queries.clause_or_none("CN-ENT-4A", station, on)
    return rules.guards_needed(venue.area_m2, base, step.value) if base and step else base
