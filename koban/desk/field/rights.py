"""Who works with the field app, and who sees the phones of the office."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import LINE, action, register_actions

register_actions(
    action("field.work", _("Take the own shift along on a phone, and send what was written outside"), LINE),
    action("field.phones", _("See the phones of the shift and report one as lost"), LINE),
)
