"""What a landlord reads back of what they wrote: the names on their own list. A page first, as for every look."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.registers.rentals.models import Landlord, Tenancy


def names(landlord: Landlord, tenancies: Sequence[Tenancy], *, by: Actor, at: datetime) -> dict[UUID, str]:
    """Letting -> the name as it was told, for running ones of this landlord alone. The page is committed first.

    Raises ValueError for a letting of somebody else. Ended lettings have no name any more.
    """
    if any(tenancy.unit.landlord_id != landlord.pk for tenancy in tenancies):
        raise ValueError("a letting of another landlord")
    named = [tenancy for tenancy in tenancies if tenancy.called]
    if not named:
        return {}
    facts = {"lettings": [str(tenancy.pk) for tenancy in named]}
    book.look("rentals.own", by=by, at=at, subject=landlord, facts=facts)
    return {tenancy.pk: vault.unseal(tenancy, "called") for tenancy in named}
