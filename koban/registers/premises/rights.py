"""What can be done to the register of places."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, EVERYONE, LINE, action, register_actions

register_actions(
    action("premises.search", _("Find an address by what one types"), EVERYONE),
    action("premises.read", _("See addresses and buildings"), LINE | {"bureau"}),
    action(
        "premises.enter", _("Enter addresses and buildings"), {"officer", "chief", "administrator", "system"}
    ),
    action("premises.change", _("Add and mend addresses, units and safety assets"), LINE | {"system"}),
    action("premises.order", _("Merge, split, rename and end addresses"), DECIDERS | {"system"}),
    action("premises.beats", _("Draw the beats"), DECIDERS | {"system"}),
    action(
        "premises.import", _("Load addresses and units from a table"), DECIDERS | {"administrator", "system"}
    ),
    action("premises.export", _("Take the register of places out as a file"), DECIDERS | {"bureau"}),
)
