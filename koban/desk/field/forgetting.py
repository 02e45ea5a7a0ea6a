"""Words of entries are kept as long as a phone may still ask about them, then only what they did."""

from datetime import datetime

from django.db import transaction

from koban.desk.field import phones
from koban.desk.field.models import Arrived, Awaited, Entry
from koban.kernel.ledger import SYSTEM, book
from koban.kernel.stations.models import Station

SHIFTS = 3  # the longest shift and the time after it, three times over
TURN = 2000


@transaction.atomic
def forget(at: datetime, station: Station) -> int:
    """Empty the words of entries that are done and whose files are all here. Returns how many."""
    span = phones.hours(phones.HOURS, station, at) + phones.hours(phones.LATER, station, at)
    old = Entry.objects.filter(received_at__lt=at - SHIFTS * span).exclude(state=Entry.State.WAITING)
    open_ = Awaited.objects.filter(attachment_id=None).values("entry")
    keys = list(old.exclude(sealed_body=b"").exclude(pk__in=open_).values_list("pk", flat=True)[:TURN])
    if keys:
        Entry.objects.filter(pk__in=keys).update(sealed_body=b"")
        book.write("field.forget", by=SYSTEM, at=at, facts={"entries": len(keys)})
    Arrived.objects.filter(at__lt=at - SHIFTS * span).delete()
    return len(keys)
