"""The states of a matter about a letting."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("received", _("Received")),
    State("asked", pgettext_lazy("a state", "Something is missing")),
    State("registered", _("Registered"), closed=True),
    State("passed_on", _("Passed on to registration"), closed=True),
    State("followed_up", _("Followed up"), closed=True),
    State("set_right", _("Set right"), closed=True),
    State("stands", _("Looked at, stands as it is"), closed=True),
    State("refused", _("Not registered"), closed=True),
    State("withdrawn", _("Withdrawn"), closed=True),
)
_OPEN = ("received", "asked")
_ENDED = ("registered", "followed_up", "set_right", "stands", "refused", "withdrawn")

MOVES = (
    Move("register", _("Confirm"), _OPEN, "registered", "lettings.decide"),
    Move("pass_on", _("Pass on to registration"), ("received",), "passed_on", "lettings.tell"),
    Move("follow_up", _("Followed up"), _OPEN, "followed_up", "lettings.handle", needs_reason=True),
    Move("set_right", _("Set it right"), _OPEN, "set_right", "lettings.decide"),
    Move("stands", _("It stands as it is"), _OPEN, "stands", "lettings.decide", needs_reason=True),
    Move("ask", _("Ask for what is missing"), ("received",), "asked", "lettings.handle", needs_reason=True),
    Move("tell_more", _("Tell what was missing"), ("asked",), "received", "lettings.tell"),
    Move("refuse", _("Do not register"), _OPEN, "refused", "lettings.decide", needs_reason=True),
    Move("withdraw", _("Withdraw"), _OPEN, "withdrawn", "lettings.tell"),
    Move("reopen", _("Open again"), _ENDED, "received", "lettings.decide", needs_reason=True),
)

FLOW = Flow("lettings", "received", STATES, MOVES)
