"""Reads of this duty."""

from koban.duties.permits.queries.desk import (
    DECLARED,
    Sheet,
    card,
    cards,
    listed,
    numbered,
    sheet,
    waiting,
)
from koban.duties.permits.queries.queue import find_visit, free_days, hours, next_up, today
from koban.duties.permits.queries.residence import registered_on

__all__ = [
    "DECLARED",
    "Sheet",
    "card",
    "cards",
    "find_visit",
    "free_days",
    "hours",
    "listed",
    "next_up",
    "numbered",
    "registered_on",
    "sheet",
    "today",
    "waiting",
]
