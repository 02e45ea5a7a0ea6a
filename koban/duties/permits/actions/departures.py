"""Declaring that people have left: said by themselves it holds at once."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import rules
from koban.duties.permits.actions.people import KIND, Taken
from koban.duties.permits.models import Declaration, Occupant, Source, Type
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.models import Holding, Matter, Party
from koban.matters.places import Place
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register


@transaction.atomic
def depart(
    homes: Sequence[Any], on: date, *, source: str, way: str, by: Actor, at: datetime, station: Station
) -> Taken:
    """Declare that people leave their homes at one address; `on` is their last day. Said by themselves it holds at once.

    homes: registrations of the residents' register. Whoever else says it waits for the office's word.
    """
    require(by, "permits.declare")
    if not homes:
        raise Refused(_("Choose who leaves."))
    if any(on < home.from_on for home in homes):
        raise Refused(_("Nobody moves out before moving in. Compare the days."))
    secret = receipts.new_secret()
    makers: list[Callable[[Matter], Any]] = [
        lambda matter: Declaration(matter=matter, source=source, way=way, from_on=on)
    ]
    for home in homes:
        makers += occupying(home)
    if by.at_post:
        makers.append(lambda matter: Holding(matter=matter, post_id=by.at_post or "", from_at=at))
    matter = matters.open_matter(
        KIND, by=by, at=at, station=station, type=Type.DEPARTURE, place=Place.at(homes[0].address), secret=secret,
        holder_id=by.at_post, terms={"confirm": rules.CONFIRM}, rows=makers,
        facts={"source": source, "way": way, "people": len(homes)},
    )  # fmt: skip
    if source == Source.SELF:
        matter = leave(matters.locked(matter), by=by, at=at)
    return Taken(matter, secret)


def occupying(home: Any) -> list[Callable[[Matter], Any]]:
    """Makers of the rows that tie a home of the register to a matter: a party and an occupant."""
    party = Party(role=Party.Role.INVOLVED, person_id=home.person_id)

    def make_party(matter: Matter) -> Party:
        party.matter = matter
        return party

    def make_occupant(matter: Matter) -> Occupant:
        return Occupant(matter=matter, party=party, person_id=home.person_id, residence_id=home.pk)

    return [make_party, make_occupant]


def leave(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    """End the homes of whom a locked departure names."""
    on = Declaration.objects.get(matter=matter).from_on
    for one in Occupant.objects.filter(matter=matter).exclude(residence_id=None):
        home = register.residence(one.residence_id)
        if home.to_on is None and home.state != "refused":
            residents.move_out(home, on=max(on, home.from_on), why="moved", by=by, at=at)
    return matters.move(matter, "leave", by=by, at=at, met=("confirm",))
