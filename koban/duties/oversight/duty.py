"""Complaints about the police: taken at every office's door, kept by the oversight body alone."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.oversight.flow import FLOW
from koban.duties.oversight.models import Complaint
from koban.matters.duty import Duty, MenuItem
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("oversight:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return dict(Complaint.Subject.choices).get(code, code)


DUTY = Duty(
    key="oversight",
    label=_("Complaints about the police"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    listed=False,
    retention="complaint",
    menu=(MenuItem(_("Complaints"), "oversight:list", "shield-lock", "oversight.read", 10, "work"),),
    sentences={
        "oversight.open": _("The complaint arrived"),
        "oversight.look": _("The complaint was read"),
        "oversight.accept": _("Accepted"),
        "oversight.decline": _("Not taken up"),
        "oversight.answer": _("The complainant was answered"),
        "oversight.write_out": _("Wrote to the complainant"),
        "oversight.close": _("Closed"),
        "oversight.reopen": _("Opened again"),
    },
)
