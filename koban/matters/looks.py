"""Opening a party's name and ways to reach. The right is an open matter in the reader's hands; the look is paged first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib.errors import Denied
from koban.matters.models import Holding, Party

SEALED = ("name", "phone", "email")
NOT_YOURS = _("You can look at people only in an open matter that you hold. Take the matter first.")


def holds(by: Actor, matter_id: UUID) -> bool:
    """Whether the reader's post has this matter in hand now."""
    return (
        by.at_post is not None
        and Holding.objects.filter(matter_id=matter_id, post_id=by.at_post, to_at=None).exists()
    )


def look(party: Party, fields: Sequence[str], *, by: Actor, at: datetime) -> dict[str, str]:
    """Open `fields` of a party: field -> value. The page is committed before anything is opened.

    Raises Denied for a role that never looks, for a matter that is closed or not in the reader's hands, and
    ValueError for a field that is not sealed.
    """
    if unknown := set(fields) - set(SEALED):
        raise ValueError(f"not a sealed field: {sorted(unknown)}")
    require(by, "matters.look")
    if not party.matter.is_open or not holds(by, party.matter_id):
        raise Denied(NOT_YOURS, matter_id=party.matter_id)
    facts = {"fields": sorted(fields), "party": party.role}
    book.look("matters.look", by=by, at=at, matter_id=party.matter_id, subject=party, facts=facts)
    return {field: vault.unseal(party, field) for field in fields}


def sealed_party(party: Party, *, name: str = "", phone: str = "", email: str = "") -> Party:
    """Fill an unsaved party's sealed columns."""
    party.name = vault.seal(party, "name", name)
    party.phone = vault.seal(party, "phone", phone)
    party.email = vault.seal(party, "email", email)
    party.phone_index = vault.blind(phone, field="phone")
    return party
