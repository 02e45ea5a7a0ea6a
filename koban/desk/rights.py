"""What the desk itself lets be done. Reading matters, pages and events is declared where those live."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, STAFF, action, register_actions

register_actions(
    action("desk.today", _("See what one holds, what is due and what changed"), STAFF),
    action("desk.notices", _("Put up and take down the notices of the office"), DECIDERS),
    action("desk.command", _("Search and go by the command bar"), STAFF),
)
