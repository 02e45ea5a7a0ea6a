"""What a version says, sealed at rest: opened for its writers, its approvers and whoever holds the matter."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import may
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib.errors import Denied
from koban.matters import looks
from koban.matters.documents.models import Batch, Document, Version

SHUT = _("The text of this paper opens to its writer, to who approves it, and to who holds its open matter.")


@dataclass(frozen=True, slots=True)
class Told:
    """text: as it will be printed. values: field -> value (a table: rows). recipient, copies: to whom it goes."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    recipient: str = ""
    copies: tuple[str, ...] = ()


def seal(version: Version, told: Told) -> None:
    """Put what it says into an unsaved version."""
    version.sealed_told = vault.seal(version, "sealed_told", json.dumps(asdict(told), ensure_ascii=False))


def opened(version: Version) -> Told:
    """What a version says. For actions and for `look`; nobody else hands it on."""
    told = json.loads(vault.unseal(version, "sealed_told") or "{}")
    return Told(
        told.get("text", ""), told.get("values", {}), told.get("recipient", ""), tuple(told.get("copies", ()))
    )


def newest(document: Document) -> Version:
    found: Version = Version.objects.get(document=document, number=document.version)
    return found


def may_open(document: Document, by: Actor) -> bool:
    """Whether this reader may see the text now."""
    if document.matter is not None and document.matter.is_open and looks.holds(by, document.matter.pk):
        return True
    if not document.is_open:
        return False
    writes = (
        Version.objects.filter(document=document, account_id=by.account_id).exists()
        if by.account_id
        else False
    )
    return writes or (document.state in ("review", "approved") and may(by.role, "documents.approve"))


def look(document: Document, *numbers: int, by: Actor, at: datetime) -> list[Told]:
    """The texts of versions, the newest without `numbers`. The look is in the ledger before a word is opened."""
    if not may_open(document, by):
        raise Denied(SHUT, matter_id=document.matter_id)
    wanted = numbers or (document.version,)
    found = {
        version.number: version for version in Version.objects.filter(document=document, number__in=wanted)
    }
    facts = {"versions": sorted(found), "number": document.reference}
    book.look("documents.read", by=by, at=at, matter_id=document.matter_id, subject=document, facts=facts)
    return [opened(found[number]) for number in wanted if number in found]


def seal_alike(batch: Batch, values: Mapping[str, Any]) -> None:
    """Put what every paper of a batch says alike into its unsaved row."""
    batch.sealed_values = vault.seal(batch, "sealed_values", json.dumps(dict(values), ensure_ascii=False))


def alike(batch: Batch) -> dict[str, Any]:
    """What every paper of a batch says alike."""
    found: dict[str, Any] = json.loads(vault.unseal(batch, "sealed_values") or "{}")
    return found
