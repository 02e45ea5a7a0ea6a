"""What can be done to the cover sheet of any work."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

register_actions(
    action("matters.read", _("Read the matters of the own station"), LINE | {"bureau", "system"}),
    action("matters.note", _("Write notes on a matter"), LINE | {"inspector"}),
    action("matters.hold", _("Take a matter in hand, give it to somebody, let it go"), LINE | {"system"}),
    action(
        "matters.look",
        _("Open a name or a telephone number in an open matter that one holds"),
        LINE | {"inspector"},
    ),
    action(
        "public.own",
        _("See one's own data with one's own key, and who looked at them"),
        {"public", "resident"},
    ),
    action("matters.link", _("Link two matters"), LINE | {"system"}),
    action("matters.merge", _("Merge a double, or split a matter in two"), LINE),
    action("matters.refer", _("Hand a matter to another duty"), LINE | {"system"}),
    action("matters.term", _("Set another term, with its clause"), DECIDERS),
)
