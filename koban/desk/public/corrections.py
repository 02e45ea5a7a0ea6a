"""Correcting how one can be reached (CN-PI-2): what is written replaces what is kept; what is left empty is deleted."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.intake import Reporter
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.matters import actions as matters
from koban.matters.looks import SEALED, sealed_party
from koban.matters.models import Matter, Party
from koban.matters.timeline import SENTENCES

VERB = "desk.contact"
SENTENCES.setdefault(VERB, _("The resident changed how to be reached"))


@transaction.atomic
def correct_contact(matter: Matter, told: Reporter, *, by: Actor, at: datetime) -> Party:
    """Put `told` in the place of what the reporter left before. Values stay out of the page; it names the fields."""
    require(by, "incidents.follow")
    party = (
        Party.objects.select_for_update(of=("self",)).filter(matter=matter, role=Party.Role.REPORTER).first()
    )
    party = party or Party(matter=matter, role=Party.Role.REPORTER, language=matter.language)
    sealed_party(party, name=told.name, phone=told.phone, email=told.email)
    party.is_anonymous, party.reply_by = told.is_anonymous, told.reply_by
    party.wants_secrecy = told.wants_secrecy
    party.save()
    facts = {"kept": [field for field in SEALED if getattr(told, field)], "reply_by": told.reply_by}
    matters.change(matter, VERB, by=by, at=at, rows=[party], facts=facts)
    return party
