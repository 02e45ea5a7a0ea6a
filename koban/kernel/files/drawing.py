"""Pictures drawn anew: at once while the sender waits, or by a job where the machine was busy."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel.files import limits, store
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import SYSTEM, book
from koban.lib import media
from koban.lib.periodic import does

PATIENCE_S = 60.0  # how long a job waits for a free child


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew, in the store: hashes of view and thumbnail, pixels of the view, what the original told."""

    view_sha256: str
    thumb_sha256: str
    width: int
    height: int
    told: dict[str, Any]


def draw_anew(source: BinaryIO, *, wait_s: float = 5.0) -> Drawn:
    """Draw a picture anew and store view and thumbnail. Raises media.Unfit and media.Busy."""
    made = media.clean_image(source, limits.picture_limits(), wait_s=wait_s)
    return Drawn(_kept(made.view), _kept(made.thumb), made.width, made.height, made.metadata)


def settle(row: Attachment, drawn: Drawn) -> None:
    """Put what was drawn into the row. Does not save."""
    row.view_sha256, row.thumb_sha256 = drawn.view_sha256, drawn.thumb_sha256
    row.view_width, row.view_height = drawn.width, drawn.height
    row.seal_told(drawn.told)
    row.state = Attachment.State.VIEWABLE


@does(gettext_noop("Draw a picture anew without its hidden data"))
@task(unique=True)
def draw(attachment_id: str) -> Iterator[None]:
    """Draw a stored photo anew; one that cannot be drawn is marked so, and stays in the store."""
    row: Attachment = Attachment.objects.get(pk=attachment_id)
    if row.state != Attachment.State.STORED:
        return
    original = BytesIO(b"".join(store.read(row.sha256)))
    try:
        settle(row, draw_anew(original, wait_s=PATIENCE_S))
    except media.Unfit as why:
        row.state, row.reason = Attachment.State.REFUSED, why.reason
    yield
    row.save(
        update_fields=[
            "state",
            "reason",
            "view_sha256",
            "thumb_sha256",
            "view_width",
            "view_height",
            "sealed_told",
        ]
    )
    facts = {"state": row.state, "reason": row.reason}
    book.write(
        "files.draw",
        by=SYSTEM,
        at=timezone.now(),
        matter_id=row.matter_id,
        subject=row,
        facts=facts,
        rows=[row],
    )


def _kept(picture: bytes) -> str:
    digest = sha256(picture).hexdigest()
    store.keep(BytesIO(picture), digest)
    return digest
