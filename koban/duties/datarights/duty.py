"""Requests of residents about their own data: access, copy, correction, restriction, deletion, objection to a look."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.datarights.counter import receive
from koban.duties.datarights.flow import FLOW
from koban.duties.datarights.models import Request
from koban.duties.datarights.queries import open_of
from koban.matters.duty import Duty, MenuItem, OwnPage
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("datarights:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return dict(Request.Kind.choices).get(code, code)


DUTY = Duty(
    key="datarights",
    label=_("Requests about own data"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=receive,
    begins=(_("A request about their data"), "datarights:new", "datarights.ask"),
    retention="ordinary",
    opens=frozenset({"name", "birth_on", "sex", "id_kind", "id_number", "phone", "email", "origin", "contacts"}),
    own=(
        OwnPage(_("My requests"), _("Copy, correct, restrict, delete, object; and what became of it"), "datarights:own_list",
                "clipboard-list", 30, open_of),
    ),
    menu=(MenuItem(_("Data requests"), "datarights:list", "shield-check", "datarights.read", 60),),
    sentences={
        "datarights.open": _("The request arrived"),
        "datarights.look": _("The words of the request were opened"),
        "datarights.take": _("Taken in hand"),
        "datarights.grant": _("Granted"),
        "datarights.refuse": _("Refused with reasons"),
        "datarights.withdraw": _("Withdrawn by the resident"),
        "datarights.again": _("To be looked at again"),
        "residents.erase": _("Data of the resident were deleted"),
    },
)  # fmt: skip
