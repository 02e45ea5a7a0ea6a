"""Writing a paper: composed from the facts of its matter, revised in versions, talked about, submitted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Absent, Refused, Stale
from koban.matters import actions as matters
from koban.matters.documents import versions
from koban.matters.documents.facts_of import facts_for
from koban.matters.documents.flow import FLOW
from koban.matters.documents.letters import Letter, filled, letters, unknown
from koban.matters.documents.models import Batch, Document, Remark, Version
from koban.matters.documents.versions import Told
from koban.matters.models import Matter


def letter_of(key: str, pack: str) -> Letter:
    """The template of a key for a station of `pack`. Raises Absent."""
    try:
        return letters(pack)[key]
    except KeyError:
        raise Absent from None


def proposal(
    letter: Letter,
    station: Station,
    matter: Matter | None,
    *,
    language: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> Told:
    """What the facts make of a template, with `values` over them; nothing is written."""
    known = facts_for(letter, station, matter, language=language, at=at)
    known |= {key: value for key, value in (values or {}).items() if value}
    return Told(filled(letter, letter.in_language(letter.text, language), known), known)


@transaction.atomic
def compose(
    letter: Letter,
    told: Told,
    *,
    by: Actor,
    at: datetime,
    station: Station,
    matter: Matter | None = None,
    language: str = "zh-hans",
    title: str = "",
    batch: Batch | None = None,
) -> Document:
    """A new draft with its first version. Raises Refused for a text with fields that the template does not know."""
    require(by, "documents.draft")
    _check(letter, told)
    if matter is not None:
        matter = matters.locked(matter)
    made = Document(
        station_id=station.pk, letter=letter.key, pack=letter.pack, register=letter.register,
        title=title or letter.in_language(letter.title, language), language=language, matter=matter, state=FLOW.initial,
        state_since=at, needed=letter.approvals, made_at=at, made_by=by.label, batch=batch,
    )  # fmt: skip
    made.save(force_insert=True)
    version = _version(made, told, "", by=by, at=at)
    page("documents.compose", made, by=by, at=at, rows=[version], facts={"type": letter.key})
    return made


@transaction.atomic
def revise(
    document: Document,
    told: Told,
    *,
    by: Actor,
    at: datetime,
    station: Station,
    lock: int | None = None,
    why: str = "",
    title: str = "",
) -> Document:
    """A further version of a draft. Raises Stale where somebody changed it after `lock`."""
    require(by, "documents.draft")
    document = locked(document, lock)
    if document.state != "draft":
        raise Refused(_("Only a draft is written on. Send it back first."))
    _check(letter_of(document.letter, station.pack), told)
    document.version += 1
    version = _version(document, told, why, by=by, at=at)
    document.title = title or document.title
    save(document, "version", "title")
    page("documents.revise", document, by=by, at=at, rows=[version], facts={"version": version.number})
    return document


@transaction.atomic
def comment(document: Document, text: str, *, by: Actor, at: datetime) -> Remark:
    """Words on the newest version, for whoever works on it."""
    require(by, "documents.comment")
    if not text.strip():
        raise Refused(_("Write something first."))
    document = locked(document)
    made = remark(document, "comment", text, by=by, at=at)
    page("documents.comment", document, by=by, at=at, rows=[made])
    return made


@transaction.atomic
def submit(document: Document, *, by: Actor, at: datetime, station: Station) -> Document:
    """Give a draft to those who approve it. Raises Refused where something on it is still open."""
    document = locked(document)
    ready(document, versions.opened(versions.newest(document)), letter_of(document.letter, station.pack))
    return step(document, "submit", by=by, at=at)


def ready(document: Document, told: Told, letter: Letter) -> None:
    """Raises Refused with every field that is still empty, and for an address that is missing."""
    values = {**told.values}
    used = [blank for blank in letter.blanks if blank.needed and not values.get(blank.key)]
    lacking = [
        letter.in_language(blank.label, document.language) for blank in used if _stands(blank.key, told.text)
    ]
    if lacking:
        raise Refused(_("Still empty: %(fields)s.") % {"fields": "; ".join(lacking)})
    if not told.text.strip():
        raise Refused(_("The paper has no text."))


def _stands(key: str, text: str) -> bool:
    """Whether a mark of the field still stands in the text."""
    return f"{{{key}}}" in text or f"{{table:{key}}}" in text


def _check(letter: Letter, told: Told) -> None:
    if strange := unknown(letter, told.text):
        names = ", ".join(f"{{{name}}}" for name in strange)
        raise Refused(
            _("The template has no field %(names)s. Take the braces out, or correct the name.")
            % {"names": names}
        )


# What every step shares.


def locked(document: Document, lock: int | None = None) -> Document:
    """The paper as it is now, held until the transaction ends. Raises Stale if it is no longer at `lock`."""
    now: Document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if lock is not None and now.lock != lock:
        raise Stale(_("Somebody changed this in the meantime. Look at both versions before you save."))
    return now


def step(
    document: Document,
    key: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    rows: Sequence[StationRow] = (),
    facts: Mapping[str, Any] | None = None,
    fields: Sequence[str] = (),
) -> Document:
    """Take the step `key` of the flow on a locked paper, with its page. fields: further columns that were set."""
    move = FLOW.step(document.state, key)
    require(by, move.action)
    if move.needs_reason and not reason.strip():
        raise Refused(_("Say why: this step is kept with its reason."))
    written = [*rows, *([remark(document, key, reason, by=by, at=at)] if reason.strip() else [])]
    document.state, document.state_since = move.target, at
    document.is_open = not FLOW.is_closed(move.target)
    save(document, "state", "state_since", "is_open", *fields)
    page(f"documents.{key}", document, by=by, at=at, rows=written, facts=facts)
    return document


def remark(document: Document, kind: str, text: str, *, by: Actor, at: datetime) -> Remark:
    """Words of the review, kept with the version they are about."""
    made: Remark = Remark.objects.create(
        document=document, version=document.version, kind=kind, text=text.strip(), at=at, label=by.label,
        account_id=by.account_id,
    )  # fmt: skip
    return made


def save(document: Document, *fields: str) -> None:
    document.lock += 1
    document.save(update_fields=["lock", *fields])


def page(
    verb: str,
    document: Document,
    *,
    by: Actor,
    at: datetime,
    rows: Sequence[StationRow] = (),
    facts: Mapping[str, Any] | None = None,
) -> None:
    told = {"number": document.reference, **(facts or {})}
    book.write(
        verb, by=by, at=at, matter_id=document.matter_id, subject=document, facts=told, rows=[document, *rows]
    )


def _version(document: Document, told: Told, why: str, *, by: Actor, at: datetime) -> Version:
    made = Version(
        document=document, number=document.version, why=why.strip()[:200], at=at, label=by.label,
        account_id=by.account_id,
    )  # fmt: skip
    versions.seal(made, told)
    made.save(force_insert=True)
    return made
