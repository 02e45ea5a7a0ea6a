"""Declaring that people live somewhere, confirming it, and declaring that they have left."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import rules, told
from koban.duties.permits.actions import beginning, departures
from koban.duties.permits.actions.beginning import Begun
from koban.duties.permits.actions.people import Taken, handle_of, one_with, party_of
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Declaration, Occupant, Type
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Matter, Note, Party
from koban.matters.places import Place
from koban.registers.premises.models import Address
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register

# Sources that the residents' register knows by a name of its own.
REGISTERED_AS = {"manager": "agent"}
NO_ADDRESS = _("Choose the address from the register first.")


@transaction.atomic
def declare(
    stay: told.Residence, *, by: Actor, at: datetime, station: Station, begun: Matter | None = None
) -> Taken:
    """Take the declaration of a residence: the people, where and since when. Whoever takes it at the desk holds it.

    begun: the matter that was begun for it at the desk.
    Raises Refused for a stay that is not registered here, with the reason, and for days that cannot be.
    """
    require(by, "permits.declare")
    refuse_unfit(stay, Law.of(station, at))
    rows = _Rows(stay, by, at, station)
    facts = {"source": stay.source, "way": stay.way, "people": len(stay.people)}
    what = Begun(Type.REGISTRATION, stay.place, stay.reply.language, {"confirm": rules.CONFIRM}, facts)
    return beginning.opened(what, rows.makers(), begun=begun, by=by, at=at, station=station)


def refuse_unfit(stay: told.Residence, book: Law) -> None:
    days = (stay.to_on - stay.from_on).days + 1 if stay.to_on else None
    meant = rules.Stay(days, stay.house, stay.with_kin)
    why = rules.wrong_days(stay.from_on, stay.to_on, book.on) or rules.needs_registration(
        meant, shortest=book.value(rules.SHORTEST_STAY), kin_days=book.kin_days, houses=book.houses
    )
    if why:
        raise Refused(spoken(why), clause=why.clause)
    if not stay.people and not stay.pictured:
        raise Refused(_("Say who lives there."))


def told_in_time(source: str, from_on: date, at: datetime, station: Station) -> bool:
    """Whether a stay was told within the term of whoever tells it."""
    start = datetime.combine(from_on, time(), ZoneInfo(station.tz))
    term = law.term(
        Law.of(station, at).term_of(source), start, pack=station.pack, tz=station.tz, on=at.date()
    )
    return not term.is_late(at)


class _Rows:
    """The rows of a declaration. The register's own are stored first; the matter's are made once it is there."""

    def __init__(self, stay: told.Residence, by: Actor, at: datetime, station: Station) -> None:
        self.stay, self.by, self.at, self.station = stay, by, at, station
        self.people = [handle_of(one, source=self._source, by=by, at=at) for one in stay.people]
        self.homes = self._homes() if stay.place.address else [None] * len(self.people)

    @property
    def _source(self) -> str:
        return REGISTERED_AS.get(self.stay.source, self.stay.source)

    def _homes(self) -> list[Any]:
        address: Any = self.stay.place.address
        return move_in_all(
            self.people, address, kind=self.stay.kind, from_on=self.stay.from_on, to_on=self.stay.to_on,
            source=self._source, by=self.by, at=self.at,
        )  # fmt: skip

    def makers(self) -> list[Callable[[Matter], Any]]:
        made: list[Callable[[Matter], Any]] = [self._declarer, self._declaration]
        for n, person in enumerate(self.people):
            made += [self._party(n, person), self._occupant(n, person)]
        return made

    def _declarer(self, matter: Matter) -> Party:
        return party_of(matter, Party.Role.REPORTER, self.stay.reply)

    def _declaration(self, matter: Matter) -> Declaration:
        stay = self.stay
        in_time = told_in_time(stay.source, stay.from_on, self.at, self.station)
        return Declaration(
            matter=matter,
            source=stay.source,
            way=stay.way,
            from_on=stay.from_on,
            to_on=stay.to_on,
            is_in_time=in_time,
        )

    def _party(self, n: int, person: Any) -> Callable[[Matter], Party]:
        def make(matter: Matter) -> Party:
            self.last = Party(matter=matter, role=Party.Role.INVOLVED, person_id=person.pk)
            return self.last

        return make

    def _occupant(self, n: int, person: Any) -> Callable[[Matter], Occupant]:
        def make(matter: Matter) -> Occupant:
            home = self.homes[n]
            return Occupant(
                matter=matter, party=self.last, person_id=person.pk, residence_id=home.pk if home else None
            )

        return make


def move_in_all(
    people: Sequence[Any], address: Address, *, kind: str, from_on: date, to_on: date | None, source: str,
    by: Actor, at: datetime,
) -> list[Any]:  # fmt: skip
    """Declared residences of people who came together; more than one keep house together."""
    household = residents.found_household(address, from_on=from_on, by=by, at=at) if len(people) > 1 else None
    return [
        residents.move_in(
            person,
            address,
            kind=kind,
            from_on=from_on,
            source=source,
            household=household,
            ends_on=to_on,
            by=by,
            at=at,
        )
        for person in people
    ]


@transaction.atomic
def place_it(matter: Matter, address: Address, *, by: Actor, at: datetime) -> Matter:
    """Say which address of the register the words mean; its people are entered there as declared."""
    require(by, "permits.handle")
    matter = matters.locked(matter)
    declaration = Declaration.objects.get(matter=matter)
    occupants = list(Occupant.objects.filter(matter=matter).order_by("id"))
    if not matter.is_open or any(one.residence_id for one in occupants):
        raise Refused(_("The address of this declaration stands already."))
    people = [register.person(one.person_id) for one in occupants]
    source = REGISTERED_AS.get(declaration.source, declaration.source)
    homes = move_in_all(
        people,
        address,
        kind="tenant",
        from_on=declaration.from_on,
        to_on=declaration.to_on,
        source=source,
        by=by,
        at=at,
    )
    for one, home in zip(occupants, homes, strict=True):
        one.residence_id = home.pk
        one.save(update_fields=["residence_id"])
    changes = Place.at(address, matter.place).fields()
    return matters.change(matter, "permits.place", by=by, at=at, changes=changes, rows=occupants)


@transaction.atomic
def add_people(matter: Matter, people: Sequence[told.Someone], *, by: Actor, at: datetime) -> list[Occupant]:
    """Enter more people of a declaration that waits: those whom a referral did not name, or who were forgotten."""
    require(by, "permits.handle")
    matter = matters.locked(matter)
    declaration = Declaration.objects.get(matter=matter)
    if matter.state != "declared" or matter.type != Type.REGISTRATION:
        raise Refused(_("This declaration does not wait any more."))
    source = REGISTERED_AS.get(declaration.source, declaration.source)
    handles = [handle_of(one, source=source, by=by, at=at) for one in people]
    homes: list[Any] = [None] * len(handles)
    if matter.address:
        homes = move_in_all(
            handles, matter.address, kind="tenant", from_on=declaration.from_on, to_on=declaration.to_on, source=source,
            by=by, at=at,
        )  # fmt: skip
    parties = [Party(matter=matter, role=Party.Role.INVOLVED, person_id=handle.pk) for handle in handles]
    Party.objects.bulk_create(parties)
    rows = [
        Occupant(matter=matter, party=party, person_id=who.pk, residence_id=home.pk if home else None)
        for party, who, home in zip(parties, handles, homes, strict=True)
    ]
    Occupant.objects.bulk_create(rows)
    matters.change(
        matter, "permits.people", by=by, at=at, rows=[*parties, *rows], facts={"people": len(rows)}
    )
    return rows


@transaction.atomic
def confirm(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    """One click: the people live there. Somebody whom the register has with the same document becomes one with them."""
    require(by, "permits.confirm")
    matter = matters.locked(matter)
    if matter.type == Type.DEPARTURE:
        return departures.leave(matter, by=by, at=at)
    occupants = list(Occupant.objects.select_related("party").filter(matter=matter).order_by("id"))
    if not occupants:
        raise Refused(_("Nobody is entered yet. Add the people who live there."))
    rows = [row for one in occupants for row in _confirmed(one, by=by, at=at)]
    return matters.move(
        matter, "confirm", by=by, at=at, rows=rows, met=("confirm",), facts={"people": len(occupants)}
    )


def _confirmed(occupant: Occupant, *, by: Actor, at: datetime) -> list[Any]:
    if occupant.residence_id is None:
        raise Refused(NO_ADDRESS)
    person = register.person(occupant.person_id)
    kept = one_with(person, by=by, at=at)
    residence = register.residence(occupant.residence_id)
    if residence.person_id != kept.pk:  # they live there already, by another declaration
        residents.refuse_residence(residence, reason="double", by=by, at=at)
        residence = register.current_home(kept, at.date()) or residence
        occupant.residence_id = residence.pk
    if residence.state == "declared":
        residents.confirm_residence(residence, by=by, at=at)
    changed = kept.pk != occupant.person_id
    occupant.person_id = occupant.party.person_id = kept.pk
    occupant.save(update_fields=["person_id", "residence_id"])
    if changed:
        occupant.party.save(update_fields=["person_id"])
    return [occupant, occupant.party] if changed else [occupant]


@transaction.atomic
def confirm_all(found: Sequence[Matter], *, by: Actor, at: datetime) -> int:
    """Confirm several at once: those of a list that somebody has looked through. How many."""
    return len([confirm(matter, by=by, at=at) for matter in found])


@transaction.atomic
def refuse(matter: Matter, *, reason: str, by: Actor, at: datetime) -> Matter:
    """Not so, or not granted; whoever declared or applied reads why."""
    require(by, "permits.decide")
    matter = matters.locked(matter)
    if not reason.strip():
        raise Refused(_("Say why: whoever told it reads this."))
    for one in Occupant.objects.filter(matter=matter).exclude(residence_id=None):
        home = register.residence(one.residence_id)
        if home.state == "declared":
            residents.refuse_residence(home, reason="refused", by=by, at=at)
    matters.note(matter, reason, by=by, at=at, direction=Note.Direction.OUT, purpose="answer")
    waived = ("confirm", "look_through", "bring", "issue")
    return matters.move(
        matter, "refuse", by=by, at=at, reason=reason, met=("confirm", "look_through"), waived=waived
    )
