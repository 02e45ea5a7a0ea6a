"""A message to a resident by the way they left: sealed again at once in its notice, and read by nobody here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from koban.kernel.ledger import Actor
from koban.kernel.notices import outbox
from koban.kernel.stations import vault
from koban.registers.residents.models import PersonFile

WAYS = (("sms", "phone"), ("email", "email"))


def tell(
    person_id: UUID, key: str, *, context: Mapping[str, Any], language: str = "zh-hans", matter_id: UUID | None = None,
    by: Actor, at: datetime,
) -> bool:  # fmt: skip
    """Put a notice in the outbox for somebody who left a telephone number or an address; False where they left none.

    key: names the wording. The wording holds no name and no word of the matter: it may be read by whoever picks up the
    telephone. Within the caller's transaction.
    """
    file = PersonFile.objects.filter(person=person_id, person__closed_at=None).first()
    for channel, field in WAYS:
        if file is not None and (to := vault.unseal(file, field)):
            outbox.send(
                key, channel=channel, language=language, to=to, context=dict(context), matter_id=matter_id, by=by,
                at=at,
            )  # fmt: skip
            return True
    return False
