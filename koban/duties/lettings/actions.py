"""What landlords, agents and tenants tell. Each writes the registers and its matter in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings import papers, queries, rules
from koban.duties.lettings.models import Telling
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.duty import all_duties
from koban.matters.models import Matter, Note, Party
from koban.matters.places import NOWHERE, Place
from koban.registers.premises.models import Address
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import Landlord, Letter, LetUnit, Tenancy
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as people

REGISTRATION = "permits"
PASSED = _("A new tenant was told of. Please confirm the registration.")
NOT_RUNNING = _("This letting has ended already.")
NOT_YOURS = _("This letting is not about you.")


@dataclass(frozen=True, slots=True)
class NewTenant:
    """Who moves in, as the landlord or the agent says it (CN-RENT-2: name, kind and number of the document)."""

    name: str
    id_kind: str
    id_number: str
    from_on: date
    phone: str = ""
    ends_on: date | None = None
    sublet_of: Tenancy | None = None


def day_of(at: datetime, station: Station) -> date:
    return at.astimezone(ZoneInfo(station.tz)).date()


def said_no(why: Sentence | None) -> None:
    """Raise Refused with the sentence of a rule, if it says no."""
    if why is not None:
        raise Refused(spoken(why), clause=why.clause)


# --- Units and letters ---------------------------------------------------------------------------------------


@transaction.atomic
def file_unit(
    person_id: UUID, address: Address, part: str, *, by: Actor, at: datetime, station: Station
) -> Matter:
    """A landlord tells of a unit; the office confirms it within the term."""
    require(by, "lettings.tell")
    today = day_of(at, station)
    landlord = rentals.enter_landlord(person_id, on=today, by=by, at=at)
    known = landlord.units.filter(address=address, to_on=None).exists()
    if known:
        raise Refused(_("This unit is on your list already."))
    unit = rentals.enter_unit(address, landlord, part=part, on=today, by=by, at=at)
    party = partial(Party, role=Party.Role.OWNER, person_id=person_id)
    return _open(
        "filing", Place.at(address), by=by, at=at, station=station, terms={"confirm": rules.FILING},
        parties=[party], unit=unit, told_on=today,
    )  # fmt: skip


@transaction.atomic
def sign_letter(
    landlord: Landlord,
    language: str,
    *,
    version: str,
    way: str = "portal",
    by: Actor,
    at: datetime,
    station: Station,
) -> Letter:
    """The landlord read the letter and signs it. version: of the words that were on the page.

    Raises Refused where the words have changed since they were shown.
    """
    require(by, "lettings.tell")
    today, wording = day_of(at, station), papers.newest()
    if version != wording.version:
        raise Refused(_("The words of the letter have changed. Please read them again."))
    read = wording.read(language, queries.letter_terms(station, today))
    until = law.term(rules.LETTER, at, pack=station.pack, tz=station.tz).due_on
    signed = rentals.Signed(read.version, language, read.sha256, way, today, until)
    return rentals.sign_letter(landlord, signed, by=by, at=at)


# --- Tenants -------------------------------------------------------------------------------------------------


@transaction.atomic
def register_tenant(
    unit: LetUnit, told: NewTenant, *, source: str, by: Actor, at: datetime, station: Station
) -> Matter:
    """Somebody moves in: person, home and letting are declared, and their registration is asked for at once."""
    require(by, "lettings.tell")
    said_no(_unfit(unit, told, station, at))
    tenancy = move_in(unit, told, source=source, by=by, at=at)
    clause, due_on = term_of(source, "start", told.from_on, station)
    party = partial(Party, role=Party.Role.INVOLVED, person_id=tenancy.person_id)
    matter = _open(
        "tenant", Place.at(unit.address), by=by, at=at, station=station, parties=[party], unit=unit,
        tenancy=tenancy, told_on=day_of(at, station), clause=clause, due_on=due_on, from_on=told.from_on,
        ends_on=told.ends_on,
    )  # fmt: skip
    return pass_on(matter, at=at, station=station)


def _unfit(unit: LetUnit, told: NewTenant, station: Station, at: datetime) -> Sentence | None:
    today = day_of(at, station)
    letter = lets.letter_on(unit.landlord, today) if unit.landlord else None
    binds = unit.landlord is not None and queries.letter_binds(station, today)
    letting = rules.Letting(
        told.from_on, told.ends_on, _let_from(unit), unit.to_on, letter is not None, binds
    )
    return rules.unfit_to_start(letting, today)


def _let_from(unit: LetUnit) -> date:
    """A letting may have begun before its unit was filed: the filing only says since when the office knows of it."""
    return date.min if unit.to_on is None else unit.from_on


def move_in(unit: LetUnit, told: NewTenant, *, source: str, by: Actor, at: datetime) -> Tenancy:
    """Person, home and letting of a new tenant. Somebody whom the register knows by the document is not entered twice."""
    kinds = {"landlord": "landlord", "agent": "agent", "manager": "agent", "office": "office"}
    entry = residents.Entry(told.name, id_kind=told.id_kind, id_number=told.id_number, phone=told.phone)
    person = people.by_identity(told.id_kind, told.id_number) or residents.declare(entry, by=by, at=at)
    home = residents.move_in(
        person, unit.address, kind="tenant", from_on=told.from_on, source=kinds[source], ends_on=told.ends_on,
        by=by, at=at,
    )  # fmt: skip
    start = rentals.Start(
        person.pk, told.from_on, told.ends_on, source, home.pk, told.sublet_of, called=told.name
    )
    return rentals.start(unit, start, by=by, at=at)


def term_of(who: str, what: str, on: date, station: Station) -> tuple[str, date]:
    noon = datetime.combine(on, time(12), ZoneInfo(station.tz))
    return queries.last_day(who, what, noon, station)


def pass_on(matter: Matter, *, at: datetime, station: Station) -> Matter:
    """Ask the duty that registers residents to confirm; without one in this house the matter stays here."""
    if REGISTRATION not in all_duties():
        return matter
    with translation.override(matter.language):
        reason = str(PASSED)
    joins.refer(matter, REGISTRATION, by=SYSTEM, at=at, station=station, reason=reason)
    return matters.move(matter, "pass_on", by=SYSTEM, at=at)


@transaction.atomic
def end_tenancy(tenancy: Tenancy, on: date, *, by: Actor, at: datetime, station: Station) -> Tenancy:
    """The tenant has left: letting and home end on that day."""
    require(by, "lettings.tell")
    said_no(rules.unfit_to_end(tenancy.from_on, on, day_of(at, station)))
    ended = rentals.end(tenancy, on=on, by=by, at=at)
    home = tenancy.residence
    if home is not None and home.to_on is None and home.state in ("declared", "confirmed"):
        residents.move_out(home, on=max(on, home.from_on), why="ended", by=by, at=at)
    return ended


# --- Self-check ----------------------------------------------------------------------------------------------


@transaction.atomic
def check(
    unit: LetUnit, answers: Mapping[str, str], *, by: Actor, at: datetime, station: Station
) -> Matter | None:
    """A landlord looked through the unit. What is not in order becomes a matter; None where all is."""
    require(by, "lettings.tell")
    said_no(rules.incomplete(tuple(papers.checklist()), answers))
    found, today = rules.hazards(answers), day_of(at, station)
    rentals.note_check(unit, on=today, hazards=len(found), by=by, at=at)
    if not found:
        return None
    kept = {key: answers[key] for key in papers.checklist()}
    return _open(
        "check", Place.at(unit.address), by=by, at=at, station=station, terms={"look": rules.HAZARD}, unit=unit,
        told_on=today, answers=kept,
    )  # fmt: skip


# --- "This is wrong" -----------------------------------------------------------------------------------------


@transaction.atomic
def object_to(
    tenancy: Tenancy, words: str, *, person_id: UUID, by: Actor, at: datetime, station: Station
) -> Matter:
    """A tenant says that a letting about them is wrong; they are answered within the term."""
    require(by, "lettings.tell")
    if person_id != tenancy.person_id:
        raise Refused(NOT_YOURS)
    if tenancy.disputed_at is not None:
        raise Refused(_("You have said so already. The office is looking at it."))
    disputed = rentals.dispute(tenancy, by=by, at=at)
    party = partial(Party, role=Party.Role.REPORTER, person_id=person_id)
    matter = _open(
        "wrong", Place.at(tenancy.unit.address), by=by, at=at, station=station, terms={"answer": rules.OBJECTION},
        parties=[party], unit=tenancy.unit, tenancy=disputed, told_on=day_of(at, station),
    )  # fmt: skip
    told = words.strip() or "–"
    matters.note(matter, told, by=by, at=at, direction=Note.Direction.IN, purpose="message")
    return matter


# --- Opening a matter ----------------------------------------------------------------------------------------


def _open(
    type_: str, place: Place = NOWHERE, *, by: Actor, at: datetime, station: Station, summary: str = "",
    terms: Mapping[str, str] | None = None, parties: Any = (), secret: str = "", **told: Any,
) -> Matter:  # fmt: skip
    telling = partial(Telling, **told)
    makers = [lambda matter, make=make: make(matter=matter) for make in [*parties, telling]]
    language = "zh-hans" if (translation.get_language() or "zh").startswith("zh") else "en"
    return matters.open_matter(
        queries.KIND, by=by, at=at, station=station, type=type_, place=place, summary=summary, language=language,
        terms=terms, secret=secret, rows=makers,
    )  # fmt: skip


open_telling = _open
