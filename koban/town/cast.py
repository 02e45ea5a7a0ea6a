"""Who acts in the town: the team of an office, and who of it is there at a given moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from koban.kernel.access.models import Post
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib import rota
from koban.registers.premises.models import Address
from koban.registers.roster.actions import PATTERNS
from koban.town.model import District

PATTERN, ANCHOR = "one_and_six", date(2026, 1, 1)
PAIRS = ("A", "B", "C")
DAY_STARTS, DAY_ENDS = time(8), time(20)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, as the rows and the pages know them."""

    post: Post
    actor: Actor
    team: str


@dataclass(frozen=True)
class Cast:
    """An office that acts: its team, its doors (id of the town's door → row) and the handles of its residents.

    centre: the machine through which the county's 110 centre hands reports over.
    """

    station: Station
    town: District
    office: int
    officer: Member
    auxiliaries: Sequence[Member]
    centre: Actor
    doors: Mapping[int, Address]
    people: Mapping[int, UUID]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.station.tz)

    @property
    def members(self) -> list[Member]:
        return [self.officer, *self.auxiliaries]

    def watch(self, at: datetime) -> tuple[str, datetime]:
        """Key of the watch that stands at `at`, and when it began."""
        local = at.astimezone(self.zone)
        is_day = DAY_STARTS <= local.time() < DAY_ENDS
        day = local.date() - timedelta(days=local.time() < DAY_STARTS)
        start = datetime.combine(day, DAY_STARTS if is_day else DAY_ENDS, self.zone)
        return ("day" if is_day else "night"), start

    def pair(self, at: datetime) -> list[Member]:
        """The auxiliaries whose watch it is."""
        key, start = self.watch(at)
        pattern: rota.Pattern = PATTERNS[PATTERN](ANCHOR)
        teams = {turn.team for turn in pattern.turns_on(start.date()) if turn.watch == key}
        return [member for member in self.auxiliaries if member.team in teams]

    def to_send(self, at: datetime, count: int, turn: int = 0) -> list[Member]:
        """`count` members to go: by day the officer goes along where one alone is not enough. turn: whose it is."""
        pair = self.pair(at)
        first = turn % len(pair) if pair else 0
        pair = pair[first:] + pair[:first]
        others = [member for member in self.auxiliaries if member not in pair]
        lead = [self.officer] if count > 2 or (count > 1 and self.watch(at)[0] == "day") else []
        return [*lead, *pair, *([] if lead else [self.officer]), *others][:count]
