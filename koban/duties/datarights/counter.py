"""Requests that do not come from the own pages: at the desk, and handed over from another duty."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.datarights import actions
from koban.duties.datarights.actions import Asked
from koban.duties.datarights.models import Request
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.models import Link, Matter
from koban.registers.residents import queries as register

WHO = _("Say whose data it is about: one resident of the register as a party of this matter, no more.")
HANDED = (Request.Kind.ACCESS, Request.Kind.EXPLAIN, Request.Kind.RESTRICT, Request.Kind.DELETE)


@transaction.atomic
def ask_at_desk(
    source: Matter, person_id: UUID, asked: Asked, *, by: Actor, at: datetime, station: Station
) -> Request:
    """Take what a person of a matter in hand asks about themselves. Raises Denied, Absent, Refused."""
    looks.right(source, by=by, at=at)
    person = register.person(looks.belongs(source, person_id, at=at))
    request = actions.ask(person, asked, by=by, at=at, station=station)
    matters.link(source, request.matter, Link.Kind.RELATED, by=by, at=at)
    return request


def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Open a request for a referral: of the one resident who is a party of the source. Raises Refused for none or more."""
    parties = source.parties.filter(person_id__isnull=False).values_list("person_id", flat=True)
    people = {register.person(who).pk for who in parties}
    if len(people) != 1:
        raise Refused(WHO)
    kind = type if type in HANDED else Request.Kind.ACCESS
    asked = Asked(kind, summary, language=source.language)
    request = actions.ask(register.person(people.pop()), asked, by=by, at=at, station=station)
    opened: Matter = request.matter
    return opened
