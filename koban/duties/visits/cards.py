"""The voluntary contact card: given for named purposes, with an end, asked about before it, ended at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.visits import needs, rules
from koban.duties.visits.actions import said_no
from koban.duties.visits.models import Card
from koban.duties.visits.queries import day_of
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.registers.premises.models import Address
from koban.registers.residents import actions as residents
from koban.registers.residents.handles import Person

PURPOSE = "contact_card"
OWN = "self"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to reach: relation is a key of RELATIONS, or OWN for the card's owner."""

    relation: str
    name: str
    phone: str


RELATIONS = {
    "family": _("family"),
    "friend": _("friend"),
    "neighbour": _("neighbour"),
    "work": _("work or school"),
}


@transaction.atomic
def give(
    person: Person, address: Address | None, contacts: Sequence[Contact], purposes: Sequence[str], *, by: Actor,
    at: datetime, station: Station,
) -> Card:  # fmt: skip
    """Keep a card until its term; one that the person had before ends. Raises Refused for an empty one."""
    require(by, "visits.card")
    kept = [contact for contact in contacts if contact.phone]
    chosen = [key for key in purposes if key in needs.purposes()]
    said_no(rules.empty_card([contact.phone for contact in kept], chosen))
    for old in Card.objects.filter(person=person, ended_at=None):
        end(old, by=by, at=at)
    until = law.term(rules.CARD, at, pack=station.pack, tz=station.tz).due_on
    consent = residents.consent(person, purpose=PURPOSE, until_on=until, by=by, at=at)
    for contact in kept:
        residents.add_contact(
            person, relation=contact.relation, name=contact.name, phone=contact.phone, purpose=PURPOSE, by=by,
            at=at,
        )  # fmt: skip
    card: Card = Card.objects.create(
        person=person,
        address=address,
        consent=consent,
        purposes=chosen,
        given_on=day_of(at, station),
        ends_on=until,
    )
    _page("visits.card", card, by, at, {"purposes": chosen})
    return card


@transaction.atomic
def still_right(card: Card, *, by: Actor, at: datetime, station: Station) -> Card:
    """The owner says that it is still right: it runs anew."""
    require(by, "visits.card")
    row = _locked(card)
    until = law.term(rules.CARD, at, pack=station.pack, tz=station.tz).due_on
    residents.withdraw(row.consent, by=by, at=at)
    row.consent = residents.consent(row.person, purpose=PURPOSE, until_on=until, by=by, at=at)
    row.ends_on, row.asked_on = until, None
    row.save(update_fields=["consent", "ends_on", "asked_on"])
    _page("visits.card_again", row, by, at)
    return row


@transaction.atomic
def end(card: Card, *, by: Actor, at: datetime) -> Card:
    """The owner no longer wants it, or its term is over: what stood on it is closed at once."""
    require(by, "visits.card")
    row = _locked(card)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    residents.withdraw(row.consent, by=by, at=at)
    residents.end_contacts(row.person, purpose=PURPOSE, by=by, at=at)
    _page("visits.card_end", row, by, at)
    return row


@transaction.atomic
def ask(card: Card, *, by: Actor, at: datetime, station: Station) -> Card:
    """Remember that the owner was asked."""
    row = _locked(card)
    row.asked_on = day_of(at, station)
    row.save(update_fields=["asked_on"])
    _page("visits.card_asked", row, by, at)
    return row


def _locked(card: Card) -> Card:
    rows = Card.objects.select_for_update(of=("self",)).select_related("consent", "person")
    found: Card | None = rows.filter(pk=card.pk, ended_at=None).first()
    if found is None:
        raise Refused(_("This card has ended already."))
    return found


def _page(verb: str, card: Card, by: Actor, at: datetime, facts: dict[str, Any] | None = None) -> None:
    book.write(verb, by=by, at=at, subject=card, facts=facts or {}, rows=[card])
