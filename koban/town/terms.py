"""Terms of one station, looked up once a clause: thousands of matters ask for the same few."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from koban.kernel import law
from koban.kernel.stations.models import Station


class Terms:
    """What `law.term` says, for the pack and the zone of a station."""

    def __init__(self, station: Station) -> None:
        self.pack, self.zone = station.pack, ZoneInfo(station.tz)

    def of(self, clause: str, at: datetime) -> tuple[datetime, bool]:
        """When the term of a clause that starts at `at` ends, and whether that is provisional."""
        term = law.term(clause, at, pack=self.pack, tz=self.zone)
        return term.due_at, term.provisional

    def last_day(self, clause: str, at: datetime) -> date:
        return law.term(clause, at, pack=self.pack, tz=self.zone).due_on
