"""Many papers of one kind: started by one, agreed to by as many as the template asks, then issued one by one.

Each paper is one transaction of its own. A batch that is interrupted goes on where it stopped: a matter gets one paper.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import KobanError, Refused
from koban.lib.periodic import described
from koban.matters.documents import deciding, drafting, rules, versions
from koban.matters.documents.flow import FLOW
from koban.matters.documents.letters import Letter
from koban.matters.documents.models import Batch, Document
from koban.matters.models import Matter

MOST = 5000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is."""

    total: int
    done: int
    failed: int
    finished: bool


@transaction.atomic
def start(
    letter: Letter,
    matters: Sequence[Matter],
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    language: str,
    base: str,
) -> Batch:
    """Plan one paper for each matter. It runs at once where nobody else needs to agree."""
    require(by, "documents.batch")
    if not 0 < len(matters) <= MOST:
        raise Refused(_("Choose between one and %(most)s matters.") % {"most": MOST})
    made = Batch(
        letter=letter.key, language=language, base=base, needed=letter.approvals, made_at=at,
        matters=[str(matter.pk) for matter in matters], started_by=_plain(by),
    )  # fmt: skip
    versions.seal_alike(made, values)
    made.claim_station()
    if not made.needed:
        made.begun_at = at
    made.save(force_insert=True)
    facts = {"type": letter.key, "count": len(matters)}
    book.write("documents.batch", by=by, at=at, subject=made, facts=facts, rows=[made])
    if made.begun_at:
        run.enqueue(str(made.pk))
    return made


@transaction.atomic
def agree(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """Agree to the wording of all its papers; with the last approval that is needed they are issued."""
    require(by, "documents.approve")
    row: Batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.begun_at:
        raise Refused(_("These papers are being issued already."))
    account = str(by.account_id)
    writer, told = row.started_by["account_id"], list(row.approvers)
    standing = rules.Standing(UUID(writer), [UUID(one) for one in told], 1, 1, row.needed)
    if why := rules.unfit_to_approve(standing, by.account_id):
        raise Refused(spoken(why))
    row.approvers = [*told, account]
    if rules.has_enough(standing, by.account_id):
        row.begun_at = at
        row.started_by = {**row.started_by, "signer": _plain(by)}
    row.save(update_fields=["approvers", "begun_at", "started_by"])
    book.write(
        "documents.batch_approve", by=by, at=at, subject=row, facts={"count": len(row.approvers)}, rows=[row]
    )
    if row.begun_at:
        run.enqueue(str(row.pk))
    return row


@task(unique=True, lease_s=3600)
def run(batch_id: str) -> Iterator[None]:
    """Make and issue every paper of a batch that is not made yet. Each in a transaction of its own."""
    issue_all(Batch.objects.get(pk=batch_id))
    yield


described["koban.matters.documents.batching.run"] = gettext_noop("Issue many papers of one kind")


def issue_all(batch: Batch) -> Batch:
    """Issue what is left of a batch; what cannot be issued is noted with its reason, and the rest goes on."""
    station = Station.objects.get(pk=batch.station_id)
    by = _actor(batch.started_by.get("signer") or batch.started_by)
    letter, values = drafting.letter_of(batch.letter, station.pack), versions.alike(batch)
    made = {str(one) for one in Document.objects.filter(batch=batch).values_list("matter_id", flat=True)}
    failed: list[list[str]] = []
    for matter_id in batch.matters:
        if matter_id in made:
            continue
        matter = Matter.objects.get(pk=matter_id)
        try:
            with translation.override(batch.language):
                _one(batch, letter, matter, values, by=by, at=timezone.now(), station=station)
        except KobanError as no:
            failed.append([matter.printed, str(no)])
    return _ended(batch, failed, by=by, at=timezone.now())


@transaction.atomic
def _one(
    batch: Batch,
    letter: Letter,
    matter: Matter,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    station: Station,
) -> Document:
    told = drafting.proposal(letter, station, matter, language=batch.language, at=at, values=values)
    made = drafting.compose(
        letter, told, by=by, at=at, station=station, matter=matter, language=batch.language, batch=batch
    )
    if made.needed:
        made = _approved(made, batch, by=by, at=at)
    return deciding.issue(made, by=by, at=at, station=station, base=batch.base)


def _approved(document: Document, batch: Batch, *, by: Actor, at: datetime) -> Document:
    """Approved by those who agreed to the batch."""
    document.state, document.state_since = FLOW.step("review", "approve").target, at
    drafting.save(document, "state", "state_since")
    facts = {"batch": str(batch.pk), "count": len(batch.approvers)}
    drafting.page("documents.approve", document, by=by, at=at, facts=facts)
    return document


@transaction.atomic
def _ended(batch: Batch, failed: list[list[str]], *, by: Actor, at: datetime) -> Batch:
    row: Batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    row.failed, row.ended_at = failed, at
    row.save(update_fields=["failed", "ended_at"])
    facts = {"count": len(row.matters) - len(failed)}
    book.write("documents.batch_end", by=by, at=at, subject=row, facts=facts, rows=[row])
    return row


def progress(batch: Batch) -> Progress:
    done = Document.objects.filter(batch=batch).exclude(certificate=None).count()
    return Progress(len(batch.matters), done, len(batch.failed), batch.ended_at is not None)


def _plain(by: Actor) -> dict[str, Any]:
    told = {"role": by.role, "label": by.label}
    ids = {"station_id": by.station_id, "account_id": by.account_id, "post_id": by.post_id}
    return told | {name: str(value) if value else None for name, value in ids.items()}


def _actor(told: Mapping[str, Any]) -> Actor:
    ids = {name: UUID(told[name]) if told[name] else None for name in ("station_id", "account_id", "post_id")}
    return Actor(role=told["role"], label=told["label"], **ids)
