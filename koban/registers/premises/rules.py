"""Verdicts about the address tree. Values in, verdict out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

LEVELS: Mapping[str, int] = {"door": 1, "building": 2, "unit": 3, "floor": 4, "dwelling": 5, "room": 5}
"""How deep a node stands. What is inside stands deeper, so that no chain of parents can come back to its start."""

NOT_INSIDE = gettext_noop(
    "This cannot lie in there: inside a door are buildings, entrances, floors, then rooms."
)
NOT_THE_SAME_STREET = gettext_noop("What lies inside a door has the same street and number as the door.")
ALREADY_ENDED = gettext_noop("This address has ended already.")
ENDS_BEFORE_IT_BEGINS = gettext_noop("This address cannot end before it begins.")
TWO_AT_LEAST = gettext_noop("Choose at least two addresses to be merged.")
INTO_TWO = gettext_noop("Name at least two addresses that it is split into.")
NOT_ITSELF = gettext_noop("An address cannot follow itself.")
DOOR_MISSING = gettext_noop("The door number is missing.")


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands on an envelope below the street, each without its suffix: 12, 3, 2, 5, 501."""

    door: str
    block: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""

    def fields(self) -> dict[str, str]:
        return asdict(self)


def kind_of(parts: Parts) -> str:
    """What a node is by its deepest part. Rooms of shops and offices are said to be so by whoever enters them."""
    if parts.room:
        return "dwelling"
    if parts.floor:
        return "floor"
    if parts.unit:
        return "unit"
    return "building" if parts.block else "door"


def depth(parts: Parts) -> int:
    return LEVELS[kind_of(parts)]


def above(parts: Parts) -> list[Parts]:
    """The nodes that it may lie in, the nearest first, without itself."""
    chain, left = [], parts
    for name in ("room", "floor", "unit", "block"):
        if getattr(left, name):
            left = replace(left, **{name: ""})
            chain.append(left)
    return chain


SUFFIXES = (("door", "号"), ("block", "号楼"), ("unit", "单元"), ("floor", "层"), ("room", "室"))


def label(street: str, parts: Parts) -> str:
    """As one writes it: 灯湖路12号3号楼2单元501室. The floor is left out where a room follows.

    Raises Mistake without a door number.
    """
    if not parts.door:
        raise Mistake("door", DOOR_MISSING)
    said = [
        _said(getattr(parts, name), suffix) for name, suffix in SUFFIXES if name != "floor" or not parts.room
    ]
    return street + "".join(said)


def label_en(street: str, parts: Parts) -> str:
    """The same for a Latin reader: 12 Denghu Road, 3-2-501; "" where the street has no English name."""
    inside = "-".join(
        part for part in (parts.block, parts.unit, parts.floor if not parts.room else "", parts.room) if part
    )
    return f"{parts.door} {street}{', ' if inside else ''}{inside}" if street else ""


def _said(part: str, suffix: str) -> str:
    """With its suffix, unless it brings one along (甲12号, 东楼)."""
    return part + suffix if part and part[-1].isascii() else part


def misplaced(kind: str, parent_kind: str) -> str | None:
    """Why a node of `kind` cannot lie in one of `parent_kind`; None where it can."""
    return None if LEVELS[kind] > LEVELS[parent_kind] else NOT_INSIDE


def unfit_to_end(from_on: date | None, to_on: date | None, on: date) -> str | None:
    """Why an address cannot end on a day; None where it can."""
    if to_on is not None:
        return ALREADY_ENDED
    return ENDS_BEFORE_IT_BEGINS if from_on is not None and on < from_on else None


def renamed(text: str, old: str, new: str) -> str:
    """A label under its street's new name."""
    return new + text[len(old) :] if old and text.startswith(old) else text
