"""Hazards: what endangers a place, from the first photograph to the second, verified by somebody else."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.hazards.flow import FLOW
from koban.duties.hazards.kinds import kinds
from koban.duties.hazards.models import Hazard, Order, Photo
from koban.duties.hazards.receiving import receive
from koban.kernel.flow import spoken
from koban.matters.duty import Duty, MenuItem
from koban.matters.models import Matter

STATUS = {"received": _("they have it"), "done": _("they took over"), "refused": _("they sent it back")}


def url(matter: Matter) -> str:
    return reverse("hazards:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return spoken(kinds()[code].words) if code in kinds() else code


DUTY = Duty(
    key="hazards",
    label=_("Hazards"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=receive,
    retention="ordinary",
    opens=frozenset({"name", "phone"}),
    menu=(
        MenuItem(_("Hazards"), "hazards:list", "alert-triangle", "hazards.read", 35),
        MenuItem(_("Defects of assets"), "hazards:assets", "bulb", "hazards.read", 55, "registers"),
        MenuItem(_("Hazards of the month"), "hazards:month", "chart-bar", "hazards.read", 54, "office"),
    ),
    facts={
        "severity": dict(Hazard.Severity.choices).get,
        "found_by": dict(Hazard.Found.choices).get,
        "side": dict(Photo.Side.choices).get,
        "way": dict(Order.Way.choices).get,
        "how": {"link": _("by the link"), "hand": _("by hand")}.get,
        "status": STATUS.get,
    },
    sentences={
        "hazards.open": _("A hazard was found: %(severity)s"),
        "hazards.photo": _("A photo was kept: %(side)s"),
        "hazards.order": _("Ordered put right, paper %(paper)s"),
        "hazards.serve": _("The order was given out: %(way)s"),
        "hazards.receive": _("It was confirmed that the order arrived: %(how)s"),
        "hazards.remind": _("A reminder went out"),
        "hazards.transfer": _("Transferred to the fire service, paper %(paper)s"),
        "hazards.answer": _("The fire service answered: %(status)s"),
        "hazards.take_back": _("The fire service sent it back"),
        "hazards.hand_over": _("The fire service took over"),
        "hazards.repair": _("Somebody said that it is repaired"),
        "hazards.reject": _("Looked at: not in order"),
        "hazards.verify": _("Verified by another, and closed"),
        "hazards.restore": _("Verified by another: free again"),
        "hazards.still_free": _("Looked at once more: still free, closed"),
        "hazards.contradict": _("Somebody says: not fixed"),
        "hazards.reopen": _("Opened again"),
        "hazards.dismiss": _("No hazard"),
    },
)  # fmt: skip
