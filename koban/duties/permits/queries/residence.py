"""What the register and the declarations say of a handle: since when it is registered here."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from koban.duties.permits import rules
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Occupant
from koban.registers.residents import queries as register


def registered_on(person_id: UUID, book: Law) -> date | None:
    """Since when somebody has been registered here without a break; None where they are not (three queries)."""
    person = register.person(person_id)
    homes = [home for home in register.residences_of(person) if home.state in ("confirmed", "ended")]
    told = _told_on(home.pk for home in homes)
    gap = book.clause(rules.CHANGES) or book.clause(rules.REGISTER)
    stays = [(told.get(home.pk, home.from_on), home.from_on, home.to_on) for home in homes]
    return rules.unbroken_since(stays, gap_days=gap.value if gap else 0)


def _told_on(residences: Iterable[Any]) -> dict[Any, date]:
    """Residence → day on which it was declared; those that were entered otherwise are not in it."""
    rows = Occupant.objects.filter(residence_id__in=list(residences), matter__type="registration")
    return {row.residence_id: row.matter.opened_at.date() for row in rows.select_related("matter")}
