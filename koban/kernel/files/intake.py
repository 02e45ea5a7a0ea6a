"""Taking files in. `take` does the slow and dangerous part without a database; `attach` makes the row.

taken = intake.take(upload)                       # before the transaction: raises Refused
with transaction.atomic():
    attachment = intake.attach(taken, matter_id=…, by=…, at=…)
"""

import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel.files import limits, store
from koban.kernel.files.drawing import Drawn, draw, draw_anew, settle
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import Actor, book
from koban.lib import media
from koban.lib.errors import Refused

log = logging.getLogger("koban.files")

NAME_LETTERS = 120
ALL_KINDS = frozenset(media.KINDS.values())

EMPTY = _("The file is empty. Choose it again.")
NOT_TAKEN = _("Files of this type are not taken. Send a photo, a PDF, a plain text, a sound or a film.")
NOT_WHAT_IT_SAYS = _("The file is not what its name or type says. Save it again and send that.")
WRONG_KIND = _("A file of this kind does not belong here.")
TOO_LARGE = _("The file is larger than %(most)s million bytes. Make it smaller, or send it in parts.")
ARRIVED_CHANGED = _("The file did not arrive as it was sent. Send it again.")
UNFIT = {
    "damaged": _("The picture is damaged and cannot be read. Take it or save it again."),
    "pixels": _("The picture has too many pixels. Make it smaller and send it again."),
    "memory": _("The picture needs too much memory to be read. Make it smaller and send it again."),
    "time": _("The picture takes too long to be read. Save it as a plain JPEG and send that."),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is in the store, checked, and not yet anybody's. drawn: None where nothing was drawn anew."""

    sha256: str
    size: int
    type: str
    kind: str
    declared_type: str
    name: str
    drawn: Drawn | None


def take(
    upload: UploadedFile,
    *,
    kinds: Iterable[str] = ALL_KINDS,
    declared_hash: str = "",
    draw_now: bool = True,
) -> Taken:
    """Check, hash and store an upload; draw a picture anew. Takes up to seconds: call it outside a transaction.

    declared_hash: SHA-256 (hex) that the sending device took at capture, "" for none.
    draw_now: False leaves a picture to the job that draws it anew, where many come at once.
    Raises Refused with one sentence that says what to do.
    """
    source: BinaryIO = upload.file  # type: ignore[assignment]
    declared, name = upload.content_type or "", tidy_name(upload.name or "")
    found = _checked_type(source, declared, name, frozenset(kinds))
    digest, size = _measured(source, media.KINDS[found])
    if declared_hash and declared_hash.lower() != digest:
        raise Refused(ARRIVED_CHANGED)
    drawn = _drawn(source) if draw_now and media.KINDS[found] == media.PHOTO else None
    source.seek(0)
    store.keep(source, digest)
    return Taken(digest, size, found, media.KINDS[found], declared[:80], name, drawn)


def keep_made(content: bytes, *, name: str, type: str = "application/pdf") -> Taken:
    """Store what the house itself has made (a paper, a proof); nothing of it needs to be looked at or drawn anew."""
    digest = sha256(content).hexdigest()
    store.keep(BytesIO(content), digest)
    return Taken(digest, len(content), type, media.KINDS[type], type, tidy_name(name), None)


def attach(
    taken: Taken,
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    captured_at: datetime | None = None,
    is_public: bool = False,
) -> Attachment:
    """Make the row of a taken file and its page "files.receive", in the caller's transaction."""
    row = Attachment(
        matter_id=matter_id, kind=taken.kind, sha256=taken.sha256, size=taken.size, type=taken.type,
        declared_type=taken.declared_type, captured_at=captured_at, received_at=at, received_by=by.label,
        is_public=is_public and taken.kind == media.PHOTO,
    )  # fmt: skip
    row.seal_name(taken.name)
    row.state = Attachment.State.STORED if taken.kind == media.PHOTO else Attachment.State.VIEWABLE
    if taken.drawn is not None:
        settle(row, taken.drawn)
    with transaction.atomic():
        row.save(force_insert=True)
        facts = {"kind": row.kind, "type": row.type, "size": row.size, "sha256": row.sha256}
        book.write("files.receive", by=by, at=at, matter_id=matter_id, subject=row, facts=facts, rows=[row])
        if row.state == Attachment.State.STORED:
            draw.enqueue(str(row.pk))
    return row


def receive(
    upload: UploadedFile,
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    kind: str = "",
    declared_hash: str = "",
    **told: Any,
) -> Attachment:
    """`take` and `attach` in one, for callers that have no transaction open. kind: "" for any."""
    taken = take(upload, kinds=[kind] if kind else ALL_KINDS, declared_hash=declared_hash)
    return attach(taken, matter_id=matter_id, by=by, at=at, **told)


@transaction.atomic
def publish(attachment: Attachment, is_public: bool, *, by: Actor, at: datetime) -> Attachment:
    """Show a photo on the public site, or take it off again. Raises Refused for what was not drawn anew."""
    row: Attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if is_public and not (row.kind == media.PHOTO and row.state == Attachment.State.VIEWABLE):
        raise Refused(_("Only a photo that was drawn anew can be shown to the public."))
    row.is_public = is_public
    row.save(update_fields=["is_public"])
    verb = "files.publish" if is_public else "files.withdraw"
    book.write(verb, by=by, at=at, matter_id=row.matter_id, subject=row, rows=[row])
    return row


def tidy_name(name: str) -> str:
    """The last part of a file name, NFC, without control characters, its ending kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 8:
        return shown[:NAME_LETTERS]
    return f"{stem[: NAME_LETTERS - len(ending) - 1]}.{ending}"


def _checked_type(source: BinaryIO, declared: str, name: str, kinds: frozenset[str]) -> str:
    source.seek(0)
    head = source.read(media.HEAD_BYTES)
    if not head:
        raise Refused(EMPTY)
    found = media.sniff(head)
    if not found:
        raise Refused(NOT_TAKEN)
    if not media.agrees(found, declared=declared, name=name):
        raise Refused(NOT_WHAT_IT_SAYS)
    if media.KINDS[found] not in kinds:
        raise Refused(WRONG_KIND)
    return found


def _measured(source: BinaryIO, kind: str) -> tuple[str, int]:
    most = limits.file_bytes(kind)
    try:
        return store.measure(source, most)
    except store.TooLarge:
        raise Refused(TOO_LARGE % {"most": f"{most / 1_000_000:g}"}) from None


def _drawn(source: BinaryIO) -> Drawn | None:
    """The picture drawn anew; None where the machine has no time for it now (a job draws it later)."""
    source.seek(0)
    try:
        return draw_anew(source)
    except (media.Busy, media.ChildBroken) as why:
        log.warning("a picture is drawn later: %s", type(why).__name__)
        return None
    except media.Unfit as why:
        raise Refused(UNFIT[why.reason]) from None
