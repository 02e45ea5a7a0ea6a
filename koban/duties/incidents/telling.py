"""Telling a resident who left a way to be reached that there is something to read."""

from datetime import datetime

from koban.kernel.ledger import Actor
from koban.kernel.notices import outbox
from koban.kernel.stations import vault
from koban.matters.models import Matter, Party

FIELDS = {"sms": "phone", "email": "email"}


def tell(matter: Matter, key: str, *, by: Actor, at: datetime) -> None:
    """Put a notice in the outbox for the reporter, where one left a number or an address for that.

    key: names the wording. The notice holds the number of the receipt and no word of the matter: it may be read by
    whoever picks up the telephone. Within the caller's transaction.
    """
    party = Party.objects.filter(matter=matter, role=Party.Role.REPORTER).first()
    field = FIELDS.get(party.reply_by, "") if party else ""
    if party is None or not field or not (to := vault.unseal(party, field)):
        return
    language, station = party.language, matter.station
    name = station.name if language.startswith("zh") else station.name_en or station.name
    context = {"number": matter.printed, "office": name, "phone": station.phone}
    outbox.send(
        key,
        channel=party.reply_by,
        language=language,
        to=to,
        context=context,
        matter_id=matter.id,
        by=by,
        at=at,
    )
