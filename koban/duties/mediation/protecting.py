"""Violence at home: what is done in place of mediation. Words are sealed; what was done stands as keys alone."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import elsewhere
from koban.duties.mediation.models import Mediation, ProtectionStep
from koban.duties.mediation.running import fresh
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.models import Matter

VISITS = ("visit_victim", "visit_violent")
AFTER_WARNING = ("violent", "victim", "committee")


@transaction.atomic
def warn(
    mediation: Mediation, facts: str, *, identity: bool, ban: bool, by: Actor, at: datetime, station: Station
) -> ProtectionStep:
    """Make the written warning: who, what was done, and that it is forbidden (CN-DV-4). Visits get their term."""
    require(by, "mediation.warn")
    matter, mediation = _protected(mediation)
    punished = mediation.protection_steps.filter(key="punished").exists()
    paper = elsewhere.WarningPaper(identity=identity, facts=bool(facts.strip()), ban=ban)
    if why := elsewhere.unfit_warning(paper, punished=punished):
        raise Refused(spoken(why), clause=why.clause)
    row = _step(mediation, "warning", facts, by=by, at=at)
    matters.change(matter, "mediation.protection", by=by, at=at, rows=[row], facts={"act": "warning"})
    matters.set_deadline(matter, "visit", elsewhere.VISIT, by=by, at=at, station=station)
    return row


@transaction.atomic
def did(mediation: Mediation, key: str, words: str, *, by: Actor, at: datetime) -> ProtectionStep:
    """Write down a step of protection. A warning is handed over after it was made; both visits meet their term."""
    require(by, "mediation.track")
    matter, mediation = _protected(mediation)
    done = set(mediation.protection_steps.values_list("key", flat=True))
    if key == "warning" or key not in ProtectionStep.Key.values:
        raise Refused(_("Choose what was done."))
    if key in AFTER_WARNING and "warning" not in done:
        raise Refused(_("Make the written warning first."), clause=elsewhere.WARNING)
    if key in done and key not in (*VISITS, "doctor", "shelter", "order"):
        raise Refused(_("This was done already."))
    row = _step(mediation, key, words, by=by, at=at)
    met = ("visit",) if set(VISITS) <= done | {key} else ()
    matters.change(matter, "mediation.protection", by=by, at=at, rows=[row], facts={"act": key}, met=met)
    return row


def _protected(mediation: Mediation) -> tuple[Matter, Mediation]:
    matter, mediation = fresh(mediation)
    if not mediation.violence_at_home or not matter.is_open:
        raise Refused(_("This is for violence at home, while the matter is open."), clause=elsewhere.PROTECT)
    return matter, mediation


def _step(mediation: Mediation, key: str, words: str, *, by: Actor, at: datetime) -> ProtectionStep:
    row = ProtectionStep(mediation=mediation, key=key, at=at, label=by.label)
    row.words = vault.seal(row, "words", words.strip())
    row.save(force_insert=True)
    return row


def open_words(step: ProtectionStep, *, by: Actor, at: datetime) -> str:
    """Unseal what was written. Only whoever holds the open matter; the look is in the ledger first."""
    require(by, "matters.look")
    matter: Any = step.mediation.matter
    if not matter.is_open or not looks.holds(by, matter.pk):
        raise Denied(looks.NOT_YOURS, matter_id=matter.pk)
    book.look("mediation.look", by=by, at=at, matter_id=matter.pk, subject=step, facts={"fields": ["words"]})
    return vault.unseal(step, "words")
