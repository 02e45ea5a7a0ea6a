"""What becomes of an issued paper: each copy delivered, its receipt confirmed, the paper filed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.lib.errors import Refused
from koban.matters.documents import drafting
from koban.matters.documents.drafting import locked, step
from koban.matters.documents.models import Delivery, Document

RECIPIENT = "recipient"


@transaction.atomic
def deliver(document: Document, to: str, way: str, *, by: Actor, at: datetime) -> Document:
    """Note that a copy left: to the recipient, or to a body of the copy list."""
    document = locked(document)
    if way not in Delivery.Way.values:
        raise Refused(_("Choose how it was delivered."))
    if Delivery.objects.filter(document=document, to=to).exists():
        raise Refused(_("This copy was delivered before."))
    row = Delivery.objects.create(document=document, to=to, way=way, at=at, label=by.label)
    return step(document, "deliver", by=by, at=at, rows=[row], facts={"channel": way})


@transaction.atomic
def acknowledge(delivery: Delivery, *, by: Actor, at: datetime) -> Document:
    """Note that a copy was received; with the last one the paper is acknowledged."""
    document = locked(delivery.document)
    row: Delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if row.acknowledged_at:
        raise Refused(_("The receipt of this copy is noted already."))
    row.acknowledged_at = at
    row.save(update_fields=["acknowledged_at"])
    if Delivery.objects.filter(document=document, acknowledged_at=None).exists():
        require(by, "documents.deliver")
        drafting.save(document)
        drafting.page("documents.acknowledge_one", document, by=by, at=at, rows=[row])
        return document
    return step(document, "acknowledge", by=by, at=at, rows=[row])


@transaction.atomic
def file(document: Document, *, by: Actor, at: datetime) -> Document:
    """Put an issued paper to the files: nothing more is done with it."""
    return step(locked(document), "file", by=by, at=at)
