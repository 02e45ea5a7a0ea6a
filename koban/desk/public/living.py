"""What the page of a receipt shows of a registration or an application: papers to bring, homes to leave."""

from dataclasses import dataclass
from typing import Any

from koban.duties.permits.actions import people
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Occupant, Paper
from koban.duties.permits.telling import paper_label
from koban.matters.models import Matter
from koban.registers.residents import queries as register

KIND = people.KIND


@dataclass(frozen=True, slots=True)
class Living:
    """missing: label and what is not right, of each paper that is still needed. homes: those that still run."""

    missing: list[tuple[str, str]]
    homes: list[Any]
    may_withdraw: bool


def shown(matter: Matter) -> Living | None:
    """None for a matter of another kind."""
    if matter.kind != KIND:
        return None
    return Living(_missing(matter), homes_of(matter), matter.is_open)


def _missing(matter: Matter) -> list[tuple[str, str]]:
    if matter.state != "incomplete":
        return []
    book = Law.of(matter.station, matter.opened_at)
    rows = Paper.objects.filter(matter=matter, state__in=("needed", "unfit")).order_by("id")
    return [(paper_label(row.key, book, matter.language), row.why) for row in rows]


def homes_of(matter: Matter) -> list[Any]:
    """The homes of a confirmed registration that have not ended."""
    if matter.state != "confirmed":
        return []
    rows = Occupant.objects.filter(matter=matter).exclude(residence_id=None).order_by("id")
    homes = [register.residence(row.residence_id) for row in rows]
    return [home for home in homes if home.to_on is None and home.state == "confirmed"]
