"""Who is sent is out: the sign on the door and the roster learn it from the assignments that run."""

from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.models import Assignment
from koban.registers.roster.absent import Away, source


@source
def on_a_call(at: datetime) -> list[Away]:
    """Posts sent to something that is open, until they are free again (one query)."""
    rows = Assignment.objects.running().filter(matter__is_open=True, sent_at__lte=at)
    return [
        Away(post_id, since, _("on a call"))
        for post_id, since in rows.values_list("post_id").annotate(since=Min("sent_at")).order_by()
    ]
