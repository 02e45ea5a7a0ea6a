"""What access forgets by itself: answers that nobody will ask for again, counts that ran out, sessions that ended."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel import law
from koban.kernel.access.lockout import PACK, cool_off
from koban.kernel.access.models import OnceKey, Tries
from koban.lib.periodic import periodic


def forget(now: datetime) -> int:
    """Delete what is over; returns how many rows went."""
    over = (
        OnceKey.objects.filter(at__lt=now - _remembered()),
        Tries.objects.filter(due__lt=now.timestamp()),
        Session.objects.filter(expire_date__lt=now),
        AccessAttempt.objects.filter(attempt_time__lt=now - cool_off()),
    )
    return sum(rows.delete()[0] for rows in over)


def _remembered() -> timedelta:
    """How long a submission is recognised when it comes again (OFFICE-ONCE-1)."""
    return timedelta(days=law.clause("OFFICE-ONCE-1", pack=PACK, on=timezone.localdate()).value)


@periodic(
    "35 3 * * *",
    key="access.sweep",
    what=gettext_noop("Forget sessions, tries and repeated submissions that are over"),
)
@task()
def sweep() -> None:
    """Each night."""
    forget(timezone.now())
