"""The states of a complaint about the police."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import Flow, Move, State

FLOW = Flow(
    "oversight",
    "received",
    (
        State("received", _("Received")),
        State("accepted", _("Accepted")),
        State("answered", _("Answered")),
        State("closed", _("Closed"), closed=True),
        State("declined", _("Not taken up"), closed=True),
    ),
    (
        Move("accept", _("Accept"), ("received",), "accepted", "oversight.handle"),
        Move("decline", _("Do not take up"), ("received",), "declined", "oversight.handle", needs_reason=True),
        Move("answer", _("Answer the complainant"), ("accepted",), "answered", "oversight.handle"),
        Move("close", _("Close"), ("answered",), "closed", "oversight.handle"),
        Move("reopen", _("Open again"), ("answered", "closed", "declined"), "accepted", "oversight.handle", needs_reason=True),
    ),
)  # fmt: skip
