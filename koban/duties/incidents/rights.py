"""What can be done to an incident. CN-AUX-1 keeps auxiliaries from what only an officer may decide."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

register_actions(
    action(
        "incidents.take",
        _("Take a report or a request for help"),
        LINE | {"public", "resident", "machine", "system"},
    ),
    action("incidents.take_at_desk", _("Use the form of the desk"), LINE),
    action("incidents.read", _("Read reports and requests of the own station"), LINE | {"bureau", "system"}),
    action("incidents.triage", _("Set type and priority"), LINE | {"system"}),
    action("incidents.dispatch", _("Send somebody, or stand them down"), LINE),
    action("incidents.attend", _("Go, arrive, handle and leave"), LINE),
    action("incidents.log", _("Write the scene log"), LINE),
    action("incidents.answer", _("Answer the resident"), LINE),
    action("incidents.call_back", _("Call back after the answer"), LINE),
    action("incidents.refer_out", _("Refer to another body, and take back"), LINE),
    action("incidents.close", _("Close after the answer"), LINE | {"system"}),
    action("incidents.close_unanswered", _("Close without an answer"), DECIDERS, clause="CN-AUX-1"),
    action("incidents.cancel", _("Cancel what was taken by mistake"), DECIDERS, clause="CN-AUX-1"),
    action("incidents.merge", _("Merge a double"), LINE),
    action("incidents.reopen", _("Open again"), LINE | {"public", "resident", "system"}),
    action(
        "incidents.follow",
        _("Follow by receipt, write back, say whether it is mended"),
        {"public", "resident"},
    ),
    action("incidents.things", _("Keep, return and hand on found things"), LINE),
    action("incidents.import", _("Import a history"), {"administrator", "system"}),
)
