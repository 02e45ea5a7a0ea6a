"""A referral from another duty: a tenant list, a visit, a report that somebody lives somewhere unregistered."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from koban.duties.permits import rules
from koban.duties.permits.actions.departures import occupying
from koban.duties.permits.actions.people import KIND
from koban.duties.permits.models import Declaration, Source, Type, Way
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters.joins import place_of
from koban.matters.models import Holding, Matter
from koban.registers.residents import queries as register

# Whose word a referral carries, by the duty that it comes from.
SAID_BY = {"lettings": Source.LANDLORD}


def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Open a registration for a referral. People of the source who are declared at its address come along.

    With them the officer confirms with one click; without them somebody asks there and adds them.
    """
    homes = _declared_at(source, at)
    first = min((home.from_on for home in homes), default=timezone.localtime(at).date())
    last = next((home.ends_on for home in homes if home.ends_on), None)
    said_by = SAID_BY.get(source.kind, Source.OFFICE)
    makers: list[Callable[[Matter], Any]] = [
        lambda matter: Declaration(matter=matter, source=said_by, way=Way.REFERRED, from_on=first, to_on=last)
    ]
    for home in homes:
        makers += occupying(home)
    if by.at_post:
        makers.append(lambda matter: Holding(matter=matter, post_id=by.at_post or "", from_at=at))
    return matters.open_matter(
        KIND, by=by, at=at, station=station, type=Type.REGISTRATION, summary=summary, place=place_of(source),
        language=source.language, holder_id=by.at_post, terms={"confirm": rules.CONFIRM}, rows=makers,
        facts={"source": said_by, "way": Way.REFERRED, "people": len(homes)},
    )  # fmt: skip


def _declared_at(source: Matter, at: datetime) -> list[Any]:
    """Homes that wait for a word, of people who are parties of the source, at its address; each person once."""
    if source.address_id is None:
        return []
    people = set(source.parties.filter(person_id__isnull=False).values_list("person_id", flat=True))
    living = register.running_at(source.address_id, timezone.localtime(at).date())
    found = [home for home in living if home.state == "declared" and home.person_id in people]
    return list({home.person_id: home for home in found}.values())
