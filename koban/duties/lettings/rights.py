"""Who tells of a letting, who works on it, who decides. A landlord acts as a resident, an agent by its own key."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

TELLERS = LINE | {"resident", "public", "machine", "system"}

register_actions(
    action("lettings.read", _("See matters of lettings, let units and what they lack"), LINE),
    action("lettings.tell", _("Tell of a let unit, a tenant, an end, a self-check"), TELLERS),
    action("lettings.take", _("Enter a let unit or a report at the desk"), LINE),
    action("lettings.handle", _("Follow up a self-check, ask for what is missing"), LINE),
    action("lettings.decide", _("Confirm, set right or refuse a letting"), DECIDERS, clause="CN-AUX-1"),
    action("lettings.agents", _("Enter agents and property managers and give them a key"), DECIDERS),
)
