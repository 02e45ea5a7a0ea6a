"""What hangs on an address, told as counts. Rooms above say it in their `apps.py`: people, lettings, work.

from koban.registers.premises import hanging
hanging.register(hanging.Hanging("lettings", _("Lettings"), count=lambda address: …, url=lambda address: …))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from koban.registers.premises.models import Address


@dataclass(frozen=True, slots=True)
class Hanging:
    """count: how many, never who. url: where they are listed, "" for nowhere."""

    key: str
    label: Any
    count: Callable[[Address], int]
    url: Callable[[Address], str] = lambda address: ""


HANGING: dict[str, Hanging] = {}


def register(hanging: Hanging) -> None:
    HANGING[hanging.key] = hanging


def counts(address: Address) -> list[tuple[Any, int, str]]:
    """(label, how many, url) of everything that rooms above know of; one query each."""
    return [(one.label, one.count(address), one.url(address)) for one in HANGING.values()]
