"""Who may open the pages of the imports. What may be imported is each register's own right."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, action, register_actions

register_actions(
    action(
        "importing.read",
        _("See what tables were loaded and what became of their rows"),
        DECIDERS | {"administrator"},
    ),
    action("importing.load", _("Load a table into a register"), DECIDERS | {"administrator"}),
)
