"""On the spot: the checklist, what was found, who signed; and what follows from a finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import checklists, filing, queries, regimes, rules
from koban.duties.inspections.models import Finding, Inspection, Venue
from koban.duties.inspections.planning import OVER, said_no
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.duty import all_duties
from koban.matters.models import Matter
from koban.registers.premises.models import Unit

SEVERITY = {"grave": "grave", "serious": "serious", "minor": "small"}  # the words of the duty of hazards
NOT_CLOSED = _("A hazard of this inspection is still open. It is followed there until it is mended.")


@dataclass(frozen=True, slots=True)
class Record:
    """What was written down on the spot. photos: item → attachment. theirs: how the other side signed.

    badges: everybody of the office who was there. began_at: None for now. submission: "" for the desk.
    """

    answers: Mapping[str, rules.Answer]
    crew: rules.Crew
    theirs: str
    showed_card: bool = True
    badges: Sequence[str] = ()
    ground: str = ""
    words: str = ""
    photos: Mapping[str, UUID] = field(default_factory=dict)
    signature_id: UUID | None = None
    began_at: datetime | None = None
    submission: str = ""


@transaction.atomic
def record(matter: Matter, told: Record, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Write down an inspection. What is not in order becomes a finding, and a hazard where this house follows those.

    The same submission again changes nothing.
    """
    require(by, "inspections.record")
    matter = matters.locked(matter)
    row = queries.inspection(matter)
    if told.submission and row.submission == told.submission:
        return matter
    if matter.state != "planned":
        raise Refused(OVER)
    today = queries.day_of(at, station)
    sheet = checklists.of_inspection(row, station, today)
    _check(told, row, sheet, station, today)
    _write(row, told, sheet, by=by, at=at)
    return _close(matter, row, sheet, told, by=by, at=at, station=station)


def _check(told: Record, row: Inspection, sheet: checklists.Sheet, station: Station, today: date) -> None:
    regime = regimes.regime(row.kind, station.pack, today)
    said_no(rules.unshown_card(told.showed_card))
    said_no(rules.unfit_to_enter(told.ground, is_home=bool(regime and regime.is_home)))
    who = queries.clause_or_none(regime.who, station, today) if regime else None
    if who is not None and who.binding:
        counts = who.confidence is not law.Confidence.HOUSE
        said_no(rules.unfit_crew(told.crew, who.value, who.id, counts_officers=counts))
    said_no(rules.incomplete(sheet.points, told.answers))
    if not told.theirs:
        raise Refused(_("Say how the other side signed."))


def _write(row: Inspection, told: Record, sheet: checklists.Sheet, *, by: Actor, at: datetime) -> None:
    row.checklist, row.done_at, row.began_at = sheet.key, at, told.began_at or at
    row.answers = {
        key: {"said": one.said, "value": one.value, "words": one.words.strip()[:400]}
        for key, one in told.answers.items()
        if sheet.has(key)
    }
    row.badges, row.ground, row.theirs = list(told.badges) or [by.label], told.ground, told.theirs
    row.signature_id, row.submission = told.signature_id, told.submission
    row.save(
        update_fields=[
            "checklist", "answers", "badges", "ground", "theirs", "signature_id", "began_at", "done_at", "submission",
        ]
    )  # fmt: skip


def _findings(
    row: Inspection, told: Record, sheet: checklists.Sheet, failing: Sequence[str], station: Station, at: datetime
) -> list[Finding]:  # fmt: skip
    made = []
    for key in failing:
        item, answer = sheet.item(key), told.answers[key]
        made.append(
            Finding.objects.create(
                inspection=row, item=key, severity=item.severity, clause=item.clause, words=answer.words.strip()[:400],
                value=answer.value, photo_id=told.photos.get(key), again_on=_again_on(station, at),
            )
        )  # fmt: skip
    return made


def _again_on(station: Station, at: datetime) -> date:
    return law.term(rules.AFTER_TERM, at, pack=station.pack, tz=station.tz).due_on


def _close(
    matter: Matter, row: Inspection, sheet: checklists.Sheet, told: Record, *, by: Actor, at: datetime,
    station: Station,
) -> Matter:  # fmt: skip
    failing = rules.failing(sheet.points, told.answers)
    earlier = _seen_again(row, failing, at, station)
    known = {one.item for one in earlier if one.mended_on is None}
    findings = _findings(row, told, sheet, [key for key in failing if key not in known], station, at)
    venue = _looked_at(row, at, station)
    facts = {"findings": len(findings), "grave": sum(one.severity == "grave" for one in findings)}
    written = [row, *findings, *earlier, *([venue] if venue else [])]
    step = "record" if findings else "still" if failing else "pass"
    moved = matters.move(matter, step, by=by, at=at, rows=written, facts=facts, met=("verify", "make_up"))
    if told.words.strip():
        matters.note(moved, told.words, by=by, at=at)
    follow(moved, findings, by=by, at=at, station=station)
    return moved


def _looked_at(row: Inspection, at: datetime, station: Station) -> Venue | None:
    """The venue with its last and next day. A re-inspection of single points leaves the interval as it is."""
    if row.venue is None or row.again_id is not None:
        return None
    venue, today = filing.locked(row.venue), queries.day_of(at, station)
    venue.last_on, venue.due_on = today, queries.next_due(venue.kind, today, station)
    venue.save(update_fields=["last_on", "due_on"])
    return venue


def _seen_again(row: Inspection, failing: Sequence[str], at: datetime, station: Station) -> list[Finding]:
    """Findings that this re-inspection looked at: mended, or due again. One that a hazard follows is mended there."""
    if row.again_id is None:
        return []
    today = queries.day_of(at, station)
    seen = list(Finding.objects.open().filter(inspection_id=row.again_id).order_by("id"))
    for finding in seen:
        is_bad = finding.item in failing
        finding.again_on = _again_on(station, at) if is_bad else None
        finding.mended_on = today if not is_bad and finding.hazard_id is None else None
        finding.save(update_fields=["again_on", "mended_on"])
    return seen


def follow(
    matter: Matter, findings: Sequence[Finding], *, by: Actor, at: datetime, station: Station
) -> list[Matter]:
    """Hand each finding to the duty of hazards, where this house has it; elsewhere it stays a finding with its day."""
    taker = all_duties().get(queries.HAZARDS)
    if taker is None or taker.receive is None:
        return []
    opened = []
    for finding in findings:
        item, words = told_of(finding, matter, station, at)
        told = {"severity": SEVERITY[finding.severity], "clause": finding.clause, "unit": _unit(finding)}
        hazard = joins.refer(
            matter, queries.HAZARDS, by=by, at=at, station=station, reason=words, type=item.hazard, told=told
        )
        finding.hazard = hazard
        finding.save(update_fields=["hazard"])
        facts = {"item": finding.item, "hazard": hazard.printed}
        matters.change(matter, "inspections.hazard", by=by, at=at, rows=[finding], facts=facts)
        opened.append(hazard)
    return opened


def told_of(finding: Finding, matter: Matter, station: Station, at: datetime) -> tuple[regimes.Item, str]:
    """The point of a finding, and what the hazard's own matter says of it."""
    sheet = checklists.of_kind(finding.inspection.kind, station, queries.day_of(at, station))
    item = sheet.item(finding.item)
    value = "" if finding.value is None else f" ({finding.value})"
    return item, f"{item.words.said(matter.language)}{value}" + (
        f": {finding.words}" if finding.words else ""
    )


def _unit(finding: Finding) -> Unit | None:
    venue = finding.inspection.venue
    return venue.unit if venue else None


@transaction.atomic
def finish(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Everything that was found is mended: by its hazard, or seen at a re-inspection."""
    matter = matters.locked(matter)
    row = queries.inspection(matter)
    if Finding.objects.open().filter(inspection=row).exists():
        raise Refused(NOT_CLOSED)
    today, rows = queries.day_of(at, station), []
    for finding in Finding.objects.filter(inspection=row, mended_on=None):
        finding.mended_on, finding.again_on = today, None
        finding.save(update_fields=["mended_on", "again_on"])
        rows.append(finding)
    return matters.move(matter, "finish", by=by, at=at, rows=rows)
