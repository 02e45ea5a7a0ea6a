"""What can be done with forms. The OpenRosa door asks for a telephone's key behind `forms.door`."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, EVERYONE, LINE, action, register_actions

register_actions(
    action("forms.door", _("Knock at the door for telephones, which asks for their key"), EVERYONE),
    action("forms.read", _("See the forms of the office and what came in"), LINE | {"bureau"}),
    action("forms.change", _("Add a form, publish it, close it"), DECIDERS, clause="CN-AUX-1"),
    action("forms.fill", _("Fill in a form and send it"), LINE),
    action("forms.settle", _("Decide between two versions of a place or thing"), DECIDERS, clause="CN-AUX-1"),
    action("forms.export", _("Take the answers of a form out as a file"), DECIDERS, clause="CN-AUX-1"),
)
