"""What this duty does by itself each night: suspend, remind, end what has ended, delete pictures."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.duties.permits.actions import ending, nights
from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic

LEFT_HOURS = 12  # what was begun at the desk and not finished in a shift


@periodic("10 1 * * *", key="permits.nightly", what=gettext_noop("Suspend, remind, and delete what is over"))
@task()
def nightly() -> Iterator[None]:
    """Office after office."""
    for station in Station.objects.filter(kind=Station.Kind.OFFICE).order_by("path"):
        with working_at(station):
            night_of(station)
    yield


def night_of(station: Station) -> None:
    """One office, in its open scope."""
    at = timezone.now()
    today = timezone.localtime(at).date()
    with transaction.atomic():
        nights.lapse(today, by=SYSTEM, at=at)
        nights.remind(today, by=SYSTEM, at=at, station=station)
        nights.drop_begun(at - timedelta(hours=LEFT_HOURS), by=SYSTEM, at=at)
        ending.drop_pictures(by=SYSTEM, at=at, station=station)
