"""Taking a file away for good once its purpose is over: the row goes with its page, the bytes when nothing names them."""

from datetime import datetime

from django.db import transaction

from koban.kernel.files.models import Attachment
from koban.kernel.ledger import Actor, book


@transaction.atomic
def remove(attachment: Attachment, *, clause: str, by: Actor, at: datetime) -> None:
    """Delete the row. Its page keeps the hash and the clause that ended it; `proof.drop_orphans` removes the bytes."""
    facts = {"clause": clause, "sha256": attachment.sha256, "kind": attachment.kind}
    book.write("files.remove", by=by, at=at, matter_id=attachment.matter_id, facts=facts, gone=[attachment])
    Attachment.objects.filter(pk=attachment.pk).delete()
