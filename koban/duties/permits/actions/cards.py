"""The permit itself: issued, endorsed each year, suspended and restored, changed, replaced, given back."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import rules, telling, told
from koban.duties.permits.actions import papers
from koban.duties.permits.actions.applications import identify, refused
from koban.duties.permits.actions.people import KIND, Taken, party_of
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Application, Endorsement, Pause, Permit, Type
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations import numbers
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.models import Holding, Matter, Party
from koban.matters.places import Place

REGISTER = "permit"
RENEWED = (Type.REPLACEMENT, Type.CHANGE)  # these print a paper of their own
HAS_ONE = _("This person has a permit already. Endorse, change or replace that one.")
ENDED = _("This permit has ended.")


@transaction.atomic
def issue(
    matter: Matter, *, by: Actor, at: datetime, station: Station, values: Mapping[str, str] | None = None,
    base: str = "",
) -> Permit:  # fmt: skip
    """Make the permit. Its years begin today. values: of the holder, for the paper; None where none is printed."""
    require(by, "permits.decide")
    matter = matters.locked(matter)
    person = identify(matter, by=by, at=at)
    application = Application.objects.get(matter=matter)
    permit = _new(matter, person.pk, application.ground, rules.Years(_today(at, station)), at, station)
    _save_new(permit)
    application.permit = permit
    application.save(update_fields=["permit"])
    if values:
        papers.certify(permit, values, by=by, at=at, station=station, base=base)
    facts = {"permit": permit.printed, "due": permit.due_on.isoformat()}
    matters.move(
        matters.locked(matter), "issue", by=by, at=at, rows=[permit, application], met=("issue",), facts=facts
    )
    telling.tell(matter, "permits.issued", by=by, at=at)
    return permit


def _new(
    matter: Matter, person_id: UUID, ground: str, years: rules.Years, at: datetime, station: Station
) -> Permit:
    today = _today(at, station)
    permit = Permit(
        matter=matter, person_id=person_id, ground=ground, address=matter.address, issued_on=today
    )
    permit.year = today.year
    permit.number = numbers.take(REGISTER, today.year)
    _set_years(permit, years, Law.of(station, at))
    return permit


def _save_new(permit: Permit) -> None:
    try:
        with transaction.atomic():
            permit.save(force_insert=True)
    except IntegrityError:
        raise Refused(HAS_ONE) from None


def _today(at: datetime, station: Station) -> date:
    return at.astimezone(ZoneInfo(station.tz)).date()


def _set_years(permit: Permit, years: rules.Years, law: Law) -> None:
    permit.counts_from_on, permit.years_done = years.from_on, years.done
    permit.due_on = years.due_on(law.months(rules.YEARLY))


def years_of(permit: Permit) -> rules.Years:
    return rules.Years(permit.counts_from_on, permit.years_done)


@transaction.atomic
def hand_over(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    """The paper is in the holder's hands; from now on nobody opens it here any more."""
    return matters.move(matters.locked(matter), "hand_over", by=by, at=at)


@transaction.atomic
def ask(
    permit: Permit, type: str, *, way: str, by: Actor, at: datetime, station: Station, why: str = "",
    place: Place | None = None, ground: str = "", reply: told.Reply | None = None, proxy: told.Proxy | None = None,
) -> Taken:  # fmt: skip
    """Open the matter of an endorsement, a change, a new card or the giving back of a permit.

    why: of a new card, damaged or lost. place, ground: what a change changes.
    """
    require(by, "permits.declare")
    if permit.state not in (Permit.State.VALID, Permit.State.SUSPENDED):
        raise Refused(ENDED)
    if Application.objects.filter(permit=permit, matter__is_open=True, matter__type=type).exists():
        raise Refused(_("This was asked for already and waits for the office."))
    refused(_unfit_proxy(proxy, Law.of(station, at)))
    answer, secret = reply or told.Reply(), receipts.new_secret()
    where = place or (Place.at(permit.address) if permit.address else Place())
    makers: list[Callable[[Matter], Any]] = [
        lambda matter: _applicant(matter, permit, answer),
        lambda matter: Application(
            matter=matter, person_id=permit.person_id, way=way, ground=ground or permit.ground, permit=permit, why=why,
            is_proxy=proxy is not None, proxy_clause=rules.PROXY if proxy else "",
        ),
    ]  # fmt: skip
    if proxy:
        makers.append(
            lambda matter: party_of(matter, Party.Role.GUARDIAN, told.Reply(proxy.name, proxy.phone))
        )
    if by.at_post:
        makers.append(lambda matter: Holding(matter=matter, post_id=by.at_post or "", from_at=at))
    matter = matters.open_matter(
        KIND, by=by, at=at, station=station, type=type, place=where, language=answer.language, secret=secret,
        holder_id=by.at_post, terms={"look_through": rules.LOOK_THROUGH}, rows=makers,
        facts={"permit": permit.printed, "way": way, **_acting(proxy)},
    )  # fmt: skip
    return Taken(matter, secret)


def _unfit_proxy(proxy: told.Proxy | None, law: Law) -> Sentence | None:
    """Why somebody may not ask for the holder: whose age is told by which side of the rule's age they are on."""
    if proxy is None:
        return None
    own_age = law.value(rules.PROXY_AGE)
    return rules.unfit_proxy(
        proxy.kin, 0 if proxy.under_age else own_age, cannot_come=proxy.cannot_come, own_age=own_age,
        allowed=law.keys(rules.PROXY),
    )  # fmt: skip


def _acting(proxy: told.Proxy | None) -> dict[str, Any]:
    """Facts of who acts: what they are to the holder, and which papers were looked at."""
    return {"proxy": proxy.kin, "seen": sorted(proxy.seen)} if proxy else {}


def _applicant(matter: Matter, permit: Permit, reply: told.Reply) -> Party:
    party = party_of(matter, Party.Role.REPORTER, reply)
    party.person_id = permit.person_id
    return party


@transaction.atomic
def finish(
    matter: Matter, *, by: Actor, at: datetime, station: Station, ground_holds: bool = True,
    values: Mapping[str, str] | None = None, base: str = "",
) -> Permit:  # fmt: skip
    """Do what the matter asks for: endorse, change, replace or cancel its permit.

    ground_holds: for an endorsement. values: of the holder, for a new paper; None where none is printed.
    """
    require(by, "permits.decide")
    matter = matters.locked(matter)
    application = Application.objects.get(matter=matter)
    permit: Permit = Permit.objects.select_for_update(of=("self",)).get(pk=application.permit_id)
    if permit.state not in (Permit.State.VALID, Permit.State.SUSPENDED):
        raise Refused(ENDED)
    law, today = Law.of(station, at), _today(at, station)
    if matter.type == Type.ENDORSEMENT:
        rows = _endorse(permit, matter, law, today, ground_holds)
    elif matter.type == Type.REPLACEMENT:
        rows = _replace(permit, matter, at, station)
    else:
        rows = DOES[matter.type](permit, matter, application, today)
    _paper(permit, rows[0], matter, values, by=by, at=at, station=station, base=base)
    facts = {"permit": rows[0].printed, "state": rows[0].state, "due": rows[0].due_on.isoformat()}
    step = "renew" if values and matter.type in RENEWED else "finish"
    matters.move(matters.locked(matter), step, by=by, at=at, rows=rows, met=("look_through",), facts=facts)
    done: Permit = rows[0]
    return done


def _paper(
    old: Permit, permit: Permit, matter: Matter, values: Mapping[str, str] | None, *, by: Actor, at: datetime,
    station: Station, base: str,
) -> None:  # fmt: skip
    """What becomes of the paper: restored by an endorsement, ended with its permit, anew where it says something else."""
    if matter.type == Type.ENDORSEMENT:
        papers.restore(permit, by=by, at=at)
        return
    if matter.type != Type.CHANGE or values:
        papers.revoke(old, by=by, at=at)
    if values and permit.ended_on is None:
        papers.certify(permit, values, by=by, at=at, station=station, base=base)


def _endorse(permit: Permit, matter: Matter, law: Law, today: date, ground_holds: bool) -> list[Any]:
    months, window = law.months(rules.YEARLY), law.months(rules.WINDOW)
    years = years_of(permit)
    refused(rules.too_early(years, today, months=months, window=window))
    refused(rules.ground_gone(ground_holds, is_asked=law.clause(rules.GROUND_GONE) is not None))
    late, before = rules.is_late(years, today, months=months), permit.due_on
    _set_years(permit, rules.endorsed(years, today, months=months), law)
    permit.state = Permit.State.VALID
    permit.save(update_fields=["counts_from_on", "years_done", "due_on", "state"])
    made = Endorsement.objects.create(permit=permit, matter=matter, on=today, due_on=before, is_late=late)
    return [permit, made, *_resume(permit, today)]


def _resume(permit: Permit, today: date) -> list[Pause]:
    paused = list(Pause.objects.filter(permit=permit, to_on=None))
    for pause in paused:
        pause.to_on = today
        pause.save(update_fields=["to_on"])
    return paused


def _change(permit: Permit, matter: Matter, application: Application, today: date) -> list[Any]:
    """The address or the ground of the permit; the register of residents has its own declaration for a move."""
    permit.address, permit.ground = matter.address or permit.address, application.ground
    permit.save(update_fields=["address", "ground"])
    return [permit]


def _cancel(permit: Permit, matter: Matter, application: Application, today: date) -> list[Any]:
    permit.state, permit.ended_on = Permit.State.CANCELLED, today
    permit.save(update_fields=["state", "ended_on"])
    return [permit, *_resume(permit, today)]


def _replace(old: Permit, matter: Matter, at: datetime, station: Station) -> list[Any]:
    """A new card with the years of the old one; a suspended one stays suspended."""
    today, state = _today(at, station), old.state
    old.state, old.ended_on = Permit.State.REPLACED, today
    old.save(update_fields=["state", "ended_on"])
    fresh = _new(matter, old.person_id, old.ground, years_of(old), at, station)
    fresh.address, fresh.replaces, fresh.state = old.address, old, state
    _save_new(fresh)
    paused = _resume(old, today)
    rows = [Pause.objects.create(permit=fresh, clause=p.clause, from_on=p.from_on) for p in paused]
    return [fresh, old, *paused, *rows]


DOES: dict[str, Callable[..., list[Any]]] = {Type.CHANGE: _change, Type.CANCELLATION: _cancel}
