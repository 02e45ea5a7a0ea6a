"""What lettings do by themselves: each morning they remind of what ends."""

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.duties.lettings.reminding import remind
from koban.kernel import stations
from koban.kernel.access.who import working_at
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic


@periodic("20 9 * * *", key="lettings.remind", what=gettext_noop("Remind of lettings and letters that end"))
@task()
def remind_of_ends() -> None:
    """Each morning, office by office; run again on the same day, it tells nobody twice of a letting."""
    for station in Station.objects.filter(kind=Station.Kind.OFFICE):
        with stations.outside(), working_at(station):
            remind(station, timezone.now())
