"""What a client asks for, checked: a wrong parameter is told in a sentence that says what to mend."""

import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from koban.lib import geo
from koban.lib.errors import Refused

LIMIT, MOST = 100, 10_000
LONGEST = 400  # characters of one parameter
FORMATS = ("json", "html")
Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked question for features. days: from and until, None for open. after: where the order goes on."""

    limit: int = LIMIT
    box: geo.Box | None = None
    days: Days | None = None
    after: tuple[Any, ...] = ()

    @staticmethod
    def token(place: Iterable[Any]) -> str:
        return urlsafe_b64encode(json.dumps([*place], default=str).encode()).decode().rstrip("=")


def plain(query: QueryDict, known: Iterable[str]) -> dict[str, str]:
    """The parameters, each once and known. Raises Refused."""
    known = (*known, "f")
    for name, values in query.lists():
        if name not in known:
            raise Refused(_("There is no parameter “%(name)s” here; known are: %(known)s.") % {
                "name": name[:40], "known": ", ".join(known)})  # fmt: skip
        if len(values) != 1 or not values[0] or len(values[0]) > LONGEST or "\0" in values[0]:
            raise Refused(_("Give “%(name)s” once, with a value.") % {"name": name})
    if (form := query.get("f", "json")) not in FORMATS:
        raise Refused(_("f is json or html, not “%(given)s”.") % {"given": form[:40]})
    return query.dict()  # type: ignore[return-value]


def wanted(given: Mapping[str, str], width: int) -> Wanted:
    """width: of the order's key. Raises Refused."""
    return Wanted(
        limit=_limit(given.get("limit", str(LIMIT))),
        box=_box(given["bbox"]) if "bbox" in given else None,
        days=_days(given["datetime"]) if "datetime" in given else None,
        after=_after(given["after"], width) if "after" in given else (),
    )


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise Refused(_("limit is a whole number from 1 to %(most)s.") % {"most": MOST})
    return min(int(text), MOST)


def _box(text: str) -> geo.Box:
    """Four numbers, or six with heights, which no place here has. Raises Refused."""
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) not in (4, 6):
        raise Refused(_("bbox has four or six numbers with commas: west, south, east, north in degrees."))
    if len(numbers) == 6 and numbers[2] > numbers[5]:
        raise Refused(_("bbox: the lower height stands before the upper one."))
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise Refused(_("bbox: longitude lies between -180 and 180, latitude between -90 and 90."))
    if south > north:
        raise Refused(_("bbox: south stands before north."))
    return geo.Box(west, south, east, north)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Refused(_("bbox: “%(given)s” is not a number.") % {"given": text[:40]})
    return found


def _days(text: str) -> Days:
    """The local days of an instant or an interval. Raises Refused."""
    parts = text.split("/")
    if len(parts) > 2:
        raise _no_time(text)
    if len(parts) == 1:
        day, _at = _day(text)
        return day, day
    (first, begins), (last, ends) = (_day(part) if part not in ("", "..") else (None, "") for part in parts)
    if first and last and (first > last or (first == last and begins and ends and begins > ends)):
        raise Refused(_("datetime: the beginning stands before the end."))
    return first, last


def _day(text: str) -> tuple[date, Any]:
    """The local day of an instant, and the instant; a day alone is taken too, with no instant."""
    told = text.upper().replace(" ", "+")
    try:
        if "T" not in told and (day := parse_date(told)):
            return day, None
        at = parse_datetime(told)
        if at is not None and at.tzinfo is not None:
            return timezone.localdate(at), at
    except (ValueError, OverflowError):
        pass
    raise _no_time(text)


def _no_time(text: str) -> Refused:
    return Refused(
        _(
            "datetime: “%(given)s” is no time; write 2026-05-04T12:00:00Z, or two with a slash, .. for an open end."
        )
        % {"given": text[:60]}
    )


def _after(text: str, width: int) -> tuple[Any, ...]:
    try:
        place = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        *numbers, key = place
        if len(place) == width and all(type(one) is float for one in numbers):
            return (*numbers, UUID(key))
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise Refused(_("after is taken from a link “next”, unchanged."))
