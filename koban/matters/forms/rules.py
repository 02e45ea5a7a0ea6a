"""What is asked of a submission before it counts. Values in, verdicts out."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

CLOCK, POSITION, OLD_VERSION, CLOSED = "clock", "position", "old_version", "closed"
EDITED_TWICE, OUT_OF_ORDER, EXTRA_FILES = "edited_twice", "out_of_order", "extra_files"
ENTITY, UNTAKEN = "entity", "untaken"
INCOMPLETE = "incomplete"
FLAGS = (
    CLOCK, POSITION, OLD_VERSION, CLOSED, EDITED_TWICE, OUT_OF_ORDER, EXTRA_FILES, ENTITY, UNTAKEN, INCOMPLETE,
)  # fmt: skip

AHEAD = timedelta(hours=1)  # a clock further ahead of ours than that is wrong
BEHIND = timedelta(days=1)  # nobody fills in a form that long before it was published
LONGEST_ID = 249
_INSTANCE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")


def is_instance_id(text: str) -> bool:
    """Whether it is `scheme:value` of at most 249 characters, as OpenRosa names a record."""
    return len(text) <= LONGEST_ID and _INSTANCE.fullmatch(text) is not None


def clock_is_off(told: datetime | None, received: datetime, published: datetime | None) -> bool:
    """Whether a device's time cannot be: after it arrived, or before the form was there. None told is no fault."""
    if told is None:
        return False
    return told > received + AHEAD or (published is not None and told < published - BEHIND)


def instant(text: str) -> datetime | None:
    """The instant that a device wrote, in UTC. None for what is none, has no zone, or lies outside of any life."""
    try:
        told = datetime.fromisoformat(text.strip())
        if told.tzinfo is None or not 1900 < told.year < 2200:
            return None
        return told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def point(text: str) -> tuple[float, float] | None:
    """(lon, lat) of a geopoint `lat lon [altitude [accuracy]]`. None for 0,0, which no office lies at, and for nonsense."""
    try:
        lat, lon = (float(part) for part in text.split()[:2])
    except ValueError:
        return None
    on_earth = -90 <= lat <= 90 and -180 <= lon <= 180
    return (lon, lat) if on_earth and (abs(lat) > 1e-6 or abs(lon) > 1e-6) else None


def stood_out(
    *, told: Iterable[datetime | None], received: datetime, published: datetime | None, position: str, is_open: bool,
    is_newest: bool,
) -> list[str]:  # fmt: skip
    """Flags of a submission by itself. told: the device's times; position: its first geopoint as text, "" for none."""
    found = []
    if any(clock_is_off(one, received, published) for one in told):
        found.append(CLOCK)
    if position and point(position) is None:
        found.append(POSITION)
    if not is_open:
        found.append(CLOSED if is_newest else OLD_VERSION)
    return found
