"""What is owed to residents, for the note at the change of shift."""

from datetime import datetime

from django.urls import reverse

from koban.duties.incidents.queries import KIND
from koban.matters.models import Deadline
from koban.registers.roster.promises import Promise, source

OWED = ("answer", "reply", "call_back", "refer_out")
MOST = 100


@source
def owed(at: datetime) -> list[Promise]:
    """Every running term of an open incident in which a resident waits, the nearest first (one query)."""
    rows = Deadline.objects.filter(met_at=None, key__in=OWED, matter__is_open=True, matter__kind=KIND)
    return [
        Promise(
            str(row.matter_id), row.matter.printed, row.key, row.due_at.isoformat(), row.clause,
            reverse("incidents:detail", args=[row.matter.year, row.matter.number]),
        )
        for row in rows.select_related("matter").order_by("due_at")[:MOST]
    ]  # fmt: skip
