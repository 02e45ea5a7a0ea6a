"""Approving, signing and recalling. A paper is issued whole: number, signature, seal, PDF and page, or nothing."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.documents import actions, drafting, keys, rules, setting, versions
from koban.matters.documents.drafting import letter_of, locked, remark, step
from koban.matters.documents.flow import FLOW
from koban.matters.documents.letters import Letter
from koban.matters.documents.models import Certificate, Document, Remark
from koban.matters.documents.registers import PAPERS


def standing(document: Document, read: int) -> rules.Standing:
    """What the rules ask of a paper in review."""
    writer = versions.newest(document).account_id
    approvals = Remark.objects.filter(document=document, version=document.version, kind="approve")
    told = list(approvals.values_list("account_id", flat=True))
    return rules.Standing(writer, told, document.version, read, document.needed)


@transaction.atomic
def approve(document: Document, *, by: Actor, at: datetime, read: int, words: str = "") -> Document:
    """Agree to the version `read`. The last approval that is needed makes the paper approved.

    Raises Refused for the writer, for a second approval of one account, and where the text has changed since.
    """
    document = locked(document)
    move = FLOW.step(document.state, "approve")
    require(by, move.action)
    now = standing(document, read)
    if why := rules.unfit_to_approve(now, by.account_id):
        raise Refused(spoken(why))
    made = remark(document, "approve", words, by=by, at=at)
    facts = {"version": document.version, "count": len(now.approvers) + 1}
    if rules.has_enough(now, by.account_id):
        return step(document, "approve", by=by, at=at, rows=[made], facts=facts)
    drafting.save(document)
    drafting.page("documents.approve_one", document, by=by, at=at, rows=[made], facts=facts)
    return document


@transaction.atomic
def send_back(document: Document, reason: str, *, by: Actor, at: datetime) -> Document:
    """Give it back to be written on, with the reason."""
    return step(locked(document), "back", by=by, at=at, reason=reason)


@transaction.atomic
def drop(document: Document, reason: str, *, by: Actor, at: datetime) -> Document:
    """End a paper that was not issued."""
    return step(locked(document), "drop", by=by, at=at, reason=reason)


@transaction.atomic
def issue(document: Document, *, by: Actor, at: datetime, station: Station, base: str = "") -> Document:
    """Sign and issue: the next number of its register, the signed code, the seal line, the PDF in the files.

    Raises Refused where it is not approved, a sign cannot be set, or the key is gone; then no number is used.
    """
    document = locked(document)
    letter = letter_of(document.letter, station.pack)
    key = "hand_out" if document.needed == 0 else "sign"
    require(by, FLOW.step(document.state, key).action)
    told = versions.opened(versions.newest(document))
    drafting.ready(document, told, letter)
    pdf, made = _numbered(
        document, letter, told, by=by, at=at, station=station, base=base or actions.default_base()
    )
    if document.matter_id is None:
        raise Refused(_("A paper belongs to a matter, which keeps it. Choose the matter first."))
    file = intake.keep_made(pdf, name=f"{document.register}-{made.printed}.pdf")
    attachment = intake.attach(file, matter_id=document.matter_id, by=by, at=at)
    made.matter_id, made.attachment_id = document.matter_id, attachment.pk
    made.save(force_insert=True)
    document.certificate, document.attachment_id, document.issued_at = made, attachment.pk, at
    fields = ("certificate", "attachment_id", "issued_at", "reference")
    return step(document, key, by=by, at=at, rows=[made], fields=fields, facts={"kind": made.kind})


def _numbered(
    document: Document,
    letter: Letter,
    told: versions.Told,
    *,
    by: Actor,
    at: datetime,
    station: Station,
    base: str,
) -> tuple[bytes, Certificate]:
    """The PDF and the unsaved certificate, with the next number; `document` learns its reference."""
    sort, key = PAPERS[document.register], keys.secret_key()
    made = actions.numbered(sort, at, station)
    made.language, made.valid_from = document.language, at
    document.reference = reference(letter, made, document.language)
    # What kind of paper it is; its own title may tell what it is about.
    values = {"paper": letter.in_language(letter.title, document.language), "reference": document.reference}
    token = actions.signed(sort, made, values, by=by, at=at, station=station, base=base, key=key)
    pdf = setting.paper(
        document, letter, told, station=station, at=at, proof=setting.Proof(token, key.public, base)
    )
    return pdf, made


def reference(letter: Letter, made: Certificate, language: str) -> str:
    """The number as it is printed: `警室函〔2026〕12号`."""
    words = letter.in_language(letter.reference, language or get_language() or "")
    return words.replace("{year}", str(made.year)).replace("{number}", str(made.number))


@transaction.atomic
def recall(document: Document, reason: str, *, by: Actor, at: datetime) -> Document:
    """Take an issued paper back: from now on its code says so."""
    document = locked(document)
    FLOW.step(document.state, "recall")
    if document.certificate is not None:
        actions.revoke(document.certificate, reason, by=by, at=at)
    return step(document, "recall", by=by, at=at, reason=reason)
