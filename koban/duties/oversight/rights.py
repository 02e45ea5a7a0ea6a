"""Who complains, and who alone may read it. No role of the line stands here."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import EVERYONE, action, register_actions

INSPECTORS = frozenset({"inspector"})

register_actions(
    action("oversight.complain", _("Complain about the police, follow it and write back"), EVERYONE),
    action("oversight.read", _("Read complaints about the police"), INSPECTORS, clause="CN-PET-2"),
    action("oversight.handle", _("Accept, look into and answer complaints about the police"), INSPECTORS),
)
