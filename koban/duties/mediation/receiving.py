"""A referral from another duty: an incident, a visit, a letting. What is known there comes along."""

from datetime import datetime

from koban.duties.mediation import taking
from koban.duties.mediation.kinds import KINDS
from koban.duties.mediation.taking import Facts, SideTold
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.joins import place_of
from koban.matters.models import Matter

# Type of the source → what it is about here. A type that is not here is for the officer to say.
ABOUT = {"noise": "noise", "domestic_violence": "family", "traffic": "traffic"}


def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Open a mediation. Residents who are parties there become its sides; who gave a bare name is asked again, since
    what is sealed in another matter is not copied. Violence at home stays marked as such."""
    people = list(source.parties.filter(person_id__isnull=False).order_by("id")[:2])
    told = [SideTold(person_id=one.person_id, language=one.language) for one in people]
    a, b = (*told, SideTold(), SideTold())[:2]
    if source.address is not None:
        b = SideTold(person_id=b.person_id, language=b.language, address=source.address)
    kind = type if type in KINDS else ABOUT.get(source.type, "other")
    facts = Facts(violence_at_home=source.type == "domestic_violence")
    mediation = taking.take(
        kind, summary, by=by, at=at, station=station, facts=facts, a=a, b=b, place=place_of(source), language=source.language
    )  # fmt: skip
    matter: Matter = mediation.matter
    return matter
