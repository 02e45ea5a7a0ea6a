"""What the desk does by the clock."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.desk.alarms import checking
from koban.kernel import stations
from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic
from koban.registers.residents import actions as residents


@periodic(
    f"*/{checking.EVERY} * * * *",
    key="desk.look_alarms",
    what=gettext_noop("Look for readers of people's data who stand out"),
)
@task()
def look_alarms() -> None:
    with transaction.atomic(), stations.outside():
        checking.check_all(timezone.now())


@periodic(
    "20 1 * * *",
    key="desk.registrations_end",
    what=gettext_noop("End registrations of homes whose last day has passed"),
)
@task()
def registrations_end() -> None:
    """Each night, office by office; many at once come in several turns."""
    for office in Station.objects.filter(kind=Station.Kind.OFFICE):
        with working_at(office):
            while residents.end_due(timezone.localdate(), by=SYSTEM, at=timezone.now()):
                pass
