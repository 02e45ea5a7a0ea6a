"""Pictures of papers end with the work that they were sent for (OFFICE-REG-2)."""

from datetime import datetime, timedelta

from koban.duties.permits.actions.people import KIND
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Paper
from koban.kernel.files import removal
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter

PICTURES = "OFFICE-REG-2"


def drop_pictures(*, by: Actor, at: datetime, station: Station, limit: int = 200) -> int:
    """Delete the files of what was decided long enough ago. How many."""
    before = at - timedelta(days=Law.of(station, at).value(PICTURES))
    closed = Matter.objects.filter(kind=KIND, is_open=False, closed_at__lt=before)
    issued = Certificate.objects.exclude(attachment_id=None).values(
        "attachment_id"
    )  # the office's own papers stay
    sent = Attachment.objects.filter(matter_id__in=closed.values("pk")).exclude(pk__in=issued)
    found = list(sent.order_by("received_at")[:limit])
    for attachment in found:
        _unname(attachment, by=by, at=at)
        removal.remove(attachment, clause=PICTURES, by=by, at=at)
    return len(found)


def _unname(attachment: Attachment, *, by: Actor, at: datetime) -> None:
    """The paper that the file showed stays as a word: which it was, and that it was right."""
    papers = list(Paper.objects.select_related("matter").filter(attachment_id=attachment.pk))
    for paper in papers:
        paper.attachment_id = None
        paper.save(update_fields=["attachment_id"])
        matters.change(paper.matter, "permits.unname", by=by, at=at, rows=[paper], facts={"clause": PICTURES})
