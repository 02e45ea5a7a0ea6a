"""What visits do by themselves, each night."""

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.duties.visits import keeping
from koban.kernel import stations
from koban.kernel.access.who import working_at
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic


@periodic(
    "30 9 * * *",
    key="visits.keep",
    what=gettext_noop("Forget times of day, ask about contact cards, end old ones"),
)
@task()
def keep() -> None:
    """Each morning, office by office; run again, it does nothing twice."""
    for station in Station.objects.filter(kind=Station.Kind.OFFICE):
        with stations.outside(), working_at(station):
            at = timezone.now()
            keeping.end(station, at)
            keeping.ask(station, at)
            keeping.forget(station, at)
