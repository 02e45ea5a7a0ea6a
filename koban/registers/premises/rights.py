"""What can be done to the register of places."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import EVERYONE, LINE, action, register_actions

register_actions(
    action("premises.search", _("Find an address by what one types"), EVERYONE),
    action("premises.read", _("See addresses and buildings"), LINE | {"bureau"}),
    action(
        "premises.enter", _("Enter addresses and buildings"), {"officer", "chief", "administrator", "system"}
    ),
)
