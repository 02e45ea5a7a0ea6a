"""What can be done to the register of residents. Looking at one is `matters.look`: it needs a matter in hand."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

register_actions(
    action("residents.enter", _("Enter residents"), DECIDERS | {"system"}),
    action("residents.declare", _("Tell the office of a resident"), LINE | {"public", "resident", "machine", "system"}),
    action("residents.confirm", _("Confirm a resident or a home by the document"), DECIDERS | {"system"}, clause="CN-AUX-1"),
    action("residents.correct", _("Correct what the register says of a resident"), DECIDERS | {"system"}, clause="CN-AUX-1"),
    action("residents.move", _("Tell of moving in and moving out"), LINE | {"public", "resident", "machine", "system"}),
    action("residents.merge", _("Merge two entries of one resident, or undo it"), DECIDERS | {"system"}, clause="CN-AUX-1"),
    action("residents.key", _("Give a resident the key to their own data, or end it"), LINE | {"system"}),
    action("residents.seal", _("Close a resident's file off, with an end"), DECIDERS | {"system"}, clause="CN-AUX-1"),
    action("residents.delay", _("Ask to hold back the notice of looks"), LINE, clause="CN-PI-1A"),
    action("residents.approve_delay", _("Approve, as a second person, holding back the notice of looks"), DECIDERS),
    action("residents.alarm", _("Raise an alarm about a reader of people's data"), {"system"}),
    action("residents.see_alarm", _("Read and answer for alarms about readers of people's data"), {"chief", "inspector"}),
    action("residents.consent", _("Write down what a resident agreed to"), LINE | {"resident", "system"}),
)  # fmt: skip
