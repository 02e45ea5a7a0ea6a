"""Places and things that forms tell of: lists for the telephone, and what becomes of an update."""

from collections.abc import Sequence
from datetime import datetime

from koban.kernel.ledger import Actor
from koban.matters.forms.instances import Told
from koban.matters.forms.models import EntityUpdate, Submission


def take(
    submission: Submission, told: Sequence[Told], *, by: Actor, at: datetime
) -> tuple[list[EntityUpdate], bool]:
    """Rows for what a submission says of places and things, and whether one of them stands against another."""
    return [], False
