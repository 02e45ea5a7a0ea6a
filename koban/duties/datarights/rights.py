"""What can be done with the requests of residents about their own data."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

register_actions(
    action("datarights.read", _("Read requests of residents about their data"), LINE | {"bureau"}),
    action("datarights.ask", _("Ask about the own data"), LINE | {"resident", "system"}),
    action(
        "datarights.handle", _("Take such a request in hand and write to the resident"), LINE | {"system"}
    ),
    action(
        "datarights.decide",
        _("Decide on such a request"),
        DECIDERS | {"system"},
        clause="CN-AUX-1",
    ),
    action(
        "datarights.again", _("Withdraw the own request, or have it looked at again"), {"resident", "system"}
    ),
)
