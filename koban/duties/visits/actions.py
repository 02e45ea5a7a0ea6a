"""Planning, announcing and making a visit; the wish for none; what was noted. Each writes its matter and its page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koban.duties.visits import needs, queries, rules
from koban.duties.visits.models import DoorTime, Noted, Rest, Visit
from koban.duties.visits.queries import KIND, day_of, value
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters import joins, receipts
from koban.matters.duty import all_duties
from koban.matters.models import Matter, Note, Party
from koban.matters.places import Place
from koban.registers.premises.models import Address

LASTS = timedelta(hours=2)
NO_ADDRESS = _("A visit needs an address.")
RESTS = _("This address is not called at for now. Only somebody there can ask for a visit.")
NOTHING_WRITTEN = _("Write what was talked about: the people there can read it.")


def said_no(why: Sentence | None) -> None:
    if why is not None:
        raise Refused(spoken(why), clause=why.clause)


# --- Planning ----------------------------------------------------------------------------------------------------


@transaction.atomic
def plan(
    address: Address, why: str, starts_at: datetime, *, words: str = "", person_id: UUID | None = None, by: Actor,
    at: datetime, station: Station,
) -> Matter:  # fmt: skip
    """Plan a visit at an address for a time. person_id: who asked for it, and so may read of it.

    Raises Refused for a time at night or in the past, and for an address that rests, unless somebody there asked.
    """
    require(by, "visits.ask" if why == rules.ASKED else "visits.plan")
    said_no(rules.unfit_time(starts_at.astimezone(ZoneInfo(station.tz)), at))
    if why in (rules.ROUND, rules.LETTING) and queries.is_resting(address.pk, day_of(at, station)):
        raise Refused(RESTS, clause=rules.REST)
    party = [lambda matter: Party(matter=matter, role=Party.Role.REPORTER, person_id=person_id)]
    visit = [lambda matter: Visit(matter=matter, why=why, starts_at=starts_at, ends_at=starts_at + LASTS)]
    return matters.open_matter(
        KIND, by=by, at=at, station=station, type=why, place=Place.at(address), summary=words.strip(),
        language=_language(), rows=[*(party if person_id else []), *visit],
    )  # fmt: skip


def _language() -> str:
    return "zh-hans" if (translation.get_language() or "zh").startswith("zh") else "en"


@transaction.atomic
def move_time(matter: Matter, starts_at: datetime, *, by: Actor, at: datetime, station: Station) -> Visit:
    """Another time. One that was announced has to be announced again."""
    require(by, "visits.plan")
    matter = matters.locked(matter)
    said_no(rules.unfit_time(starts_at.astimezone(ZoneInfo(station.tz)), at))
    if matter.state not in ("planned", "announced"):
        raise Refused(_("This visit is over."))
    visit = queries.visit(matter)
    visit.starts_at, visit.ends_at, visit.announced_at, visit.way = starts_at, starts_at + LASTS, None, ""
    visit.save(update_fields=["starts_at", "ends_at", "announced_at", "way"])
    matters.change(matter, "visits.move_time", by=by, at=at, rows=[visit])
    return visit


@transaction.atomic
def announce(matter: Matter, way: str, *, by: Actor, at: datetime) -> tuple[Matter, str]:
    """Tell the people there. Gives the matter and the secret of the slip: with both they read it afterwards."""
    require(by, "visits.plan")
    matter, secret = matters.locked(matter), receipts.new_secret()
    visit = queries.visit(matter)
    visit.announced_at, visit.way = at, way
    visit.save(update_fields=["announced_at", "way"])
    changes = {"receipt": receipts.fingerprint(secret)}
    if matter.state == "announced":
        told = matters.change(matter, "visits.announce_again", by=by, at=at, changes=changes, rows=[visit])
        return told, secret
    facts = {"way": way}
    moved = matters.move(matter, "announce", by=by, at=at, rows=[visit], changes=changes, facts=facts)
    return moved, secret


@transaction.atomic
def cancel(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    return matters.move(matters.locked(matter), "cancel", by=by, at=at, reason=reason)


# --- At the door -------------------------------------------------------------------------------------------------


def _may_go(visit: Visit, at: datetime, station: Station) -> None:
    hours = value(rules.NOTICE, station, day_of(at, station))
    is_asked = visit.why == rules.ASKED
    said_no(rules.unfit_to_go(visit.announced_at, at, is_asked=is_asked, hours=hours))


@transaction.atomic
def nobody_opened(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Nobody was at home. The address learns at which time of day; nobody else does."""
    require(by, "visits.go")
    matter = matters.locked(matter)
    visit, today = queries.visit(matter), day_of(at, station)
    if matter.state not in ("planned", "announced"):
        raise Refused(_("This visit is over."))
    _may_go(visit, at, station)
    said_no(rules.unfit_to_knock(visit.knocks, visit.knocked_on, today, value(rules.KNOCKS, station, today)))
    visit.knocks, visit.knocked_on = visit.knocks + 1, today
    visit.save(update_fields=["knocks", "knocked_on"])
    return matters.change(
        matter, "visits.nobody", by=by, at=at, rows=[visit, _door_time(matter, at, answered=False)]
    )


def _door_time(matter: Matter, at: datetime, *, answered: bool) -> DoorTime:
    if matter.address is None:
        raise Refused(NO_ADDRESS)
    made: DoorTime = DoorTime.objects.create(address=matter.address, at=at, answered=answered)
    return made


@transaction.atomic
def meet(
    matter: Matter, words: str, *, kinds: Sequence[str] = (), by: Actor, at: datetime, station: Station
) -> Matter:
    """Somebody opened and there was a talk. words: what the people there will read. kinds: needs that they told of."""
    require(by, "visits.go")
    if not words.strip():
        raise Refused(NOTHING_WRITTEN)
    matter = matters.locked(matter)
    visit = queries.visit(matter)
    _may_go(visit, at, station)
    visit.met_at = at
    visit.save(update_fields=["met_at"])
    written = write_down(matter, words, Note.Direction.OUT, by, at)
    noted = [Noted.objects.create(matter=matter, kind=kind, at=at) for kind in kinds if kind in needs.needs()]
    rows = [visit, written, _door_time(matter, at, answered=True), *noted, _rest(matter, at, station)]
    return matters.move(matter, "meet", by=by, at=at, rows=rows, facts={"needs": [row.kind for row in noted]})


@transaction.atomic
def rest(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    """No visit is wanted. No reason is asked for; the address rests as after any visit, and nothing else is kept."""
    require(by, "visits.rest")
    matter = matters.locked(matter)
    return matters.move(matter, "rest", by=by, at=at, rows=[_rest(matter, at, station)])


@transaction.atomic
def rest_at(address: Address, *, by: Actor, at: datetime, station: Station) -> Rest:
    """Somebody who lives there says beforehand that no visit is wanted."""
    require(by, "visits.rest")
    made = _rest_of(address.pk, at, station)
    book.write("visits.rest_at", by=by, at=at, subject=made, rows=[made])
    return made


def _rest(matter: Matter, at: datetime, station: Station) -> Rest:
    return _rest_of(matter.address_id, at, station)


def _rest_of(address_id: Any, at: datetime, station: Station) -> Rest:
    until = law.term(rules.REST, at, pack=station.pack, tz=station.tz).due_on
    told = {"from_on": day_of(at, station), "until_on": until}
    made: Rest = Rest.objects.update_or_create(address_id=address_id, defaults=told)[0]
    return made


@transaction.atomic
def leave_slip(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Nobody opened so often: the visit ends with a slip, and the address rests."""
    require(by, "visits.go")
    matter = matters.locked(matter)
    if queries.visit(matter).knocks == 0:
        raise Refused(_("Knock first."))
    return matters.move(matter, "leave_slip", by=by, at=at, rows=[_rest(matter, at, station)])


@transaction.atomic
def write_more(matter: Matter, words: str, *, by: Actor, at: datetime) -> Note:
    """Write something further for the people there."""
    require(by, "visits.go")
    if not words.strip():
        raise Refused(NOTHING_WRITTEN)
    matter = matters.locked(matter)
    note = write_down(matter, words, Note.Direction.OUT, by, at)
    matters.change(matter, "visits.write", by=by, at=at, rows=[note], met=("reply",))
    return note


@transaction.atomic
def note_need(matter: Matter, kind: str, *, by: Actor, at: datetime) -> Noted:
    """Note a need that came up later."""
    require(by, "visits.go")
    if kind not in needs.needs():
        raise Refused(_("This need is not on the list."))
    matter = matters.locked(matter)
    made: Noted = Noted.objects.create(matter=matter, kind=kind, at=at)
    matters.change(matter, "visits.need", by=by, at=at, rows=[made], facts={"kind": kind})
    return made


@transaction.atomic
def refer(noted: Noted, to: str, words: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Hand a need to another duty of the house."""
    require(by, "visits.go")
    matter = matters.locked(noted.matter)
    noted = Noted.objects.select_for_update(of=("self",)).get(pk=noted.pk)
    if noted.referred_id is not None:
        raise Refused(_("This need was referred already."))
    opened = joins.refer(matter, to, by=by, at=at, station=station, reason=words)
    noted.referred = opened
    noted.save(update_fields=["referred"])
    matters.change(matter, "visits.referred", by=by, at=at, rows=[noted], facts={"kind": noted.kind})
    return opened


def takers(kind: str) -> list[tuple[str, Any]]:
    """Duties of this house that could take a need, the fitting ones first."""
    able = {key: duty.label for key, duty in all_duties().items() if duty.receive and key != KIND}
    known = needs.needs().get(kind)
    first = [key for key in known.refer if key in able] if known else []
    return [(key, able[key]) for key in dict.fromkeys([*first, *able])]


@transaction.atomic
def finish(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    return matters.move(matters.locked(matter), "finish", by=by, at=at, waived=("reply",))


@transaction.atomic
def reopen(matter: Matter, reason: str, *, by: Actor, at: datetime) -> Matter:
    return matters.move(matters.locked(matter), "reopen", by=by, at=at, reason=reason)


def write_down(matter: Matter, text: str, direction: str, by: Actor, at: datetime) -> Note:
    note: Note = Note.objects.create(
        matter=matter, direction=direction, purpose="answer" if direction == "out" else "message",
        text=text.strip(), at=at, label=by.label, post_id=by.at_post,
    )  # fmt: skip
    return note
