"""Asking both sides, deciding by the table, and every way out that needs no session."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import elsewhere, rules, running, standing
from koban.duties.mediation.models import Mediation, Side
from koban.duties.mediation.running import fresh, let_go
from koban.duties.mediation.table import Verdict
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Holding, Matter

WAITING = ("consent", "first", "second", "case", "decide")


def verdict_of(mediation: Mediation) -> Verdict:
    """What the table says now, before or after both were asked."""
    dispute = standing.dispute(mediation, standing.sides_of(mediation))
    return rules.may_be_taken(dispute) if mediation.matter.state == "received" else rules.may_mediate(dispute)


@transaction.atomic
def decide(mediation: Mediation, *, by: Actor, at: datetime, station: Station) -> Verdict:
    """Let the table decide: take it, refuse it with the clause, tell where to turn, or begin protection."""
    require(by, "mediation.decide")
    matter, mediation = fresh(mediation)
    verdict = verdict_of(mediation)
    mediation.decided_by_clause, mediation.decided_row = verdict.clause, verdict.key
    if verdict.is_yes:
        mediation.taken_at = at
    mediation.save(update_fields=["decided_by_clause", "decided_row", "taken_at"])
    key = _step_of(verdict)
    waived = ("case",) if key == "take" else ("consent", "first", "second") if key != "tell" else WAITING
    facts = {"clause": verdict.clause, "why": verdict.key}
    matter = matters.move(
        matter, key, by=by, at=at, rows=[mediation], facts=facts, met=("decide",), waived=waived
    )
    if key == "take":
        matters.set_deadline(matter, "consent", rules.ASK, by=by, at=at, station=station)
    return verdict


def _step_of(verdict: Verdict) -> str:
    if verdict.is_yes:
        return "take"
    if verdict.path == "protection":
        return "protect"
    return "tell" if verdict.answer == "tell" else "refuse"


@transaction.atomic
def answer(side: Side, consent: str, *, by: Actor, at: datetime, station: Station) -> Side:
    """A side says yes or no to mediation. A no ends it at once; a yes can be taken back at any time."""
    require(by, "mediation.consent")
    if consent not in (Side.Consent.YES, Side.Consent.NO):
        raise Refused(_("Say yes or no."))
    if consent == Side.Consent.NO:
        return leave(side, by=by, at=at, station=station)
    matter = matters.locked(side.mediation.matter)
    if matter.state not in ("received", "consent", "people"):
        raise Refused(_("Nothing is asked now."))
    _say(side, consent, at)
    both = all(other.consent == Side.Consent.YES for other in standing.sides_of(side.mediation))
    met = ("consent",) if both else ()
    matters.change(
        matter,
        "mediation.answer",
        by=by,
        at=at,
        rows=[side],
        facts={"side": side.letter, "said": "yes"},
        met=met,
    )
    return side


def _say(side: Side, consent: str, at: datetime) -> None:
    side.refresh_from_db()
    side.consent, side.consent_at = consent, at
    side.save(update_fields=["consent", "consent_at"])


@transaction.atomic
def leave(side: Side, *, by: Actor, at: datetime, station: Station) -> Side:
    """A side leaves, at any time and without a reason. That day the other path opens, with its term."""
    require(by, "mediation.leave")
    matter, mediation = fresh(side.mediation)
    _say(side, Side.Consent.NO, at)
    facts = {"side": side.letter, "said": "no"}
    if matter.state not in ("consent", "sessions", "people"):
        if matter.state != "received":
            raise Refused(_("There is no mediation to leave now."))
        matters.change(matter, "mediation.answer", by=by, at=at, rows=[side], facts=facts, met=("consent",))
        return side
    failed(mediation, "leave", by=by, at=at, station=station, rows=[side], facts=facts)
    return side


def failed(
    mediation: Mediation, key: str, *, by: Actor, at: datetime, station: Station, rows: list[StationRow],
    facts: dict[str, Any], reason: str = "", on: Any = None,
) -> Matter:  # fmt: skip
    """The one way to the other path: the case with its term from the day of failure, or the court without an offence."""
    civil = not mediation.offence
    step = f"{key}_civil" if civil and key in ("leave", "break") else "tell" if civil else key
    mediation.failed_on = on or standing.day(at)
    mediation.save(update_fields=["failed_on"])
    waived = ("consent", "first", "second", "perform", "decide")
    matter = matters.move(
        mediation.matter, step, by=by, at=at, reason=reason, rows=[mediation, *rows],
        facts=facts | {"on": mediation.failed_on.isoformat()}, waived=waived,
    )  # fmt: skip
    if not civil:
        running.start_on(matter, "case", rules.CASE, mediation.failed_on, by=by, at=at, station=station)
    return matter


@transaction.atomic
def begin(mediation: Mediation, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Both said yes: mediation begins. The first session has its term where the pack binds it."""
    matter, mediation = fresh(mediation)
    verdict = rules.may_mediate(standing.dispute(mediation, standing.sides_of(mediation)))
    if not verdict.is_yes:
        raise Refused(
            spoken(verdict.why) if verdict.why else _("This cannot begin now."), clause=verdict.clause
        )
    matter = matters.move(matter, "begin", by=by, at=at, met=("consent",), waived=("case",))
    if standing.binds(rules.FIRST, station, standing.day(at)):
        matters.set_deadline(matter, "first", rules.FIRST, by=by, at=at, station=station)
    return matter


@transaction.atomic
def send_to_people(mediation: Mediation, committee: str, *, by: Actor, at: datetime) -> Matter:
    """Hand a civil dispute to a people's mediation body, if nobody clearly refuses (CN-PMED-1)."""
    require(by, "mediation.decide")
    matter, mediation = fresh(mediation)
    consents = tuple(side.consent for side in standing.sides_of(mediation))
    if why := elsewhere.unfit_for_people(consents):
        raise Refused(spoken(why), clause=why.clause)
    if mediation.violence_at_home and not standing.is_protected(mediation):
        raise Refused(_("First protection, then anything else."), clause=elsewhere.PROTECT)
    if not committee.strip():
        raise Refused(_("Name the people's mediation body."))
    mediation.way, mediation.committee = Mediation.Way.PEOPLE, committee.strip()
    mediation.save(update_fields=["way", "committee"])
    return matters.move(matter, "send_to_people", by=by, at=at, rows=[mediation], met=("consent",))


@transaction.atomic
def tell(mediation: Mediation, *, by: Actor, at: datetime) -> Matter:
    """Both were told that court or people's mediation is open to them (CN-MED-3). Not where there is an offence."""
    matter, mediation = fresh(mediation)
    if mediation.offence:
        raise Refused(
            _("There is an offence: the case goes on, nobody is only told."), clause=rules.ELSEWHERE
        )
    return matters.move(matter, "tell", by=by, at=at, met=("decide",), waived=WAITING)


@transaction.atomic
def hand_on(mediation: Mediation, their_number: str, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Hand the file with its evidence to the case handlers of the station."""
    matter, mediation = fresh(mediation)
    mediation.their_number = their_number.strip()
    mediation.save(update_fields=["their_number"])
    rows: list[StationRow] = [mediation, *let_go(matter, at=at)]
    return matters.move(matter, "hand_on", by=by, at=at, reason=reason, rows=rows, met=("case",))


@transaction.atomic
def reopen(mediation: Mediation, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Look at it again; both sides are asked anew."""
    matter, mediation = fresh(mediation)
    sides = standing.sides_of(mediation)
    for side in sides:
        side.consent, side.consent_at = Side.Consent.UNASKED, None
        side.save(update_fields=["consent", "consent_at"])
    held, new = Holding.objects.get_or_create(
        matter=matter, post_id=by.at_post, to_at=None, defaults={"from_at": at}
    )
    rows: list[StationRow] = [*sides, *([held] if new else [])]
    return matters.move(matter, "reopen", by=by, at=at, reason=reason, rows=rows)
