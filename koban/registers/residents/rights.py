"""What can be done to the register of residents. Reading one comes with the registers, and only with a matter."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import action, register_actions

register_actions(
    action("residents.enter", _("Enter residents"), {"officer", "chief", "system"}),
)
