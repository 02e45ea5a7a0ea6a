"""Closed files, what is decided about them, and their paper."""

from koban.duties.archive.models.dossiers import Appraisal, Dossier, Hold, Reading
from koban.duties.archive.models.paper import Box, Loan, Scan, Stocktaking, Volume
from koban.duties.archive.models.rolls import Line, Roll
from koban.duties.archive.models.search import Passage

__all__ = [
    "Appraisal",
    "Box",
    "Dossier",
    "Hold",
    "Line",
    "Loan",
    "Passage",
    "Reading",
    "Roll",
    "Scan",
    "Stocktaking",
    "Volume",
]
