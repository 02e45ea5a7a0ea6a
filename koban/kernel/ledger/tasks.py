"""What the ledger does by itself: each night it signs its roots and anchors them outside the database."""

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel.ledger.checkpoints import sign_root
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic


@periodic("15 2 * * *", key="ledger.daily_root", what=gettext_noop("Sign the roots of the ledger"))
@task()
def daily_root() -> None:
    """Sign and anchor every station's root; run again, it signs only what came since."""
    for station in Station.objects.all():
        sign_root(station, at=timezone.now())
