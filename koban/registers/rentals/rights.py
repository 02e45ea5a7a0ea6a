"""What can be done to the register of lettings. Landlords and agents write through the duty, never here."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

register_actions(
    action("rentals.read", _("See let units, letters and lettings, without names"), LINE),
    action(
        "rentals.write",
        _("Enter let units, lettings and their end"),
        LINE | {"resident", "public", "machine", "system"},
    ),
    action("rentals.import", _("Load lettings from a table"), DECIDERS),
    action("rentals.agents", _("Enter agents and property managers and give them a key"), DECIDERS),
)
