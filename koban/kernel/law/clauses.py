"""What a clause is: one rule with a number or a list in it, its source, and how sure we are. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from koban.lib.sentence import Words


class Unit(StrEnum):
    """What the value of a clause counts."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"
    PEOPLE = "people"
    METRES = "metres"
    DEGREES = "degrees"
    COUNT = "count"
    PERCENT = "percent"


TIMES = frozenset({Unit.MINUTES, Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS})


class Confidence(StrEnum):
    """Who vouches for a clause. Only PRIMARY and HOUSE bind by themselves."""

    PRIMARY = "P"  # the law's own text was read
    SECONDARY = "S"  # another page says so; it may be wrong or local
    MEMORY = "M"  # nobody has looked it up yet
    HOUSE = "H"  # not law: what this office promises or sets for itself


UNVERIFIED = frozenset({Confidence.SECONDARY, Confidence.MEMORY})


class Ends(StrEnum):
    """What happens where the last day of a term is a day off."""

    AS_COUNTED = "as_counted"
    NEXT_WORKING_DAY = "next_working_day"


class Bound(StrEnum):
    """On which side of its value a clause is kept."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a closed list that a clause gives (an act, a situation, a kind)."""

    key: str
    label: Words


@dataclass(frozen=True, slots=True)
class DueCase:
    """A term that starts at the local time `start` ends on the day, or at the local time, `due`."""

    start: datetime
    due: date
    provisional: bool | None = None


@dataclass(frozen=True, slots=True)
class BoundCase:
    """With `given`, in the clause's unit, its bound holds or not."""

    given: int
    holds: bool


@dataclass(frozen=True, slots=True)
class ItemCase:
    """The clause's closed list holds `item` or not."""

    item: str
    listed: bool


@dataclass(frozen=True, slots=True)
class ForceCase:
    """On the local day `on` this version is in force or not, and binds by itself or not."""

    on: date
    in_force: bool
    binding: bool | None = None


Case = DueCase | BoundCase | ItemCase | ForceCase


class NoValue(LookupError):
    """The clause holds words or a list, not a number."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule as it stood from `valid_from` to `valid_to` (last day included; None: still in force).

    pack: key of the pack that wrote it. counts: what a term counts from. local: holds in its own region only.
    verified: its text was read at the source (or it is a house standard). recheck: the law around it has changed
    since. enabled: an office's pack has switched an unverified clause on.
    """

    id: str
    pack: str
    title: Words
    text: Words
    source: Words
    article: str
    confidence: Confidence
    valid_from: date
    valid_to: date | None
    verified: bool
    recheck: bool
    local: bool
    amount: int | None
    unit: Unit | None
    bound: Bound | None
    counts: Words | None
    ends: Ends
    items: tuple[Item, ...]
    cases: tuple[Case, ...]
    enabled: bool = False

    @property
    def value(self) -> int:
        """The number, in `unit`. Raises NoValue for a clause without one."""
        if self.amount is None:
            raise NoValue(f"{self.id} has no value")
        return self.amount

    @property
    def binding(self) -> bool:
        """Whether a hard rule may rest on it; otherwise it is shown as guidance only."""
        return self.verified or self.enabled

    @property
    def house(self) -> bool:
        """Whether it is the office's own standard and not law."""
        return self.confidence is Confidence.HOUSE

    def in_force(self, on: date) -> bool:
        """Whether this version holds on the local day `on`."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def allows(self, given: int) -> bool:
        """Whether `given` (in `unit`) keeps the clause. Raises NoValue where it sets no bound."""
        if self.bound is Bound.AT_MOST:
            return given <= self.value
        if self.bound is Bound.AT_LEAST:
            return given >= self.value
        raise NoValue(f"{self.id} sets no bound")

    def lists(self, key: str) -> bool:
        """Whether the clause's closed list holds `key`."""
        return any(item.key == key for item in self.items)
