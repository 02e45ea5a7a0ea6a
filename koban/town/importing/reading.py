"""What a row of a table says about one event. Pure: a row in, a history or sentences out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from koban.duties.incidents.types import CATALOGUE
from koban.lib import geo
from koban.lib.mistakes import Mistake
from koban.lib.text import clean
from koban.town.importing.columns import ANY, Plan

WORDS, PLACE, NUMBER = 4000, 200, 80  # characters
DIGITS = re.compile(r"\d+")
CLOCK = re.compile(r"(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?")
FIRST_YEAR = 1900
DATUM: Mapping[str, Callable[[geo.Point], geo.Point]] = {
    "wgs84": lambda point: point,
    "gcj02": geo.gcj02_to_wgs84,
    "bd09": geo.bd09_to_wgs84,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about one cell. stops: the row is not taken because of it."""

    column: str
    sentence: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """One past event. number: "" where the table gives none."""

    opened_at: datetime
    closed_at: datetime
    type: str
    summary: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    number: str = ""


class Reader:
    """Reads rows by a plan. zone: of times that name none. now: nothing later is taken."""

    def __init__(self, plan: Plan, columns: Sequence[str], zone: ZoneInfo, now: datetime) -> None:
        self.plan, self.zone, self.now = plan, zone, now
        self.at = {name: columns.index(column) for name, column in plan.columns.items()}
        self.types = {plain(value): code for value, code in plan.types.items()} | _own_names(plan)

    def event(self, cells: Sequence[Any]) -> tuple[Event | None, list[Fault]]:
        """The event of a row, None if it cannot be taken; and what was wrong with it."""
        if not cells:
            return None, [Fault("", "This row is broken and cannot be read.")]
        faults: list[Fault] = []
        opened, code = self._checked(self._opened, cells, faults), self._checked(self._type, cells, faults)
        if opened is None or code is None:
            return None, faults
        closed = self._checked(lambda row: self._closed(row, opened), cells, faults) or opened
        where = self._checked(self._point, cells, faults)
        words = {name: self._words(cells, name, limit, faults) for name, limit in TEXTS}
        event = Event(opened, closed, code, lon=where and where.lon, lat=where and where.lat, **words)
        return event, faults

    def _checked(
        self, read: Callable[[Sequence[Any]], Any], cells: Sequence[Any], faults: list[Fault]
    ) -> Any:
        try:
            return read(cells)
        except _Wrong as wrong:
            faults.append(wrong.fault)
            return None

    def cell(self, cells: Sequence[Any], name: str) -> Any:
        """The cell of a field, "" where there is none."""
        at = self.at.get(name)
        value = cells[at] if at is not None and at < len(cells) else ""
        return value.strip() if isinstance(value, str) else value

    def wrong(self, name: str, sentence: str, *, stops: bool = True) -> _Wrong:
        return _Wrong(Fault(self.plan.columns.get(name, name), sentence, stops))

    # --- When ------------------------------------------------------------------------------------------------

    def _opened(self, cells: Sequence[Any]) -> datetime:
        name = "opened" if "opened" in self.at else "date"
        value = self.cell(cells, name)
        found = self._day_and_clock(cells, value) if name == "date" else self._instant(value, name)
        if found > self.now:
            raise self.wrong(name, "This lies in the future.")
        if found.year < FIRST_YEAR:
            raise self.wrong(name, f"This lies before {FIRST_YEAR}.")
        return found

    def _day_and_clock(self, cells: Sequence[Any], value: Any) -> datetime:
        """The day as it is written, whatever time or offset follows it, and the time of day of its own column.

        Many publishers store a local day as its midnight told in UTC; the day that is written is the local one.
        """
        return datetime.combine(self._day(value, "date"), self._clock(cells), self.zone).astimezone(UTC)

    def _clock(self, cells: Sequence[Any]) -> time:
        hour, said = self.cell(cells, "hour"), self.cell(cells, "time")
        if isinstance(said, datetime | time):
            return said.time() if isinstance(said, datetime) else said
        if said not in ("", None):
            return self._clock_of(str(said), "time")
        if hour in ("", None):
            return time()
        try:
            return time(int(float(hour)))
        except (ValueError, OverflowError):
            raise self.wrong("hour", "This is not an hour: 0 to 23.") from None

    def _clock_of(self, said: str, name: str) -> time:
        match = CLOCK.search(said)
        try:
            hour, minute, second = (int(part or 0) for part in match.groups()) if match else (int(said), 0, 0)
            return time(hour, minute, second)
        except ValueError:
            raise self.wrong(name, "This is not a time of day such as 14:05.") from None

    def _day(self, value: Any, name: str) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if value in ("", None):
            raise self.wrong(name, "The day is missing.")
        try:
            return date(*self._parts(str(value)))
        except (ValueError, TypeError, OverflowError):
            raise self.wrong(name, "This is not a day such as 2024-03-02.") from None

    def _parts(self, said: str) -> tuple[int, int, int]:
        """Year, month and day of what is written, also as 20240302 and 2024年3月2日."""
        parts = DIGITS.findall(said)
        if parts and len(parts[0]) >= 8:
            return int(parts[0][:4]), int(parts[0][4:6]), int(parts[0][6:8])
        order = "ymd" if parts and len(parts[0]) == 4 else self.plan.order
        by = dict(zip(order, (int(part) for part in parts[:3]), strict=False))
        return by.get("y", 0), by.get("m", 0), by.get("d", 0)

    def _instant(self, value: Any, name: str) -> datetime:
        """An instant with its offset, or wall clock of the zone; a day alone is its midnight."""
        if isinstance(value, datetime):
            return self._in_zone(value)
        try:
            return self._in_zone(datetime.fromisoformat(str(value)))
        except ValueError:
            pass
        day = self._day(value, name)
        clock = CLOCK.search(str(value))
        at = self._clock_of(clock[0], name) if clock else time()
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _in_zone(self, found: datetime) -> datetime:
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def _closed(self, cells: Sequence[Any], opened: datetime) -> datetime:
        value = self.cell(cells, "closed")
        if value in ("", None):
            return opened
        try:
            found = self._instant(value, "closed")
        except _Wrong as wrong:
            raise _Wrong(
                Fault(wrong.fault.column, wrong.fault.sentence + " Taken as closed at once.", False)
            ) from None
        if found < opened - timedelta(days=1) or found > self.now:
            raise self.wrong("closed", "It cannot be closed then. Taken as closed at once.", stops=False)
        return max(found, opened)

    # --- What and where --------------------------------------------------------------------------------------

    def _type(self, cells: Sequence[Any]) -> str:
        said = str(self.cell(cells, "type") or "")
        found = self.types.get(plain(said)) or self.types.get(ANY)
        if not found:
            missing = (
                "The type is missing."
                if not said
                else f"{said[:60]} is no type here: say --type '{said[:60]}=CODE'."
            )
            raise self.wrong("type", missing)
        return found

    def _point(self, cells: Sequence[Any]) -> geo.Point | None:
        lon, lat = self.cell(cells, "lon"), self.cell(cells, "lat")
        if lon in ("", None) and lat in ("", None):
            return None
        try:
            return DATUM[self.plan.datum or "wgs84"](geo.point(lon, lat))
        except Mistake as mistake:
            raise self.wrong("lon", f"{mistake.sentence} Taken without a position.", stops=False) from None

    def _words(self, cells: Sequence[Any], name: str, limit: int, faults: list[Fault]) -> str:
        said = str(self.cell(cells, name) if self.cell(cells, name) is not None else "")
        if "\ufffd" in said:
            faults.append(
                Fault(
                    self.plan.columns[name], "Some characters cannot be read: try --encoding gb18030.", False
                )
            )
        try:
            return clean(said, limit, lines=name == "summary")
        except Mistake as mistake:
            faults.append(Fault(self.plan.columns[name], f"{mistake.sentence} Cut or mended.", False))
            return "".join(c for c in said if c.isprintable() or c == "\n")[:limit].strip()


TEXTS = (("summary", WORDS), ("place", PLACE), ("number", NUMBER))


class _Wrong(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


def plain(value: str) -> str:
    return " ".join(value.casefold().split())


def _own_names(plan: Plan) -> dict[str, str]:
    """The catalogue's own codes and labels mean themselves, unless the plan says otherwise."""
    said = {plain(value) for value in plan.types}
    return dict(_unsaid(said))


def _unsaid(said: set[str]) -> Iterator[tuple[str, str]]:
    for code, type_ in CATALOGUE.types.items():
        yield from (
            (plain(name), code) for name in (code, type_.label, type_.label_zh) if plain(name) not in said
        )
