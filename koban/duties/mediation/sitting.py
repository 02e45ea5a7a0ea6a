"""Sessions, proposals, and how a mediation ends in an agreement, on the spot, or without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import rules, running, standing, terms
from koban.duties.mediation.actions import failed
from koban.duties.mediation.kinds import NEIGHBOURS
from koban.duties.mediation.models import (
    Agreement,
    Attendance,
    Mediation,
    Performance,
    Proposal,
    Session,
    Side,
)
from koban.duties.mediation.running import fresh
from koban.duties.mediation.table import Verdict
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Deadline, Matter


@dataclass(frozen=True, slots=True)
class Came:
    """How a side comes to a session."""

    there: bool = True
    sends: bool = False
    guardian: bool = False
    interpreter: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as it is to be held. guest: "" or a kind of CN-MED-12. ground: of a second one: asked, needed."""

    minutes: str
    relation: str
    officers: int = 1
    is_recorded: bool = False
    place: str = ""
    guest: str = ""
    guests: str = ""
    ground: str = ""
    a: Came = Came()
    b: Came = Came()


@transaction.atomic
def hold(mediation: Mediation, sitting: Sitting, *, by: Actor, at: datetime, station: Station) -> Session:
    """Hold a session. Refused with the clause where evidence, a consent, a guardian or a letter is missing, where the
    one who leads has a relation to a side, or where a second one comes too late."""
    require(by, "mediation.lead")
    matter, mediation = fresh(mediation)
    sides = standing.sides_of(mediation)
    _may_sit(mediation, sides, sitting, at, station)
    number = _may_sit_again(mediation, sitting, at, station)
    if not sitting.minutes.strip():
        raise Refused(_("Write the minutes: who said what."))
    session = Session(
        mediation=mediation, number=number, held_at=at, place=sitting.place, lead_id=by.at_post or "",
        officers=sitting.officers, is_recorded=sitting.is_recorded, relation=sitting.relation, guests=sitting.guests,
        ground=sitting.ground if number > 1 else "", minutes=sitting.minutes.strip(),
    )  # fmt: skip
    session.save(force_insert=True)
    rows = [
        session,
        *(_came(session, side, came) for side, came in zip(sides, (sitting.a, sitting.b), strict=True)),
    ]
    facts = {"count": number, "why": sitting.ground if number > 1 else ""}
    matters.change(matter, "mediation.session", by=by, at=at, rows=rows, facts=facts, met=("first", "second"))
    if number == 1:
        matters.set_deadline(matter, "second", rules.AGAIN, by=by, at=at, station=station)
    return session


def _came(session: Session, side: Side, came: Came) -> Attendance:
    row: Attendance = Attendance.objects.create(
        session=session, side=side, is_there=came.there, sends=came.sends, guardian_there=came.guardian,
        interpreter_there=came.interpreter,
    )  # fmt: skip
    return row


def _may_sit(
    mediation: Mediation, sides: Sequence[Side], sitting: Sitting, at: datetime, station: Station
) -> None:
    if mediation.matter.state != "sessions":
        raise Refused(_("Sessions are held after both said yes and mediation began."))
    dispute = rules.may_mediate(standing.dispute(mediation, sides))
    meeting = rules.Meeting(
        mediation.evidence.exists(), tuple(side.consent for side in sides),
        tuple(
            standing.at_the_table(side, there=came.there, sends=came.sends, guardian=came.guardian, interpreter=came.interpreter)
            for side, came in zip(sides, (sitting.a, sitting.b), strict=True)
        ),
        rules.Lead(sitting.officers, sitting.relation, sitting.is_recorded),
    )  # fmt: skip
    on = standing.day(at)
    adult, working = (standing.value(clause, station, on) for clause in (rules.MINOR, rules.HOW))
    refuse(dispute)
    refuse(rules.may_sit(meeting, adult, working))
    if sitting.guest and (why := rules.unfit_to_invite(sitting.guest, mediation.matter.type in NEIGHBOURS)):
        raise Refused(spoken(why), clause=why.clause)


def _may_sit_again(mediation: Mediation, sitting: Sitting, at: datetime, station: Station) -> int:
    held = mediation.sessions.count()
    running_term = Deadline.objects.filter(matter=mediation.matter, key="second").first()
    last = standing.day(running_term.due_at) if running_term else None
    on = standing.day(at)
    why = rules.unfit_to_sit_again(
        held, standing.value(rules.SESSIONS, station, on), last, on,
        asked=sitting.ground == "asked", needed=sitting.ground == "needed",
    )  # fmt: skip
    if why:
        raise Refused(spoken(why), clause=why.clause)
    return held + 1


def refuse(verdict: Verdict) -> None:
    """Raise Refused with words and clause unless the verdict is a yes."""
    if not verdict.is_yes and verdict.why is not None:
        raise Refused(spoken(verdict.why), clause=verdict.clause)


@transaction.atomic
def propose(mediation: Mediation, by_whom: str, en: str, zh: str, *, by: Actor, at: datetime) -> Proposal:
    """Write down a proposal in both languages."""
    require(by, "mediation.lead")
    matter, mediation = fresh(mediation)
    if by_whom not in ("a", "b", "lead") or not (en.strip() and zh.strip()):
        raise Refused(_("Write the proposal in both languages, and say whose it is."))
    row = Proposal(mediation=mediation, by_whom=by_whom, en=en.strip(), zh=zh.strip(), at=at)
    row.save(force_insert=True)
    matters.change(matter, "mediation.propose", by=by, at=at, rows=[row], facts={"side": by_whom})
    return row


@dataclass(frozen=True, slots=True)
class Owed:
    """One performance. owed_by: a or b. amount_fen: 0 where nothing is paid."""

    owed_by: str
    kind: str
    what: str
    due_on: date | None
    manner: str
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in an agreement (CN-MED-7). others: who else was there, or that nobody was."""

    body: str
    mediator: str
    others: str
    happened: str
    place: str
    people: str
    cause: str
    course: str
    circumstances: str
    result: str
    terms: str
    signed_a: bool = False
    signed_b: bool = False
    form: str = Agreement.Form.SESSION
    is_recorded: bool = False

    def said(self) -> Mapping[str, bool]:
        """Which items of the clause are there."""
        words = {field.name: bool(str(getattr(self, field.name)).strip()) for field in fields(self)}
        words["time"], words["parties"] = words.pop("happened"), True
        free = self.form in (Agreement.Form.ORAL, Agreement.Form.SETTLEMENT) or self.is_recorded
        return words | {"signatures": free or (self.signed_a and self.signed_b)}


@transaction.atomic
def agree(
    mediation: Mediation, content: Content, owed: Sequence[Owed], *, by: Actor, at: datetime, station: Station
) -> Agreement:
    """Make the agreement. Refused where anything is missing, first of all a deadline or a manner of performance."""
    require(by, "mediation.lead")
    matter, mediation = fresh(mediation)
    by_committee = matter.state == "people"
    if by_committee != (content.form in (Agreement.Form.ORAL, Agreement.Form.WRITTEN)):
        raise Refused(
            _(
                "Before a committee an agreement is oral or written; before the police it is made in a session."
            )
        )
    if not by_committee:
        refuse(rules.may_mediate(standing.dispute(mediation, standing.sides_of(mediation))))
    if not by_committee and not mediation.sessions.exists():
        raise Refused(_("Hold a session first."), clause=rules.HOW)
    agreement, rows = write(mediation, content, owed, at)
    facts = {"form": content.form, "count": len(owed)}
    moved = matters.move(matter, "agree", by=by, at=at, rows=rows, facts=facts, waived=("first", "second"))
    running.next_performance(moved, agreement, by=by, at=at, station=station)
    return agreement


def write(
    mediation: Mediation, content: Content, owed: Sequence[Owed], at: datetime, *, done: bool = False
) -> tuple[Agreement, list[Any]]:
    """Store agreement and performances; refuses what is incomplete. done: everything was performed at once."""
    on = standing.day(at)
    dues = [terms.Due(one.what, one.due_on, one.manner, one.amount_fen) for one in owed]
    refuse(terms.unfit_agreement(content.said(), dues, on))
    manner = "; ".join(dict.fromkeys(one.manner for one in owed))[:200]
    agreement = Agreement(
        mediation=mediation, agreed_on=on, due_on=max(one.due_on for one in owed if one.due_on), manner=manner,
        **{field.name: getattr(content, field.name) for field in fields(content)},
    )  # fmt: skip
    if done:
        agreement.ended_on, agreement.is_kept = on, True
    agreement.save(force_insert=True)
    sides = {side.letter: side for side in standing.sides_of(mediation)}
    rows = [_owed(agreement, number, one, sides, on if done else None) for number, one in enumerate(owed, 1)]
    return agreement, [agreement, *rows]


def _owed(
    agreement: Agreement, number: int, one: Owed, sides: Mapping[str, Side], done_on: date | None
) -> Performance:
    row: Performance = Performance.objects.create(
        agreement=agreement, number=number, owed_by=sides[one.owed_by], kind=one.kind, what=one.what, done_on=done_on,
        amount_fen=one.amount_fen, manner=one.manner, due_on=one.due_on,
    )  # fmt: skip
    return row


@transaction.atomic
def settle_there(
    mediation: Mediation, spot: rules.OnTheSpot, content: Content, owed: Sequence[Owed], *,
    by: Actor, at: datetime, station: Station,
) -> Agreement:  # fmt: skip
    """Settle on the spot: agreed, performed and recorded in one (CN-MED-10). Both said yes there."""
    require(by, "mediation.lead")
    matter, mediation = fresh(mediation)
    refuse(rules.may_on_the_spot(standing.dispute(mediation, standing.sides_of(mediation)), spot))
    if not mediation.evidence.exists():
        raise Refused(
            _("First the facts: write down what is known, or that it is recorded."), clause=rules.HOW
        )
    agreement, rows = write(mediation, content, owed, at, done=True)
    facts = {"form": content.form, "count": len(owed)}
    moved = matters.move(
        matter, "settle_there", by=by, at=at, rows=rows, facts=facts, waived=("consent", "case", "decide")
    )
    follow_up_terms(moved, by=by, at=at, station=station)
    return agreement


def follow_up_terms(matter: Matter, *, by: Actor, at: datetime, station: Station) -> None:
    for key, clause in rules.FOLLOW_UPS.items():
        matters.set_deadline(matter, key, clause, by=by, at=at, station=station)


@transaction.atomic
def fail(mediation: Mediation, *, by: Actor, at: datetime, station: Station, reason: str) -> Matter:
    """No agreement was reached. The other path opens today; so does its term (CN-MED-8)."""
    require(by, "mediation.lead")
    _matter, mediation = fresh(mediation)
    if not mediation.sessions.exists() and mediation.way == Mediation.Way.SECURITY:
        raise Refused(_("No session was held yet; a side may leave, or hold one."))
    return failed(mediation, "fail", by=by, at=at, station=station, rows=[], facts={}, reason=reason)


def last_day_of_second(mediation: Mediation, station: Station) -> date | None:
    """Until when a second session may be held; None before the first."""
    first = mediation.sessions.order_by("number").first()
    return law.term(rules.AGAIN, first.held_at, pack=station.pack, tz=station.tz).due_on if first else None
