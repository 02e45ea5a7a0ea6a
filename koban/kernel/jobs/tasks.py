"""What jobs do about themselves: old ones go."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel.jobs.models import Job
from koban.lib.periodic import periodic

DONE_DAYS = 7
FAILED_DAYS = 90


@periodic("50 3 * * *", key="jobs.sweep", what=gettext_noop("Forget background work that is long done"))
@task()
def sweep() -> None:
    """Each night: forget done jobs after a week, failed ones after three months."""
    now = timezone.now()
    for state, days in ((Job.State.DONE, DONE_DAYS), (Job.State.FAILED, FAILED_DAYS)):
        Job.objects.filter(state=state, finished_at__lt=now - timedelta(days=days)).delete()
