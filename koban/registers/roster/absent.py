"""Who is away on a task right now, told by the rooms that send people: they stand above the roster, so they say it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Away:
    """A post that is out since `since`, nobody knows until when. why: a word for colleagues, never a place."""

    post_id: UUID
    since: datetime
    why: Any


Source = Callable[[datetime], list[Away]]
_sources: list[Source] = []


def source(tell: Source) -> Source:
    """Register a function that tells who is away at an instant, in the open scope (one query)."""
    if tell not in _sources:
        _sources.append(tell)
    return tell


def away(at: datetime) -> dict[UUID, Away]:
    """Everybody who is away on a task at `at`, by post; who is on two tasks is away since the first."""
    told = [one for tell in _sources for one in tell(at) if one.since <= at]
    return {one.post_id: one for one in sorted(told, key=lambda one: one.since, reverse=True)}
