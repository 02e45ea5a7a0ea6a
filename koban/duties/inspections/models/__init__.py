"""The rows of inspections. No row here is about a person."""

from koban.duties.inspections.models.open import Draw, Event, SelfCheck, Warned
from koban.duties.inspections.models.places import Attempt, Campaign, Finding, Inspection, Venue
from koban.duties.inspections.models.rounds import Round

__all__ = [
    "Attempt",
    "Campaign",
    "Draw",
    "Event",
    "Finding",
    "Inspection",
    "Round",
    "SelfCheck",
    "Venue",
    "Warned",
]
