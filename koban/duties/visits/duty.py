"""Visits: planned by address and need, announced, voluntary."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.visits import queries, wishes
from koban.duties.visits.flow import FLOW
from koban.duties.visits.models import Visit
from koban.matters.duty import Duty, MenuItem, OwnPage
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("visits:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return dict(Visit.Why.choices).get(code, code)


def own_count(person_id: UUID, at: datetime) -> int:
    return queries.count_own(person_id)


DUTY = Duty(
    key="visits",
    label=_("Visits"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=wishes.receive,
    retention="ordinary",
    opens=frozenset({"name", "phone"}),
    own=(
        OwnPage(
            _("Visits"), _("Who comes and when, what was written, my contact card"), "visits:own", "door", 50, own_count
        ),
    ),
    menu=(
        MenuItem(_("Visits"), "visits:list", "door", "visits.read", 52),
        MenuItem(_("Visits of the month"), "visits:month", "chart-bar", "visits.month", 53, "office"),
    ),
    sentences={
        "visits.open": _("A visit was planned"),
        "visits.announce": _("Announced"),
        "visits.announce_again": _("Announced again"),
        "visits.move_time": _("Another time was set"),
        "visits.nobody": _("Nobody opened"),
        "visits.meet": _("There was a talk"),
        "visits.rest": _("No visit for now"),
        "visits.leave_slip": _("A slip was left"),
        "visits.write": _("Something was written for the people there"),
        "visits.need": _("A need was noted"),
        "visits.referred": _("A need was referred"),
        "visits.correct": _("Somebody there corrected what was written"),
        "visits.finish": _("Finished"),
        "visits.cancel": _("Cancelled"),
        "visits.reopen": _("Opened again"),
        "visits.rest_at": _("An address rests"),
        "visits.forget": _("Times of day at doors were forgotten"),
        "visits.month": _("The month was looked at"),
        "visits.card": _("A contact card was given"),
        "visits.card_again": _("A contact card is still right"),
        "visits.card_asked": _("The owner of a contact card was asked"),
        "visits.card_end": _("A contact card ended"),
    },
)  # fmt: skip
