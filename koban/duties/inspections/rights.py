"""Who plans, who inspects, who decides what the public is told. Units act by the link of their own place."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

UNITS = frozenset({"resident", "public"})

register_actions(
    action("inspections.read", _("See places, what is due and inspections"), LINE),
    action("inspections.file", _("Keep the file of a place"), LINE),
    action("inspections.plan", _("Plan, move and cancel an inspection"), LINE | {"system"}),
    action("inspections.ask", _("Ask for an inspection of a place"), LINE | UNITS | {"machine", "system"}),
    action("inspections.record", _("Record an inspection and what was found"), DECIDERS, clause="CN-AUX-1"),
    action("inspections.failed", _("Note that nobody was there"), LINE),
    action("inspections.warn", _("Publish a warning, or take it back"), DECIDERS, clause="CN-AUX-1"),
    action("inspections.campaign", _("Begin and end a campaign"), DECIDERS),
    action("inspections.check_self", _("Send a self-inspection of a place"), LINE | UNITS),
    action("inspections.draw", _("Draw which self-inspections are looked at"), DECIDERS),
)
