"""Open promises to residents, told by the rooms that know them: matters stand above the roster, so they say it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """Something owed. what: key of the term ("answer", "call_back"); number: printed number of the matter."""

    matter: str
    number: str
    what: str
    due_at: str
    clause: str
    url: str = ""


Source = Callable[[datetime], list[Promise]]
_sources: list[Source] = []


def source(tell: Source) -> Source:
    """Register a function that tells the open promises at an instant, in the open scope."""
    if tell not in _sources:
        _sources.append(tell)
    return tell


def open_promises(at: datetime) -> list[dict[str, Any]]:
    """All open promises, the nearest first, as the hand-over note keeps them."""
    told = [promise for tell in _sources for promise in tell(at)]
    return [asdict(promise) for promise in sorted(told, key=lambda promise: promise.due_at)]
