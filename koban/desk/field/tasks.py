"""What the field app does by the clock."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.desk.field import forgetting, spool
from koban.kernel.access.who import working_at
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic

GIVEN_UP = timedelta(days=3).total_seconds()


@periodic(
    "10 4 * * *",
    key="field.forget",
    what=gettext_noop("Forget what phones sent once nobody can ask about it"),
)
@task()
def forget() -> None:
    """Each night, office by office: the words of old entries go, what they did stays."""
    spool.drop_older(GIVEN_UP)
    for office in Station.objects.filter(kind=Station.Kind.OFFICE):
        with working_at(office):
            forgetting.forget(timezone.now(), office)
