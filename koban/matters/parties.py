"""Residents of the register as parties of a matter."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.matters import actions, looks
from koban.matters.models import Matter, Party


@transaction.atomic
def add(matter: Matter, person_id: UUID, *, role: str, by: Actor, at: datetime) -> Party:
    """Make a resident who belongs to the matter its party. Said again, it changes nothing. Raises Absent and Denied."""
    require(by, "matters.hold")
    looks.right(matter, by=by, at=at)
    looks.belongs(matter, person_id, at=at)
    matter = actions.locked(matter)
    known = Party.objects.filter(matter=matter, person_id=person_id).first()
    if known:
        return known
    party = Party(matter=matter, role=role, person_id=person_id, language=matter.language)
    party.save(force_insert=True)
    actions.change(matter, "matters.party", by=by, at=at, rows=[party], facts={"role": role})
    return party
