"""How an incident ends: answered, referred out, closed; and how it comes back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import rules
from koban.duties.incidents.actions import free_all, incident_of
from koban.duties.incidents.models import Assignment, Incident, SceneEntry
from koban.duties.incidents.telling import tell
from koban.duties.incidents.types import CATALOGUE
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Refused
from koban.lib.sentence import Words
from koban.matters import actions as matters
from koban.matters.models import Holding, Matter, Note, Referral

FEEDBACK_WINDOW = "OFFICE-FEEDBACK-1"
REPLY = "OFFICE-REPLY-1"
CALL_BACK = "OFFICE-CALLBACK-1"
ANSWERED, NEEDLESS = ("answer", "reply"), ("dispatch", "arrive", "refer_out")


@transaction.atomic
def answer(
    matter: Matter, text: str, *, by: Actor, at: datetime, station: Station, outcome: str = ""
) -> Matter:
    """Tell the resident what was done; starts the term to call back. Raises Refused while needed checks are open."""
    require(by, "incidents.answer")
    if not text.strip():
        raise Refused(_("Write the answer that the resident will read."))
    matter = matters.locked(matter)
    if why := rules.unfit_to_answer(standing(matter)):
        raise Refused(spoken(why), clause=why.clause)
    incident = incident_of(matter)
    incident.answered_at, incident.outcome = at, outcome
    incident.save(update_fields=["answered_at", "outcome"])
    # Nobody needs to go any more; whoever is on the way or there is free with the answer.
    rows = [incident, _out(matter, text, by=by, at=at, purpose="answer"), *free_all(matter, at=at)]
    matter = matters.move(matter, "answer", by=by, at=at, rows=rows, met=ANSWERED, waived=NEEDLESS)
    tell(matter, "incidents.answered", by=by, at=at)
    if incident.channel != "open311":
        matters.set_deadline(matter, "call_back", CALL_BACK, by=by, at=at, station=station)
    return matter


@transaction.atomic
def write_out(matter: Matter, text: str, *, by: Actor, at: datetime) -> Note:
    """Write to the resident before the answer: a question, or how far it is. Meets the term to reply.

    After a referral, telling who has it now is the answer that is owed: the office itself will see only the status.
    """
    require(by, "incidents.answer")
    if not text.strip():
        raise Refused(_("Write something first."))
    matter = matters.locked(matter)
    note = _out(matter, text, by=by, at=at, purpose="message")
    met = ("reply", "answer") if matter.state == "referred_out" else ("reply",)
    matters.change(matter, "incidents.write_out", by=by, at=at, rows=[note], met=met)
    tell(matter, "incidents.written", by=by, at=at)
    return note


@transaction.atomic
def write_back(matter: Matter, text: str, *, by: Actor, at: datetime, station: Station) -> Note:
    """The holder of the receipt writes; starts the term to reply."""
    require(by, "incidents.follow")
    if not text.strip():
        raise Refused(_("Write something first."))
    matter = matters.locked(matter)
    note = matters.note(matter, text, by=by, at=at, direction=Note.Direction.IN, purpose="message")
    if matter.is_open:
        matters.set_deadline(matter, "reply", REPLY, by=by, at=at, station=station)
    return note


@transaction.atomic
def call_back(
    matter: Matter, *, reached: bool, is_fixed: bool | None, text: str, by: Actor, at: datetime
) -> Matter:
    """Somebody rang the resident after the answer. Not mended: it opens again."""
    require(by, "incidents.call_back")
    matter = matters.locked(matter)
    if matter.state != "answered":
        raise Refused(_("One calls back after the answer, while the matter is still open."))
    incident, is_fixed = incident_of(matter), is_fixed if reached else None
    incident.called_back_at = at if reached else incident.called_back_at
    incident.is_fixed = is_fixed if reached else incident.is_fixed
    incident.save(update_fields=["called_back_at", "is_fixed"])
    words = text.strip() or str(_("Called back.") if reached else _("Nobody answered the call."))
    note = Note.objects.create(
        matter=matter, purpose="call_back", text=words, at=at, label=by.label, post_id=by.at_post
    )
    rows, met = [incident, note], ("call_back",) if reached else ()
    facts = {"reached": reached, "fixed": is_fixed}
    if is_fixed is False:
        matter = matters.move(matter, "reopen", by=by, at=at, reason=words, rows=rows, facts=facts, met=met)
        return _answer_again(matter, by=by, at=at, station=matter.station)
    return matters.change(matter, "incidents.call_back", by=by, at=at, rows=rows, facts=facts, met=met)


@transaction.atomic
def feedback(
    matter: Matter,
    *,
    is_fixed: bool,
    satisfaction: int | None,
    text: str,
    by: Actor,
    at: datetime,
    station: Station,
) -> Matter:
    """What the resident says of the answer. "Closed, not fixed" opens it again within the window of the pack."""
    require(by, "incidents.follow")
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise Refused(_("Choose from one to five."))
    matter = matters.locked(matter)
    incident = incident_of(matter)
    if incident.answered_at is None or matter.state not in ("answered", "closed"):
        raise Refused(_("There is no answer yet that could be judged."))
    incident.is_fixed, incident.satisfaction = is_fixed, satisfaction
    incident.save(update_fields=["is_fixed", "satisfaction"])
    facts, met = {"fixed": is_fixed, "satisfaction": satisfaction}, ("call_back",)
    if is_fixed:
        return matters.change(
            matter, "incidents.feedback", by=by, at=at, rows=[incident], facts=facts, met=met
        )
    end = law.term(FEEDBACK_WINDOW, incident.answered_at, pack=station.pack, tz=station.tz)
    if end.is_late(at):
        raise Refused(
            _("The time to reopen this is over; make a new report and it will be linked."),
            clause=FEEDBACK_WINDOW,
        )
    reason = text.strip() or str(_("The resident says that it is not mended."))
    matter = matters.move(
        matter, "reopen", by=by, at=at, reason=reason, rows=[incident], facts=facts, met=met
    )
    return _answer_again(matter, by=by, at=at, station=station)


@transaction.atomic
def refer_out(matter: Matter, body: str, *, by: Actor, at: datetime, reason: str, station: Station) -> Matter:
    """Hand the matter to another body. A police body has to confirm within the term of CN-CASE-1."""
    require(by, "incidents.refer_out")
    if body not in CATALOGUE.bodies:
        raise Refused(_("Choose who gets it."))
    matter = matters.locked(matter)
    found = CATALOGUE.bodies[body]
    referral = Referral.objects.create(matter=matter, to=body, body=found.label_zh, at=at)
    rows: list[StationRow] = [referral, *free_all(matter, at=at), *_let_go(matter, at=at)]
    facts = {"to": body, "referral": str(referral.pk)}
    matter = matters.move(
        matter,
        "refer_out",
        by=by,
        at=at,
        reason=reason,
        rows=rows,
        facts=facts,
        waived=("dispatch", "arrive"),
    )
    if found.police:
        matters.set_deadline(matter, "refer_out", rules.REFER_OUT, by=by, at=at, station=station)
    return matter


@transaction.atomic
def referral_status(
    referral: Referral, status: str, *, by: Actor, at: datetime, their_number: str = ""
) -> Referral:
    """What the other body says: received (with its number), refused, done. All that the office sees from now on."""
    require(by, "incidents.refer_out")
    if status not in ("received", "refused", "done"):
        raise Refused(_("Choose received, refused or done."))
    matter = matters.locked(referral.matter)
    referral.refresh_from_db()
    referral.status, referral.their_number = status, their_number or referral.their_number
    referral.received_at = referral.received_at or (at if status == "received" else None)
    referral.save(update_fields=["status", "their_number", "received_at"])
    facts = {"referral": str(referral.pk), "status": status}
    met = ("refer_out",) if status == "received" else ()
    matters.change(matter, "incidents.referral", by=by, at=at, rows=[referral], facts=facts, met=met)
    return referral


@transaction.atomic
def close(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    """Close after the answer, or after a referral that was confirmed and told."""
    matter = matters.locked(matter)
    now = standing(matter)
    referred = matter.state == "referred_out"
    why = rules.unfit_to_close_referred(now) if referred else rules.unfit_to_close(now)
    if why:
        raise Refused(spoken(why), clause=why.clause)
    key = "close_referred" if referred else "close"
    return matters.move(matter, key, by=by, at=at, waived=ALL_TERMS, rows=_let_go(matter, at=at))


@transaction.atomic
def close_unanswered(matter: Matter, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Close where nobody could get an answer."""
    matter = matters.locked(matter)
    if why := rules.unfit_to_close_unanswered(standing(matter)):
        raise Refused(spoken(why), clause=why.clause)
    rows = _let_go(matter, at=at)
    return matters.move(matter, "close_unanswered", by=by, at=at, reason=reason, waived=ALL_TERMS, rows=rows)


@transaction.atomic
def cancel(matter: Matter, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Taken by mistake; everybody on the way is called back."""
    matter = matters.locked(matter)
    rows: list[StationRow] = [*free_all(matter, at=at), *_let_go(matter, at=at)]
    return matters.move(matter, "cancel", by=by, at=at, reason=reason, rows=rows, waived=ALL_TERMS)


@transaction.atomic
def reopen(matter: Matter, *, by: Actor, at: datetime, reason: str, station: Station) -> Matter:
    """Open again from inside the office; the term to answer starts anew."""
    matter = matters.locked(matter)
    key = "revive" if matter.state in ("merged", "cancelled") else "reopen"
    changes = {"merged_into": None} if key == "revive" else {}
    matter = matters.move(matter, key, by=by, at=at, reason=reason, changes=changes)
    return _answer_again(matter, by=by, at=at, station=station)


def _answer_again(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    """What comes back is owed an answer anew."""
    clause = rules.first_terms(matter.priority)["answer"]
    matters.set_deadline(matter, "answer", clause, by=by, at=at, station=station)
    return matter


@transaction.atomic
def take_back(matter: Matter, *, by: Actor, at: datetime, reason: str) -> Matter:
    """The other body refused: it is ours again."""
    matter = matters.move(matter, "take_back", by=by, at=at, reason=reason, waived=("refer_out",))
    return _answer_again(matter, by=by, at=at, station=matter.station)


ALL_TERMS = ("dispatch", "arrive", "answer", "reply", "refer_out", "call_back")


def standing(matter: Matter) -> rules.Standing:
    """What the rules on endings look at, read from the rows."""
    incident = Incident.objects.select_related("reporter").get(matter=matter)
    notes = Note.objects.filter(matter=matter, direction=Note.Direction.OUT)
    told = list(notes.values_list("purpose", "at"))
    referral = Referral.objects.filter(matter=matter).order_by("-at").first()
    return rules.Standing(
        can_be_reached=bool(matter.receipt),
        answered=any(purpose == "answer" for purpose, _at in told),
        open_items=_open_items(matter) if incident.arrived_at else (),
        busy_units=Assignment.objects.running().filter(matter=matter).count(),
        their_receipt=referral is not None and referral.status in ("received", "done"),
        told_of_referral=referral is not None and any(at >= referral.at for _purpose, at in told),
    )


def _open_items(matter: Matter) -> tuple[Words, ...]:
    done = set(SceneEntry.objects.filter(matter=matter).exclude(item="").values_list("item", flat=True))
    return tuple(
        item.words for item in CATALOGUE.checklist(matter.type).items if item.need and item.key not in done
    )


def _let_go(matter: Matter, *, at: datetime) -> list[Holding]:
    """With the end of a matter ends the right to look at its people."""
    held: list[Holding] = list(matter.holdings.filter(to_at=None))
    for holding in held:
        holding.to_at = at
        holding.save(update_fields=["to_at"])
    return held


def _out(matter: Matter, text: str, *, by: Actor, at: datetime, purpose: str) -> Note:
    return Note.objects.create(
        matter=matter, direction=Note.Direction.OUT, purpose=purpose, text=text.strip(), at=at,
        label=by.label, post_id=by.at_post,
    )  # fmt: skip
