"""Reads of this duty."""

from koban.duties.permits.queries.desk import (
    DECLARED,
    Sheet,
    card,
    cards,
    clause_of,
    listed,
    numbered,
    sheet,
    terms,
    waiting,
)
from koban.duties.permits.queries.queue import find_visit, free_days, hours, next_up, today
from koban.duties.permits.queries.residence import registered_on

__all__ = [
    "DECLARED",
    "Sheet",
    "card",
    "cards",
    "clause_of",
    "find_visit",
    "free_days",
    "hours",
    "listed",
    "next_up",
    "numbered",
    "registered_on",
    "sheet",
    "terms",
    "today",
    "waiting",
]
