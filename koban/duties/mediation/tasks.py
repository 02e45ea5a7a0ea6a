"""What this duty does by itself each night: remind of what is due, and open the other path on the day of a failure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.duties.mediation import performing, rules, standing
from koban.duties.mediation.models import Agreement, Performance
from koban.duties.mediation.telling import remind
from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic


@periodic(
    "5 0 * * *",
    key="mediation.daily",
    what=gettext_noop("Remind of agreements, and open the other path where one is broken"),
)
@task()
def daily() -> Iterator[None]:
    """Office after office."""
    at = timezone.now()
    for station in Station.objects.filter(kind=Station.Kind.OFFICE).order_by("path"):
        with working_at(station):
            morning_of(station, at)
    yield


def morning_of(station: Station, at: datetime) -> None:
    """One office, in its open scope: first what is broken, then reminders. Run twice, it changes nothing more."""
    break_missed(station, at)
    days = standing.value(rules.REMIND, station, standing.day(at))
    for row in _soon(at, days):
        remind(row, by=SYSTEM, at=at)


def break_missed(station: Station, at: datetime) -> None:
    """Open the other path for every agreement of which a day was missed, from the day of that failure."""
    for agreement in _missed(at):
        performing.break_(agreement.mediation, by=SYSTEM, at=at, station=station)


def _missed(at: datetime) -> list[Agreement]:
    rows = Agreement.objects.running().filter(
        performances__done_on=None, performances__due_on__lt=standing.day(at), mediation__matter__state="performing"
    )  # fmt: skip
    return list(rows.select_related("mediation__matter").distinct())


def _soon(at: datetime, days: int) -> list[Performance]:
    until = standing.day(at) + timedelta(days=days)
    rows = Performance.objects.owed().filter(
        due_on__lte=until, reminded_at=None, agreement__mediation__matter__state="performing"
    )
    return list(
        rows.select_related("agreement__mediation__matter__station", "owed_by__party").order_by("due_on")
    )
