"""Who plans the shifts, who signs on, and who sees it."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

register_actions(
    action("roster.read", _("See who is on duty and the cover of the next days"), LINE | {"bureau"}),
    action("roster.sign", _("Sign on and off, go out and come back"), LINE),
    action("roster.hand_over", _("Write and take over the note at the change of shift"), LINE),
    action("roster.plan", _("Enter, plan and cancel shifts"), DECIDERS | {"system"}, clause="CN-AUX-1"),
)
