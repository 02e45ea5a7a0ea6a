"""Who looked at my data: when, who, in which matter, at which fields, and why they were allowed to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.datarights.models import Request as Objection
from koban.duties.datarights.queries import objected
from koban.kernel import law
from koban.kernel.access.roles import ROLES
from koban.kernel.access.who import Request
from koban.kernel.flow import spoken
from koban.kernel.stations.models import Station
from koban.matters import own
from koban.matters.duty import all_duties
from koban.matters.models import Matter
from koban.registers.residents import usage, words
from koban.registers.residents.handles import Person

A_PAGE = 30
YOU = _("You opened your own data with your key.")
COPY = _("You took a copy of your own data.")
WHY = _("They had this matter in hand, and work of this kind needs these fields: %(kind)s.")
WHY_FOUND = _(
    "They looked for somebody in a matter that they had in hand, and you were among the results: %(kind)s."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One look as its person reads it. may_dispute: it was somebody else's."""

    pk: UUID
    at: datetime
    who: str
    role: Any
    fields: list[Any]
    number: str
    why: Any
    page_number: int
    ground: Any
    may_dispute: bool
    objection: Objection | None


@require_safe
@own.with_person
def page(request: Request, person: Person, station: Station) -> HttpResponse:
    """The list itself opens nothing of the person, so it is no look."""
    shown = Paginator(usage.looks_of(person, now=timezone.now()), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "lines": lines(shown.object_list, station)}
    return own.show(request, "desk/public/me/looks.html", context)


def lines(looks: Iterable[Any], station: Station) -> list[Line]:
    """Two questions for all of them."""
    rows = list(looks)
    objections = objected([row.pk for row in rows])
    matters = {
        m.pk: m for m in Matter.objects.filter(pk__in={row.matter_id for row in rows if row.matter_id})
    }
    return [_line(row, matters, objections, station) for row in rows]


def _line(
    row: Any, matters: Mapping[UUID, Matter], objections: Mapping[UUID, Objection], station: Station
) -> Line:
    matter = matters.get(row.matter_id)
    role = ROLES[row.role].label if row.role in ROLES else row.role
    return Line(
        row.pk, row.at, row.label, role, [words.FIELDS.get(field, field) for field in row.fields],
        matter.printed if matter else "", _why(row, matter), row.page_number, _ground(row, station), row.matter_id is not None,
        objections.get(row.pk),
    )  # fmt: skip


def _why(row: Any, matter: Matter | None) -> str:
    if row.matter_id is None:
        return str(COPY if row.action == "copy" else YOU)
    duty = all_duties().get(matter.kind) if matter else None
    return str(WHY_FOUND if row.action == "find" else WHY) % {"kind": duty.label if duty else "–"}


def _ground(row: Any, station: Station) -> Any:
    """Why the notice came late, in the words of the clause; "" where it did not."""
    if row.delay is None:
        return ""
    clause = law.clause(row.delay.clause, station.pack, on=timezone.localtime(row.delay.from_at).date())
    return next((spoken(item.label) for item in clause.items if item.key == row.delay.ground), "")
