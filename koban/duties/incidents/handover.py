"""A report that another centre hands over: taken once, whatever the line does, and answered with its status."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Incident
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Conflict, Refused
from koban.matters.models import Matter


@transaction.atomic
def receive(report: Report, *, by: Actor, at: datetime, station: Station) -> tuple[Matter, bool]:
    """Take a report under the centre's own number, once. Returns its matter, and whether it is new.

    Raises Refused without a number, Conflict where the number came before with another type or other words.
    """
    if not (report.source and report.source_number):
        raise Refused(_("Send your own number with the report, so that it is taken only once."))
    found = _known(report.source, report.source_number)
    if found is None:
        try:
            return actions.take(report, by=by, at=at, station=station).matter, True
        except IntegrityError:  # the same number came on another line at this moment, and was first
            found = _known(report.source, report.source_number)
            if found is None:
                raise
    if (found.matter.type, found.matter.summary) != (
        report.code,
        report.summary,
    ) and found.matter.version == 1:
        raise Conflict(_("This number came before with another content."))
    return found.matter, False


def status(source: str, source_number: str) -> Matter:
    """The matter that was taken under a centre's number. Raises Absent."""
    if (found := _known(source, source_number)) is None:
        raise Absent
    matter: Matter = found.matter
    return matter


def _known(source: str, source_number: str) -> Incident | None:
    return (
        Incident.objects.select_related("matter").filter(source=source, source_number=source_number).first()
    )
