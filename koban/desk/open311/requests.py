"""Reading requests back: place, type and state of what may stand on public lists, and never a reporter's field."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from koban.desk.open311 import services
from koban.desk.open311.words import clean
from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.models import Incident
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.stations.models import Station
from koban.kernel.stations.numbers import printed
from koban.lib.errors import Refused

MOST = 1000  # rows, and ids in one question (GeoReport v2)
SPAN = timedelta(days=90)  # the longest time between start_date and end_date, and the default

YEARS = range(2000, 2101)  # of start_date and end_date: far from where arithmetic with times ends


@dataclass(frozen=True, slots=True)
class Listed:
    """What a public list may know of an incident: a layer of a thousand points is read without a model for each."""

    number: int
    year: int
    type: str
    state: str
    state_since: datetime
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    place: str
    address_id: UUID | None
    lon: float | None
    lat: float | None
    channel: str

    @property
    def printed(self) -> str:
        return printed(self.number, self.year)


_READ = tuple(field.name if field.name == "channel" else f"matter__{field.name}" for field in fields(Listed))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked query. numbers override everything else, as the specification says."""

    numbers: tuple[tuple[int, int], ...] = ()
    codes: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    status: tuple[str, ...] = ()
    page: int = 1
    page_size: int = MOST


def wanted(query: Mapping[str, str], now: datetime) -> Wanted:
    """Check a query string. An empty parameter counts as absent. Raises Refused with what to mend."""
    given = {key: told for key, value in query.items() if (told := clean(key, value))}
    if ids := given.get("service_request_id"):
        return Wanted(numbers=tuple(filter(None, map(number_of, _csv(ids)))) or ((0, 0),))
    start, end = _span(_instant(given, "start_date"), _instant(given, "end_date"), now)
    return Wanted(
        codes=_csv(given.get("service_code", "")),
        start=start,
        end=end,
        status=_statuses(given.get("status", "")),
        page=_count(given, "page", 1, 1_000_000),
        page_size=_count(given, "page_size", MOST, MOST),
    )


def number_of(text: str) -> tuple[int, int] | None:
    """`2026-000123` as (year, number); None for what is no number."""
    year, dash, number = text.partition("-")
    if not (dash and year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        return None
    return (int(year), int(number)) if len(year) == 4 and len(number) < 9 else None


def _csv(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(found) > MOST:
        raise Refused(_("Ask for at most %(most)s at once.") % {"most": MOST})
    return found


def _statuses(text: str) -> tuple[str, ...]:
    found = _csv(text)
    if set(found) - {"open", "closed"}:
        raise Refused(_("status is open, closed, or both with a comma."))
    return found


def _instant(given: Mapping[str, str], name: str) -> datetime | None:
    if name not in given:
        return None
    try:
        at = parse_datetime(given[name].replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        raise Refused(
            _("%(name)s is a time with its zone, such as 2026-05-04T12:00:00+08:00.") % {"name": name}
        )
    return at


def _span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    end = end or (min(now, start + SPAN) if start else now)
    start = start or end - SPAN
    if start > end:
        raise Refused(_("start_date lies after end_date."))
    if end - start > SPAN:
        raise Refused(_("Between start_date and end_date lie at most %(days)s days.") % {"days": SPAN.days})
    return start, end


def _count(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text)):
        raise Refused(_("%(name)s is a number from 1 on.") % {"name": name})
    return min(int(text), most)


def find(wish: Wanted) -> list[Listed]:
    """The listed incidents of a query, newest first; a page of them."""
    found = Incident.objects.filter(is_listed=True).order_by("-matter__opened_at", "-pk")
    if wish.numbers:
        years = {year for year, _number in wish.numbers}
        found = found.filter(
            matter__year__in=years, matter__number__in={number for _year, number in wish.numbers}
        )
    else:
        found = found.filter(matter__opened_at__gte=wish.start, matter__opened_at__lte=wish.end)
    if wish.codes:
        found = found.filter(matter__type__in=wish.codes)
    if len(wish.status) == 1:
        found = found.filter(matter__is_open=wish.status == ("open",))
    first = (wish.page - 1) * wish.page_size
    rows = found.values_list(*_READ)[first : first + wish.page_size]
    return [Listed(*row) for row in rows]


class Voice:
    """Says listed incidents of one office in the reader's language; words that many of them share are found once."""

    def __init__(self, station: Station) -> None:
        self._zone, self._agency = ZoneInfo(station.tz), station.label
        self._names: dict[str, str] = {}
        self._states: dict[str, str] = {}

    def plain(self, matter: Listed) -> dict[str, Any]:
        """The seventeen fields of a request. The description is the type's own: the reporter's words stay here."""
        name = self._name(matter.type)
        return {
            "service_request_id": matter.printed,
            "status": "open" if matter.is_open else "closed",
            "status_notes": self._state(matter.state),
            "service_name": name,
            "service_code": matter.type,
            "description": name,
            "agency_responsible": self._agency,
            "service_notice": None,
            "requested_datetime": self._local(matter.opened_at),
            "updated_datetime": self._local(matter.closed_at or matter.state_since),
            "expected_datetime": self._local(matter.due_at) if matter.due_at else None,
            "address": matter.place if matter.address_id else None,
            "address_id": str(matter.address_id) if matter.address_id else None,
            "zipcode": None,
            "lat": matter.lat,
            "long": matter.lon,
            "media_url": None,
        }

    def notes(self, matter: Listed) -> list[dict[str, str]]:
        """The extension `notes`: when the state changed, in the words of the flow; nobody's own words."""
        return [{"datetime": self._local(matter.state_since), "description": self._state(matter.state)}]

    def _name(self, code: str) -> str:
        if code not in self._names:
            self._names[code] = services.said(CATALOGUE[code].name)
        return self._names[code]

    def _state(self, key: str) -> str:
        if key not in self._states:
            self._states[key] = str(FLOW.state(key).label)
        return self._states[key]

    def _local(self, at: datetime) -> str:
        return at.astimezone(self._zone).isoformat(timespec="seconds")
