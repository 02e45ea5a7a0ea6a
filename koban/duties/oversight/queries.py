"""Which body hears complaints about an office, and what its inspectors read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from koban.duties.oversight import rules
from koban.duties.oversight.models import Complaint
from koban.kernel.files.models import Attachment
from koban.kernel.stations.models import Station
from koban.matters.models import Matter, Note
from koban.matters.timeline import Entry, timeline

KIND = "oversight"


def body_for(office: Station) -> Station | None:
    """The oversight body above an office, None where the tree has none."""
    bodies = {str(s.pk): s for s in Station.objects.filter(kind=Station.Kind.OVERSIGHT)}
    key = rules.competent(office.path, [rules.Body(key, body.path) for key, body in bodies.items()])
    return bodies.get(key)


def complaints() -> QuerySet[Complaint]:
    rows: QuerySet[Complaint] = Complaint.objects.select_related("matter")
    return rows.order_by("-matter__is_open", "-matter__opened_at", "-id")


def numbered(year: int, number: int) -> Complaint:
    """Raises Complaint.DoesNotExist."""
    found: Complaint = Complaint.objects.select_related("matter", "complainant__matter").get(
        matter__kind=KIND, matter__year=year, matter__number=number
    )
    return found


@dataclass(frozen=True)
class File:
    """One complaint with what was written; its words are opened apart from this, with a page."""

    complaint: Complaint
    notes: list[Note]
    timeline: list[Entry]
    office: Station | None
    files: list[Attachment]

    @property
    def matter(self) -> Matter:
        found: Any = self.complaint.matter
        return found  # type: ignore[no-any-return]


def file(complaint: Complaint) -> File:
    notes = list(complaint.matter.notes.order_by("at", "id"))
    office = Station.objects.filter(pk=complaint.about_station_id).first()
    files = list(Attachment.objects.of_matter(complaint.matter_id))
    return File(complaint, notes, list(reversed(timeline(complaint.matter, notes))), office, files)
