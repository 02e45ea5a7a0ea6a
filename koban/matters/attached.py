"""Files of a matter at the desk, one way for every duty: take them in, list them, hand one out after its look is paged.

A duty keeps its own addresses and its own word on who may; `address` names the one that hands out, and takes year, number,
attachment and form.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.who import Request
from koban.kernel.files import intake, serving, uploads
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import book
from koban.lib.errors import Absent, Refused
from koban.matters.models import Matter

FIELD = "file"
FORMS = frozenset({serving.VIEW, serving.THUMB, serving.ORIGINAL})
SHOWN = frozenset({serving.VIEW, serving.THUMB})


def take_in(request: Request, matter: Matter) -> list[Attachment]:
    """Attach what `uploads.taken_first` took before the transaction. Raises Refused where nothing was chosen."""
    taken = uploads.taken(request, FIELD)
    if not taken:
        raise Refused(_("Choose a photo or a file first."))
    now = timezone.now()
    return [intake.attach(one, matter_id=matter.pk, by=request.actor, at=now) for one in taken]


def listed(matter: Matter, rows: Iterable[Attachment], address: str) -> list[dict[str, Any]]:
    """What `{% attachments %}` shows: url, name, size in bytes, sha256, and thumb where a photo is drawn."""
    return [_listed(matter, row, address) for row in rows]


def _listed(matter: Matter, row: Attachment, address: str) -> dict[str, Any]:
    def at(form: str) -> str:
        return reverse(address, args=[matter.year, matter.number, row.pk, form])

    ready = row.kind == "photo" and row.state == Attachment.State.VIEWABLE
    shown = {
        "url": at(serving.VIEW),
        "name": row.get_kind_display(),
        "size": row.size,
        "sha256": row.sha256,
    }
    return shown | ({"thumb": at(serving.THUMB)} if ready else {})


def hand_out(
    request: Request, matter: Matter, attachment: UUID, form: str, *, forms: frozenset[str] = FORMS
) -> HttpResponseBase:
    """One file of this matter. All but the small picture is a look and stands in the ledger first. Raises Absent."""
    found = Attachment.objects.filter(matter_id=matter.pk, pk=attachment).first()
    return opened(request, found, form, under=matter.pk, forms=forms)


def opened(
    request: Request, found: Attachment | None, form: str, *, under: UUID, forms: frozenset[str] = FORMS
) -> HttpResponseBase:
    """The same for a file that the caller has found to be one of its own. under: whose pages the look stands among."""
    if found is None or form not in forms:
        raise Absent
    if form != serving.THUMB:
        told: dict[str, Any] = {
            "by": request.actor,
            "at": timezone.now(),
            "matter_id": under,
            "subject": found,
        }
        book.look("files.look", **told, facts={"form": form, "sha256": found.sha256})
    return serving.open_view(found, form)
