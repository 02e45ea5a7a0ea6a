"""What one board shows, read in a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from koban.desk.board import fieldwork
from koban.desk.board.slips import LANES, READ, Lane, Slip, board_kinds, slips
from koban.desk.board.units import Unit, units
from koban.kernel import law
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Beat, Station
from koban.matters.models import Matter
from koban.registers.roster.models import HandOver
from koban.registers.roster.queries import latest_hand_over

# More than a team can look at; the rest is on the list of all matters, and the board says so.
MOST = 300
ALERT_AGAIN = "OFFICE-ALERT-1"
NOTE_BEFORE = "OFFICE-HANDOVER-1"
NOTE_STAYS = timedelta(hours=12)


def open_matters(most: int = MOST) -> list[Matter]:
    """Open matters that may stand on a board, the most urgent first, then the longest waiting (one query)."""
    found = Matter.objects.open().filter(kind__in=board_kinds())
    rows = found.select_related("address__beat", "holder").only(*READ)
    return list(rows.order_by("priority", "opened_at")[:most])


def open_slips(pack: str, most: int = MOST) -> list[Slip]:
    """Two queries."""
    return slips(open_matters(most), fieldwork.running(), pack)


@dataclass(frozen=True, slots=True)
class Filled:
    """A lane with what stands in it."""

    lane: Lane
    slips: list[Slip]


@dataclass(frozen=True)
class Board:
    """Everything on the screen at `at`."""

    station: Station
    slips: list[Slip]
    units: list[Unit]
    beats: list[Beat]
    note: HandOver | None
    at: datetime
    cut: bool
    places: dict[UUID, Station]

    @property
    def lanes(self) -> list[Filled]:
        return [Filled(lane, [slip for slip in self.slips if slip.lane == lane.key]) for lane in LANES]

    @property
    def counts(self) -> Counter[str]:
        return Counter(slip.lane for slip in self.slips)

    @property
    def teams(self) -> list[tuple[Station, list[Unit]]]:
        """Units by office; the reader's own office also when nobody is there."""
        places: dict[UUID, tuple[Station, list[Unit]]] = {self.station.pk: (self.station, [])}
        for unit in self.units:
            place = self.places.get(unit.post.station_id, self.station)
            places.setdefault(place.pk, (place, []))[1].append(unit)
        return list(places.values())

    @property
    def late(self) -> int:
        return sum(slip.is_late(self.at) for slip in self.slips)

    @property
    def free(self) -> int:
        return sum(unit.is_free for unit in self.units)


def board(station: Station, at: datetime) -> Board:
    """The board of the open scope: seven queries, however much stands on it (four are the roster's)."""
    found = open_slips(station.pack, MOST + 1)
    return Board(
        station=station,
        slips=found[:MOST],
        units=units(found, at),
        beats=beats_of(found),
        note=note_waiting(at),
        at=at,
        cut=len(found) > MOST,
        places=_places(station),
    )


def beats_of(found: list[Slip]) -> list[Beat]:
    """The beats in which something is open, by code: no other can be asked for."""
    beats = {slip.matter.address.beat for slip in found if slip.matter.address and slip.matter.address.beat}
    return sorted(beats, key=lambda beat: beat.code)


def _places(station: Station) -> dict[UUID, Station]:
    """Stations of the scope; asks only where there are several."""
    seen = scoping.current().ids or frozenset()
    return {station.pk: station} if len(seen) < 2 else Station.objects.in_bulk(list(seen))


def note_waiting(at: datetime) -> HandOver | None:
    """The hand-over note that nobody has taken over yet."""
    note = latest_hand_over()
    return note if note and note.taken_at is None and at - note.at < NOTE_STAYS else None


def writes_note_soon(found: Board, post_id: UUID | None, at: datetime) -> bool:
    """Whether the reader's shift ends within the time of OFFICE-HANDOVER-1 and no note waits yet."""
    mine = next((unit for unit in found.units if unit.post.pk == post_id), None)
    if found.note or mine is None or mine.until is None:
        return False
    return timedelta(0) < mine.until - at <= timedelta(minutes=_minutes(NOTE_BEFORE, found.station, at))


def rings_again_s(station: Station, at: datetime) -> int:
    """After how many seconds an urgent report that nobody looked at rings again: OFFICE-ALERT-1."""
    return _minutes(ALERT_AGAIN, station, at) * 60


def _minutes(clause: str, station: Station, at: datetime) -> int:
    value: int = law.clause(clause, station.pack, on=at.date()).value
    return value


def centre(station: Station) -> tuple[float, float] | None:
    """lon, lat of the office, where it is known."""
    return None if station.lon is None or station.lat is None else (station.lon, station.lat)


def map_feed(found: list[Slip]) -> dict[str, Any]:
    """The board as GeoJSON."""
    features = [feature for slip in found if (feature := slip.feature())]
    return {"type": "FeatureCollection", "features": features}
