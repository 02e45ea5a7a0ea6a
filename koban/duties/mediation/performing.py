"""Performance to the last instalment: made, refused, missed; and what follows from each."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import elsewhere, rules, running, standing, terms
from koban.duties.mediation.actions import failed
from koban.duties.mediation.models import Agreement, FollowUp, Mediation, Performance
from koban.duties.mediation.running import fresh, let_go
from koban.duties.mediation.sitting import Content, Owed, follow_up_terms, refuse, write
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Deadline, Matter


def running_agreement(mediation: Mediation) -> Agreement:
    """Raises Refused where nothing is agreed, or it ended."""
    found: Agreement | None = Agreement.objects.running().filter(mediation=mediation).first()
    if found is None:
        raise Refused(_("There is no agreement that runs."))
    return found


@transaction.atomic
def perform(row: Performance, done_on: date, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Write down that something owed was done. With the last of it the agreement is kept: no penalty (CN-MED-8)."""
    require(by, "mediation.confirm")
    matter, mediation = fresh(row.agreement.mediation)
    agreement = running_agreement(mediation)
    if done_on > standing.day(at):
        raise Refused(_("That day has not come yet."))
    row.refresh_from_db()
    row.done_on = done_on
    row.save(update_fields=["done_on"])
    facts = {"count": row.number, "on": done_on.isoformat()}
    matter = matters.change(matter, "mediation.perform", by=by, at=at, rows=[row], facts=facts)
    if terms.outcome(standing.performed(agreement), standing.day(at)).state != "kept":
        running.next_performance(matter, agreement, by=by, at=at, station=station)
        return matter
    agreement.ended_on, agreement.is_kept = standing.day(at), True
    agreement.save(update_fields=["ended_on", "is_kept"])
    matter = matters.move(matter, "keep", by=by, at=at, rows=[agreement], met=("perform",))
    follow_up_terms(matter, by=by, at=at, station=station)
    return matter


@transaction.atomic
def refuse_to_perform(row: Performance, *, by: Actor, at: datetime, station: Station) -> Matter:
    """A side says that it will not perform: broken today."""
    require(by, "mediation.leave")
    _matter, mediation = fresh(row.agreement.mediation)
    running_agreement(mediation)
    row.refresh_from_db()
    if row.done_on:
        raise Refused(_("This was performed already."))
    row.refused_on = standing.day(at)
    row.save(update_fields=["refused_on"])
    return break_(mediation, by=by, at=at, station=station, rows=[row])


@transaction.atomic
def break_(
    mediation: Mediation, *, by: Actor, at: datetime, station: Station, rows: list[Any] | None = None
) -> Matter:
    """Open the other path on the day on which the agreement was broken, with its term from that day (CN-MED-8)."""
    require(by, "mediation.leave")
    _matter, mediation = fresh(mediation)
    agreement = running_agreement(mediation)
    found = terms.outcome(standing.performed(agreement), standing.day(at))
    if found.state != "broken" or found.on is None:
        raise Refused(
            _("Nothing is broken: every day that is owed is still to come, or was kept."), clause=terms.KEPT
        )
    agreement.ended_on = found.on
    agreement.save(update_fields=["ended_on"])
    facts = {"clause": found.clause}
    return failed(
        mediation, "break", by=by, at=at, station=station, rows=[agreement, *(rows or [])], facts=facts, on=found.on
    )  # fmt: skip


@transaction.atomic
def mend(
    row: Performance, done_on: date, *, by: Actor, at: datetime, station: Station, reason: str
) -> Matter:
    """It was performed in time after all, or both take it late: the agreement runs again."""
    require(by, "mediation.decide")
    matter, mediation = fresh(row.agreement.mediation)
    agreement = row.agreement
    agreement.refresh_from_db()
    row.refresh_from_db()
    agreement.ended_on, row.done_on, row.refused_on = None, done_on, None
    agreement.save(update_fields=["ended_on"])
    row.save(update_fields=["done_on", "refused_on"])
    if terms.outcome(standing.performed(agreement), standing.day(at)).state == "broken":
        raise Refused(_("Something else is still missed; it cannot run again."), clause=terms.KEPT)
    mediation.failed_on = None
    mediation.save(update_fields=["failed_on"])
    rows = [agreement, row, mediation]
    matter = matters.move(matter, "mend", by=by, at=at, reason=reason, rows=rows, waived=("case",))
    if all(one.done_on for one in standing.performed(agreement)):
        return perform(row, done_on, by=by, at=at, station=station)
    running.next_performance(matter, agreement, by=by, at=at, station=station)
    return matter


@transaction.atomic
def recognise(
    mediation: Mediation, settlement: rules.Settlement, content: Content, owed: list[Owed], *,
    by: Actor, at: datetime, station: Station, reason: str,
) -> Matter:  # fmt: skip
    """Accept what they settled and performed themselves, or before a committee: no penalty (CN-MED-9)."""
    require(by, "mediation.decide")
    matter, mediation = fresh(mediation)
    refuse(rules.may_recognise(standing.dispute(mediation, standing.sides_of(mediation)), settlement))
    _agreement, rows = write(mediation, content, owed, at, done=True)
    mediation.way = Mediation.Way.SETTLEMENT
    mediation.save(update_fields=["way"])
    facts = {"clause": rules.SETTLED, **{key: True for key, given in asdict(settlement).items() if given}}
    waived = ("consent", "first", "second", "case", "decide")
    matter = matters.move(
        matter, "recognise", by=by, at=at, reason=reason, rows=[mediation, *rows], facts=facts, waived=waived
    )  # fmt: skip
    follow_up_terms(matter, by=by, at=at, station=station)
    return matter


@transaction.atomic
def follow_up(mediation: Mediation, key: str, found: str, words: str, *, by: Actor, at: datetime) -> FollowUp:
    """Write down how both sides say it goes, a week, a month and three months after the end."""
    require(by, "mediation.track")
    matter, mediation = fresh(mediation)
    if (
        key not in rules.FOLLOW_UPS
        or not Deadline.objects.filter(matter=matter, key=key, met_at=None).exists()
    ):
        raise Refused(_("This follow-up is not due here."))
    row = FollowUp(mediation=mediation, key=key, at=at, found=found, words=words.strip())
    row.save(force_insert=True)
    facts = {"key": key, "outcome": found}
    matters.change(matter, "mediation.follow_up", by=by, at=at, rows=[row], facts=facts, met=(key,))
    return row


@transaction.atomic
def close(mediation: Mediation, *, by: Actor, at: datetime) -> Matter:
    """Close after the last follow-up; after protection, once both have the warning and were visited."""
    matter, mediation = fresh(mediation)
    if matter.state == "kept" and _open_follow_ups(matter):
        raise Refused(_("A follow-up is still owed to both sides."), clause=rules.FOLLOW_UPS["after_90"])
    if matter.state == "protection" and (missing := unprotected(mediation)):
        raise Refused(
            _("Not done yet: %(what)s.") % {"what": ", ".join(map(str, missing))}, clause=elsewhere.SERVED
        )
    return matters.move(matter, "close", by=by, at=at, rows=let_go(matter, at=at), waived=("case", "visit"))


def _open_follow_ups(matter: Matter) -> bool:
    return bool(Deadline.objects.filter(matter=matter, key__in=rules.FOLLOW_UPS, met_at=None).exists())


def unprotected(mediation: Mediation) -> list[Any]:
    """What protection still owes; nothing of it where the act is punished, but the visits."""
    done = set(mediation.protection_steps.values_list("key", flat=True))
    needed: Mapping[str, Any] = dict(mediation.protection_steps.model.Key.choices)
    served = () if "punished" in done else standing.PROTECTED
    return [needed[key] for key in (*served, "visit_victim", "visit_violent") if key not in done]


@transaction.atomic
def asked_court(
    agreement: Agreement,
    about: str,
    asked_on: date,
    number: str,
    *,
    both: bool,
    by: Actor,
    at: datetime,
    station: Station,
) -> Agreement:
    """Both asked the court to confirm their people's mediation agreement (CN-PMED-2)."""
    require(by, "mediation.track")
    matter, _mediation = fresh(agreement.mediation)
    last = court_until(agreement, station)
    by_committee = agreement.form in (Agreement.Form.ORAL, Agreement.Form.WRITTEN)
    why = elsewhere.unfit_for_court(
        by_committee=by_committee, about=about, both_ask=both, asked_on=asked_on, last_on=last
    )
    if why:
        raise Refused(spoken(why), clause=why.clause)
    agreement.refresh_from_db()
    agreement.court_asked_on, agreement.court_number = asked_on, number.strip()
    agreement.save(update_fields=["court_asked_on", "court_number"])
    facts = {"on": asked_on.isoformat(), "number": number}
    matters.change(matter, "mediation.court", by=by, at=at, rows=[agreement], facts=facts)
    return agreement


def court_until(agreement: Agreement, station: Station) -> date:
    """Last day on which both may ask the court."""
    from_day = running.noon(agreement.agreed_on, station)
    return law.term(elsewhere.COURT, from_day, pack=station.pack, tz=station.tz).due_on
