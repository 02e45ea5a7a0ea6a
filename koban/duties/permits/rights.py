"""What can be done about registrations and permits. Only an officer decides; auxiliaries take, look through and call."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, EVERYONE, LINE, action, register_actions

PEOPLE = {"public", "resident"}

register_actions(
    action(
        "permits.declare",
        _("Declare a residence, a departure, or apply for a permit"),
        LINE | PEOPLE | {"machine", "system"},
    ),
    action("permits.bring", _("Bring papers to an application"), LINE | PEOPLE),
    action("permits.withdraw", _("Withdraw a declaration or an application"), LINE | PEOPLE),
    action("permits.read", _("Read registrations and permits of the own station"), LINE | {"bureau"}),
    action("permits.handle", _("Look through papers, tell what is missing, accept"), LINE),
    action(
        "permits.confirm",
        _("Confirm or refuse a declared residence"),
        DECIDERS | {"system"},
        clause="CN-AUX-1",
    ),
    action(
        "permits.decide",
        _("Issue, endorse, change, replace, cancel or refuse a permit"),
        DECIDERS | {"system"},
        clause="CN-AUX-1",
    ),
    action("permits.lapse", _("Suspend a permit that was not endorsed in time"), {"system"}),
    action("permits.prove", _("Get a proof of one's own registration"), {"resident"} | DECIDERS),
    action("permits.own", _("See one's own registration and permit"), PEOPLE),
    action("queue.book", _("Book a time at the desk, take a number"), LINE | PEOPLE | {"system"}),
    action("queue.call", _("Call the next number"), LINE),
    action("queue.see", _("See which number is called"), EVERYONE),
    action("queue.plan", _("Set the hours of the desk"), DECIDERS),
)
