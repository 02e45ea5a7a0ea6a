"""Declared residences, applications, permits, the queue."""

from koban.duties.permits.models.asked import Application, Paper, Telling
from koban.duties.permits.models.cards import Endorsement, Pause, Permit, Reminder
from koban.duties.permits.models.declared import Declaration, Occupant, Source, Type, Way
from koban.duties.permits.models.queue import DeskHours, Visit

__all__ = [
    "Application",
    "Declaration",
    "DeskHours",
    "Endorsement",
    "Occupant",
    "Paper",
    "Pause",
    "Permit",
    "Reminder",
    "Source",
    "Telling",
    "Type",
    "Visit",
    "Way",
]
