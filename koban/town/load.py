"""The town into the database: stations, registers, team, roster, and a history up to now."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from koban.kernel import stations
from koban.kernel.access.actions import give_key
from koban.kernel.access.models import Post
from koban.kernel.ledger import Actor, checkpoints
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.town import accounts, offices, own_pages, permits, quarrels, roster, sheaf, shelves, staged, units
from koban.town.asked import Asked
from koban.town.bulk import Bulk
from koban.town.calls import Call, calls
from koban.town.cast import Cast
from koban.town.complaints import Complaints
from koban.town.district import base_map, district, street_network
from koban.town.dwellings import Dwellings
from koban.town.hazards import Hazards
from koban.town.inspecting import Inspecting
from koban.town.model import District, Office
from koban.town.player import Player

ZONE = ZoneInfo("Asia/Shanghai")
PER_DAY, MOST_PER_DAY = 9.0, 400.0
"""Events of an ordinary day in the first office, some of them told twice; and how many can be drawn for a day."""
TOLD_TWICE = 1.07
DAYS_IN_A_YEAR = 365.25
NEIGHBOUR_YEARS = 0.25
"""The neighbour is there to be seen by nobody else: a quarter of a year is enough for that."""
PLAYED_FOR_REAL = timedelta(hours=14)
"""The last hours go through the real actions, one by one; what is longer ago is written at once."""
ROSTER_BEFORE = timedelta(days=14)
REAL = (
    "A real office works with this database. The generated town is never put beside it: "
    "choose another KOBAN_VAR or KOBAN_DATABASE_URL."
)
TWICE = "This database holds a generated town already. To make another one, choose an empty KOBAN_VAR."
Progress = Callable[[str, float], None]
"""What is being done, and which share of the whole is behind."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What town to make. now: the last moment of its history. per_day: of the first office."""

    now: datetime
    seed: int = 7
    years: float = 3.0
    residents: int = 10_000
    names: str = "invented"
    per_day: float = PER_DAY
    tiles: bool = True

    @property
    def start(self) -> date:
        return self.now.astimezone(ZONE).date() - timedelta(
            days=max(1, round(self.years * DAYS_IN_A_YEAR)) - 1
        )


@dataclass
class Made:
    """What there is now, for whoever is to be told."""

    seed: int
    title: str
    title_en: str
    matters: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, tuple[str, str]] = field(default_factory=dict)
    plates: dict[str, str] = field(default_factory=dict)
    own_keys: list[tuple[str, str]] = field(default_factory=list)


def wish_for(matters: int, years: float) -> float:
    """Calls a day in the first office that make about so many matters."""
    return matters / (max(1, round(years * DAYS_IN_A_YEAR)) * TOLD_TWICE)


def load(wish: Wish, progress: Progress = lambda step, share: None) -> Made:
    """Make the town in one transaction: all of it, or nothing. Raises Refused where a real office is, or a town."""
    refuse_where_somebody_is()
    progress("district", 0.0)
    town = district(seed=wish.seed, residents=wish.residents, names=wish.names)
    loader = _Loader(town, wish, progress)
    with transaction.atomic(), _few_collections():
        made = loader.load()
    made.own_keys = [own_pages.fill(scene) for scene in loader.scenes]
    for scene in loader.scenes:
        sheaf.fill(scene)
        shelves.fill(scene, loader.keeper)
    progress("map", 0.95)
    if wish.tiles:
        base_map(town, settings.KOBAN_TILES)
        street_network(settings.KOBAN_STREETS)
    for station in Station.objects.all():
        checkpoints.sign_root(station, at=wish.now)
    _remember(made)
    progress("done", 1.0)
    return made


@contextmanager
def _few_collections() -> Iterator[None]:
    """The district stays until the end; looking through it again and again for garbage takes a tenth of the time."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def refuse_where_somebody_is() -> None:
    """Raises Refused unless the database is empty: a town among real people would be taken for one of them."""
    if Station.objects.filter(is_invented=False).exists():
        raise Refused(REAL)
    if Station.objects.exists():
        raise Refused(TWICE)


def _remember(made: Made) -> None:
    """For the greeting at the next start. Nothing in it is worth keeping from anybody: all of it is invented."""
    path = settings.VAR / "town.json"
    path.write_text(json.dumps(made.__dict__, ensure_ascii=False, indent=1), encoding="utf-8")


class _Loader:
    def __init__(self, town: District, wish: Wish, progress: Progress) -> None:
        self.town, self.wish, self.progress = town, wish, progress
        self.made = Made(wish.seed, town.title, town.title_en)
        self.stations: Mapping[str, Station] = {}
        self.scenes: list[own_pages.Scene] = []
        self.keeper = Actor("archivist")

    def load(self) -> Made:
        self.stations = offices.make_stations(self.town)
        others = {part.role: self._appoint(part) for part in accounts.OTHERS}
        self.keeper = accounts.actor_of(others["archivist"])
        for office in self.town.offices:
            self._office(office)
        self._complaints(accounts.actor_of(others["inspector"]))
        return self.made

    def _complaints(self, inspector: Actor) -> None:
        body, office = self.stations["oversight"], self.stations[self.town.offices[0].code]
        with stations.scope(body.pk):
            complaints = Complaints(body, office, inspector, self.wish.seed)
            self.made.matters[body.code] = complaints.play(self.wish.now, self.wish.years)

    def _starts_at(self, years: float) -> datetime:
        first = self.wish.now.astimezone(ZONE).date() - timedelta(days=self._days(years) - 1)
        return datetime.combine(first, datetime.min.time(), ZONE).astimezone(UTC)

    @staticmethod
    def _days(years: float) -> int:
        return max(1, round(years * DAYS_IN_A_YEAR))

    def _appoint(self, part: accounts.Part) -> Post:
        at = self._starts_at(self.wish.years) - timedelta(hours=2)
        return accounts.appoint(
            part, self.stations, self.wish.seed, from_on=at.astimezone(ZONE).date(), at=at
        )

    def _office(self, office: Office) -> None:
        years = self.wish.years if office.id == 0 else min(NEIGHBOUR_YEARS, self.wish.years)
        start = self._starts_at(years)
        cast = self._cast(office, start)
        with stations.scope(cast.station.pk):
            history = History(cast, self.town, self.wish, start, self._share(office))
            history.write()
            rooms = (Dwellings, Inspecting, Hazards) if office.id == 0 else ()
            more = sum(room(cast, self.wish.seed, self.wish.now).play() for room in rooms)
            if office.id == 0:
                Asked(cast, self.wish.seed, self.wish.now).play()
        if office.id == 0:
            self._tell(cast, history)
            people = [cast.people[key] for key in sorted(cast.people)[: own_pages.PEOPLE + sheaf.SEALED]]
            self.scenes.append(
                own_pages.Scene(
                    cast.station,
                    cast.officer.actor,
                    cast.auxiliaries[0].actor,
                    people,
                    self.wish.seed,
                    self.wish.now,
                )
            )
        self.made.matters[office.code] = len(history.bulk.matters) + more

    def _share(self, office: Office) -> Progress:
        """Progress of one office within the whole: the first takes nearly all of the time."""
        low, high = ((0.2, 0.85), (0.85, 0.95))[office.id]
        return lambda step, share: self.progress(step, low + (high - low) * share)

    def _cast(self, office: Office, start: datetime) -> Cast:
        station, early = self.stations[office.code], start - timedelta(hours=1)
        posts = [self._appoint(part) for part in accounts.team_parts(office.code, office.id + 1)]
        team = [accounts.member(post, n) for n, post in enumerate(posts)]
        self.progress("registers", 0.1 + 0.05 * office.id)
        ground = offices.enter_ground(self.town, office, station, early)
        people = offices.enter_residents(self.town, office, station, ground, early)
        units.enter_units(self.town, office, station, ground.doors, people, early)
        key, _secret = give_key(
            "110", station, ["incidents.take"], by=accounts.APPOINTER, at=early, days=3650
        )
        centre = Actor("machine", station.pk, None, key.pk, "110")
        return Cast(station, self.town, office.id, team[0], team[1:], centre, ground.doors, people)

    def _tell(self, cast: Cast, history: History) -> None:
        self.made.receipts = history.receipts
        self.made.plates = {address.label: address.plate for address in list(cast.doors.values())[:3]}


class History:
    """Everything that happened in one office up to now, in the open scope of its station."""

    def __init__(self, cast: Cast, town: District, wish: Wish, start: datetime, progress: Progress) -> None:
        self.cast, self.town, self.wish, self.start, self.progress = cast, town, wish, start, progress
        self.until = max(start, wish.now - PLAYED_FOR_REAL)
        self.receipts: dict[str, tuple[str, str]] = {}
        self.events = [
            *roster.events(cast, wish.now, wish.now - ROSTER_BEFORE),
            *permits.events(cast, wish.seed, wish.now, start),
            *quarrels.events(cast, wish.seed, wish.now, start),
        ]
        self.bulk = Bulk(
            cast, wish.seed, self.until, wish.now, [e for e in self.events if e.at <= self.until]
        )

    def write(self) -> None:
        for before, batch in self._months():
            self.bulk.add(batch, before)
            self.progress("history", (before - self.start) / (self.wish.now - self.start))
        self.bulk.write(self.until)
        self._last_hours()

    def _months(self) -> Iterator[tuple[datetime, Sequence[Call]]]:
        """Calls month by month, with the instant at which the month is over."""
        per_day = self.wish.per_day * (self.town.offices[self.cast.office].share / self.town.offices[0].share)
        first = self.start.astimezone(ZONE).date()
        years = (self.wish.now.astimezone(ZONE).date() - first).days / DAYS_IN_A_YEAR + 1 / DAYS_IN_A_YEAR
        told = calls(
            self.town, start=first, years=years, seed=self.wish.seed, per_day=per_day, office=self.cast.office
        )
        past = (call for call in told if call.at <= self.wish.now)
        for _month, batch in groupby(past, lambda call: call.at.astimezone(ZONE).strftime("%Y-%m")):
            whole = list(batch)
            yield whole[-1].at, whole

    def _last_hours(self) -> None:
        """What is left, one by one: acts of the history, what is staged for the board, and the roster's own."""
        player = Player(self.cast, self.bulk.matters)
        plays = [
            (act.at, number, partial(player.play, call, act)) for _at, number, call, act in self.bulk.late
        ]
        shown = staged.acts(self.cast, self.wish.seed, self.wish.now, self.bulk.lives)
        plays += [(act.at, call.id, partial(player.play, call, act)) for call, act in shown]
        plays += [
            (event.at, -1, partial(event.run, event.at)) for event in self.events if event.at > self.until
        ]
        for _at, _number, play in sorted(plays, key=lambda one: one[:2]):
            play()
        known = {number: secret for number, secret in player.secrets.items() if number in staged.TITLES}
        self.receipts = {staged.TITLES[n]: (player.matter(n).printed, secret) for n, secret in known.items()}
