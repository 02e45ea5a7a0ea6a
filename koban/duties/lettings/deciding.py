"""What the office does with a matter about a letting."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings import queries, rules
from koban.duties.lettings.actions import day_of, open_telling
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Matter, Note
from koban.matters.places import Place
from koban.registers.premises.models import Address
from koban.registers.rentals import actions as rentals
from koban.registers.rentals.models import LetUnit
from koban.registers.residents import actions as residents

UNFIT = _("This step does not belong to a matter of this kind.")


def is_fit(matter: Matter, step: str) -> bool:
    """Whether a matter of this type has this step."""
    return rules.has_step(matter.type, step)


def _fit(matter: Matter, step: str) -> None:
    if not is_fit(matter, step):
        raise Refused(UNFIT)


@transaction.atomic
def confirm(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    """One click: the unit of a filing, or the tenant where this house registers them itself, is confirmed."""
    _fit(matter, "register")
    matter = matters.locked(matter)
    telling = queries.telling(matter)
    if matter.type == "filing" and telling.unit:
        rentals.confirm_unit(telling.unit, by=by, at=at)
    elif telling.tenancy and telling.tenancy.residence and telling.tenancy.residence.state == "declared":
        residents.confirm_residence(telling.tenancy.residence, by=by, at=at)
    elif telling.tenancy is None:
        raise Refused(_("Find the address of this report first."))
    return matters.move(matter, "register", by=by, at=at, met=("confirm",))


@transaction.atomic
def refuse(matter: Matter, reason: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Not registered; the reason is what whoever told of it reads. A unit of a filing is no longer on the list."""
    _fit(matter, "refuse")
    matter = matters.locked(matter)
    telling = queries.telling(matter)
    if matter.type == "filing" and telling.unit and telling.unit.to_on is None:
        rentals.close_unit(telling.unit, on=day_of(at, station), by=by, at=at)
    told = [_out(matter, reason, by, at)] if reason.strip() else []
    return matters.move(matter, "refuse", by=by, at=at, reason=reason, rows=told, waived=("confirm",))


@transaction.atomic
def ask(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    """Say once and completely what is missing."""
    _fit(matter, "ask")
    matter = matters.locked(matter)
    told = [_out(matter, reason, by, at)] if reason.strip() else []
    return matters.move(matter, "ask", by=by, at=at, reason=reason, rows=told, waived=("confirm",))


@transaction.atomic
def tell_more(matter: Matter, words: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """What was missing is told; the term runs anew."""
    require(by, "lettings.tell")
    matter = matters.locked(matter)
    if not words.strip():
        raise Refused(_("Write something first."))
    note = _note(matter, words, Note.Direction.IN, by, at)
    moved = matters.move(matter, "tell_more", by=by, at=at, rows=[note])
    matters.set_deadline(moved, "confirm", rules.FILING, by=by, at=at, station=station)
    return moved


@transaction.atomic
def settle(matter: Matter, reason: str, *, is_void: bool, by: Actor, at: datetime) -> Matter:
    """Answer a tenant who said that a letting is wrong: it is set right, or it stands and the reason says why."""
    step = "set_right" if is_void else "stands"
    _fit(matter, step)
    if not reason.strip():
        raise Refused(_("Write the answer that the tenant will read."))
    matter = matters.locked(matter)
    telling = queries.telling(matter)
    if telling.tenancy:
        rentals.settle(telling.tenancy, is_void=is_void, by=by, at=at)
        home = telling.tenancy.residence
        if is_void and home and home.state == "declared":
            residents.refuse_residence(home, reason="wrong", by=by, at=at)
        elif is_void and home and home.to_on is None and home.state == "confirmed":
            residents.move_out(home, on=max(home.from_on, at.date()), why="ended", by=by, at=at)
    told = _out(matter, reason, by, at)
    return matters.move(matter, step, by=by, at=at, reason=reason, rows=[told], met=("answer",))


@transaction.atomic
def follow_up(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    """What was done about it."""
    _fit(matter, "follow_up")
    return matters.move(matter, "follow_up", by=by, at=at, reason=reason, met=("look",))


@transaction.atomic
def reopen(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    _fit(matter, "reopen")
    return matters.move(matter, "reopen", by=by, at=at, reason=reason)


@transaction.atomic
def refer(matter: Matter, to: str, reason: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Hand it to another duty of the house: an inspection, a mediation, a visit. This matter stays as it is."""
    require(by, "lettings.handle")
    return joins.refer(matter, to, by=by, at=at, station=station, reason=reason)


@transaction.atomic
def enquire(unit: LetUnit, words: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Open a matter about a let unit: to look into something, to refer it."""
    require(by, "lettings.take")
    if not words.strip():
        raise Refused(_("Say what it is about."))
    return open_enquiry(Place.at(unit.address), words, unit, by=by, at=at, station=station)


@transaction.atomic
def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Open a matter for what another duty refers."""
    return open_enquiry(joins.place_of(source), summary, None, by=by, at=at, station=station)


def open_enquiry(
    place: Place, words: str, unit: LetUnit | None, *, by: Actor, at: datetime, station: Station
) -> Matter:
    unit = unit or _let_at(place.address)
    return open_telling(
        "enquiry", place, by=by, at=at, station=station, summary=words.strip(), unit=unit,
        told_on=day_of(at, station), terms={"look": rules.HAZARD},
    )  # fmt: skip


def _let_at(address: Address | None) -> LetUnit | None:
    if address is None:
        return None
    found: LetUnit | None = LetUnit.objects.filter(address=address, to_on=None).order_by("from_on").first()
    return found


def _out(matter: Matter, text: str, by: Actor, at: datetime) -> Note:
    return _note(matter, text, Note.Direction.OUT, by, at)


def _note(matter: Matter, text: str, direction: str, by: Actor, at: datetime) -> Note:
    note: Note = Note.objects.create(
        matter=matter, direction=direction, purpose="answer" if direction == "out" else "message",
        text=text.strip(), at=at, label=by.label, post_id=by.at_post,
    )  # fmt: skip
    return note
