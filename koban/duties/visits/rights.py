"""Who plans a visit, who goes, who reads the month. Residents act through their own pages or with the slip."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import ABOVE, LINE, action, register_actions

PEOPLE = frozenset({"resident", "public", "system"})

register_actions(
    action("visits.read", _("See visits and the plan, by address"), LINE),
    action("visits.plan", _("Plan, announce and cancel a visit"), LINE | {"system"}),
    action("visits.go", _("Write down a visit, a knock, a need"), LINE),
    action("visits.ask", _("Ask for a visit"), LINE | PEOPLE),
    action("visits.rest", _("Say that no visit is wanted"), LINE | PEOPLE),
    action("visits.card", _("Give a contact card, or end it"), LINE | PEOPLE),
    action("visits.month", _("Read the result of a month, in numbers"), LINE | ABOVE),
    action("visits.review", _("Confirm that the result of a month was looked at"), {"chief"}),
)
