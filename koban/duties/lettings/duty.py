"""Lettings: let units, letters, tenants, self-checks, and what agents report."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings import deciding, queries
from koban.duties.lettings.flow import FLOW
from koban.duties.lettings.models import TYPES
from koban.matters.duty import Duty, MenuItem, OwnPage
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("lettings:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return TYPES.get(code, code)


def own_count(person_id: UUID, at: datetime) -> int:
    return queries.count_own(person_id)


DUTY = Duty(
    key="lettings",
    label=_("Lettings"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=deciding.receive,
    retention="ordinary",
    opens=frozenset({"name", "phone", "id_kind", "id_number"}),
    own=(
        OwnPage(
            _("Letting and renting"), _("Tenants, letter, self-check; what I rent"), "lettings:own", "key", 40, own_count
        ),
    ),
    menu=(
        MenuItem(_("Lettings"), "lettings:list", "key", "lettings.read", 50),
        MenuItem(_("Let units"), "lettings:units", "home", "lettings.read", 51, "registers"),
    ),
    sentences={
        "lettings.open": _("It was told"),
        "lettings.register": _("Confirmed"),
        "lettings.pass_on": _("Passed on to registration"),
        "lettings.follow_up": _("Followed up"),
        "lettings.set_right": _("Set right"),
        "lettings.stands": _("Looked at; it stands"),
        "lettings.ask": _("Asked for what is missing"),
        "lettings.tell_more": _("What was missing was told"),
        "lettings.refuse": _("Not registered"),
        "lettings.withdraw": _("Withdrawn"),
        "lettings.reopen": _("Opened again"),
        "lettings.place": _("The address was found"),
        "lettings.linked": _("The letting was entered"),
    },
)  # fmt: skip
