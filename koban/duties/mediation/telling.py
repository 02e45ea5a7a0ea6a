"""What goes out: the reminder before a performance is due."""

from datetime import datetime

from django.db import transaction

from koban.duties.mediation.models import Performance
from koban.kernel.ledger import Actor
from koban.kernel.notices import outbox
from koban.kernel.stations import vault
from koban.matters import actions as matters


@transaction.atomic
def remind(row: Performance, *, by: Actor, at: datetime) -> None:
    """Tell whoever owes it: by message where a number is known, else on paper. It names number and day, nothing else."""
    matter, party = row.agreement.mediation.matter, row.owed_by.party
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    matters.change(matter, "mediation.remind", by=by, at=at, rows=[row], facts={"count": row.number})
    to = vault.unseal(party, "phone") if party and party.phone else ""
    language = party.language if party else matter.language
    name = matter.station.name if language.startswith("zh") else matter.station.name_en or matter.station.name
    context = {
        "number": matter.printed,
        "due": row.due_on.isoformat(),
        "office": name,
        "phone": matter.station.phone,
    }
    channel = "sms" if to else "print"
    outbox.send(
        "mediation.due", channel=channel, language=language, to=to, context=context, matter_id=matter.id, by=by, at=at
    )  # fmt: skip
