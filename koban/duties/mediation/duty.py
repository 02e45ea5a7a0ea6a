"""Mediation: disputes that two sides may settle, and what happens where they do not."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation.flow import FLOW
from koban.duties.mediation.kinds import KINDS
from koban.matters.duty import Duty
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("mediation:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return KINDS.get(code, code)


DUTY = Duty(
    key="mediation",
    label=_("Mediation"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    retention="ordinary",
    opens=frozenset({"name", "phone"}),
)
