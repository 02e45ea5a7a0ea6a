"""What agents and property managers report, by their own key or at the desk, and what the office makes of it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings import actions, queries, rules
from koban.duties.lettings.actions import NewTenant, day_of, open_telling
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.looks import sealed_party
from koban.matters.models import Matter, Party
from koban.matters.places import Place
from koban.registers.premises.models import Address
from koban.registers.rentals import actions as rentals
from koban.registers.rentals.models import Agent, LetUnit
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as people

NO_PLACE = _("Choose the address first: nobody can be registered at words.")


@dataclass(frozen=True, slots=True)
class Report:
    """dealt_on: the day of the success, or on which the manager learned of it. place: words where no address is known."""

    tenant: NewTenant
    dealt_on: date
    address: Address | None = None
    place: str = ""
    landlord_name: str = ""
    landlord_phone: str = ""


@transaction.atomic
def report(agent: Agent, told: Report, *, by: Actor, at: datetime, station: Station) -> Matter:
    """A firm reports a letting. Whether it came in time is kept with the clause. Where the address is known it is
    registered at once; else somebody in the office finds the address first.
    """
    require(by, "lettings.tell")
    if told.dealt_on > day_of(at, station):
        raise Refused(_("The day of the letting lies ahead. Report it when it is agreed."))
    clause, due_on = actions.term_of(agent.kind, "start", told.dealt_on, station)
    person = _tenant(told.tenant, by, at)
    parties = [partial(Party, role=Party.Role.INVOLVED, person_id=person.pk), partial(_owner, told)]
    place = Place.at(told.address) if told.address else Place(told.place)
    matter = open_telling(
        "report", place, by=by, at=at, station=station, parties=parties, agent=agent, person_id=person.pk,
        told_on=day_of(at, station), clause=clause, due_on=due_on, from_on=told.tenant.from_on,
        ends_on=told.tenant.ends_on, terms={} if told.address else {"confirm": rules.FILING},
    )  # fmt: skip
    if told.address is None:
        return matter
    return _registered(matter, told.address, told.tenant.name, by=by, at=at, station=station)


def _tenant(tenant: NewTenant, by: Actor, at: datetime) -> Any:
    entry = residents.Entry(
        tenant.name, id_kind=tenant.id_kind, id_number=tenant.id_number, phone=tenant.phone
    )
    return people.by_identity(tenant.id_kind, tenant.id_number) or residents.declare(entry, by=by, at=at)


def _owner(told: Report, matter: Matter) -> Party:
    party = Party(matter=matter, role=Party.Role.OWNER, is_anonymous=not told.landlord_name)
    return sealed_party(party, name=told.landlord_name, phone=told.landlord_phone)


@transaction.atomic
def place(matter: Matter, address: Address | None, *, by: Actor, at: datetime, station: Station) -> Matter:
    """The office found the address of a report: the letting is registered there."""
    require(by, "lettings.handle")
    if address is None:
        raise Refused(NO_PLACE)
    matter = matters.change(
        matters.locked(matter), "lettings.place", by=by, at=at, changes=Place.at(address).fields()
    )
    return _registered(matter, address, "", by=by, at=at, station=station)


def _registered(
    matter: Matter, address: Address, called: str, *, by: Actor, at: datetime, station: Station
) -> Matter:
    telling = queries.telling(matter)
    unit = _unit(address, telling.from_on or telling.told_on, by, at)
    person, source = people.person(telling.person_id), telling.agent.kind if telling.agent else "office"
    home = residents.move_in(
        person, address, kind="tenant", from_on=telling.from_on or telling.told_on, source="agent",
        ends_on=telling.ends_on, by=by, at=at,
    )  # fmt: skip
    begun = telling.from_on or telling.told_on
    start = rentals.Start(person.pk, begun, telling.ends_on, source, home.pk, called=called)
    telling.tenancy, telling.unit = rentals.start(unit, start, by=by, at=at), unit
    telling.save(update_fields=["tenancy", "unit"])
    matters.change(matter, "lettings.linked", by=by, at=at, rows=[telling])
    return actions.pass_on(matter, at=at, station=station)


def _unit(address: Address, on: date, by: Actor, at: datetime) -> LetUnit:
    """The unit that is let at the address; one whose landlord nobody knows yet where there is none."""
    known: LetUnit | None = LetUnit.objects.filter(address=address, to_on=None).order_by("from_on").first()
    return known or rentals.enter_unit(address, None, part="whole", on=on, by=by, at=at)
