"""The tables of a mediation."""

from koban.duties.mediation.models.after import FollowUp, ProtectionStep
from koban.duties.mediation.models.agreed import Agreement, Performance
from koban.duties.mediation.models.dispute import Attendance, Evidence, Mediation, Proposal, Session, Side

__all__ = [
    "Agreement",
    "Attendance",
    "Evidence",
    "FollowUp",
    "Mediation",
    "Performance",
    "Proposal",
    "ProtectionStep",
    "Session",
    "Side",
]
