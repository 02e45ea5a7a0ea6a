"""Moving in and out: who lives where, since when, on whose word."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.lib.errors import Refused
from koban.registers.premises.models import Address
from koban.registers.residents.actions.people import locked
from koban.registers.residents.models import Household, Person, Residence

NOT_DECLARED = _("This registration does not wait for an answer any more.")
OVER = _("This registration has ended already.")
BEFORE = _("Nobody moves out before moving in. Compare the days.")
ENDS_BEFORE = _("The registration would end before it begins. Compare the days.")


@transaction.atomic
def move_in(
    person: Person,
    address: Address,
    *,
    kind: str,
    from_on: date,
    source: str,
    state: str = "declared",
    household: Household | None = None,
    ends_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Residence:
    """A person lives at an address from a day on. Said again while it runs, it changes nothing and is returned.

    ends_on: the last day of a registration that ends by itself. state: "confirmed" only by who may confirm.
    """
    require(by, "residents.confirm" if state == "confirmed" else "residents.move")
    person = locked(person)
    running: Residence | None = Residence.objects.running().filter(person=person, address=address).first()
    if running:
        return running
    if ends_on and ends_on < from_on:
        raise Refused(ENDS_BEFORE)
    home: Residence = Residence.objects.create(
        person=person, address=address, household=household, kind=kind, from_on=from_on, source=source,
        state=state, ends_on=ends_on,
    )  # fmt: skip
    _page("residents.move_in", home, by, at, {"kind": kind, "source": source, "state": state})
    return home


@transaction.atomic
def confirm_residence(residence: Residence, *, by: Actor, at: datetime) -> Residence:
    """The office says that it is so."""
    require(by, "residents.confirm")
    residence = _waiting(residence)
    residence.state = Residence.State.CONFIRMED
    residence.save(update_fields=["state"])
    _page("residents.confirm_residence", residence, by, at, {})
    return residence


@transaction.atomic
def refuse_residence(residence: Residence, *, reason: str, by: Actor, at: datetime) -> Residence:
    """The office says that it is not so. reason: a code."""
    require(by, "residents.confirm")
    residence = _waiting(residence)
    residence.state, residence.ended_why = Residence.State.REFUSED, reason
    residence.save(update_fields=["state", "ended_why"])
    _page("residents.refuse_residence", residence, by, at, {"reason": reason})
    return residence


@transaction.atomic
def move_out(residence: Residence, *, on: date, why: str, by: Actor, at: datetime) -> Residence:
    """The person no longer lives there; `on` was the last day. why: a code: moved, ended, expired, died."""
    require(by, "residents.move")
    residence = _locked(residence)
    if residence.to_on or residence.state == Residence.State.REFUSED:
        raise Refused(OVER)
    if on < residence.from_on:
        raise Refused(BEFORE)
    residence.to_on, residence.state, residence.ended_why = on, Residence.State.ENDED, why
    residence.save(update_fields=["to_on", "state", "ended_why"])
    _page("residents.move_out", residence, by, at, {"why": why})
    return residence


@transaction.atomic
def found_household(address: Address, *, from_on: date, by: Actor, at: datetime) -> Household:
    """A new household at an address; people join it by `move_in(..., household=)`."""
    require(by, "residents.move")
    house = Household.objects.create(address=address, from_on=from_on)
    book.write("residents.household", by=by, at=at, subject=house, facts={"count": 1}, rows=[house])
    return house


def end_due(today: date, *, by: Actor, at: datetime, limit: int = 500) -> int:
    """End registrations whose last day has passed (CN-RES-1: a stay is deregistered on leaving). How many ended."""
    due = list(Residence.objects.due(today).order_by("ends_on")[:limit])
    for residence in due:
        move_out(residence, on=residence.ends_on or today, why="expired", by=by, at=at)
    return len(due)


def _locked(residence: Residence) -> Residence:
    now: Residence = Residence.objects.select_for_update(of=("self",), no_key=True).get(pk=residence.pk)
    return now


def _waiting(residence: Residence) -> Residence:
    residence = _locked(residence)
    if residence.state != Residence.State.DECLARED:
        raise Refused(NOT_DECLARED)
    return residence


def _page(verb: str, residence: Residence, by: Actor, at: datetime, facts: dict[str, Any]) -> None:
    book.write(verb, by=by, at=at, subject=residence, facts=facts, rows=[residence])
