"""The states of an incident and the moves between them."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("received", _("Received")),
    State("triaged", _("Waiting for somebody to go")),
    State("dispatched", _("On the way")),
    State("on_scene", _("On scene")),
    State("handling", _("Being handled")),
    State("referred_out", _("Referred out")),
    State("answered", _("Answered")),
    State("reopened", _("Reopened")),
    State("closed", _("Closed"), closed=True),
    State("merged", _("Merged into another"), closed=True),
    State("cancelled", _("Cancelled"), closed=True),
)

_WAITING = ("received", "triaged", "reopened")
_AT_WORK = ("dispatched", "on_scene", "handling")
_UNANSWERED = (*_WAITING, *_AT_WORK)

MOVES = (
    Move("triage", _("Set priority"), ("received", "reopened"), "triaged", "incidents.triage"),
    Move("dispatch", _("Send somebody"), (*_WAITING, "handling"), "dispatched", "incidents.dispatch"),
    Move("arrive", _("Arrived"), ("dispatched",), "on_scene", "incidents.attend"),
    Move("stand_down", _("Stand down"), ("dispatched",), "triaged", "incidents.dispatch", needs_reason=True),
    Move("handle", _("Handle from the office"), _WAITING, "handling", "incidents.attend"),
    Move("leave_scene", _("Left the scene"), ("on_scene",), "handling", "incidents.attend"),
    Move("answer", _("Answer the resident"), (*_UNANSWERED, "referred_out"), "answered", "incidents.answer"),
    Move("refer_out", _("Refer out"), _UNANSWERED, "referred_out", "incidents.refer_out", needs_reason=True),
    Move("take_back", _("Take back"), ("referred_out",), "triaged", "incidents.refer_out", needs_reason=True),
    Move("close", _("Close"), ("answered",), "closed", "incidents.close"),
    Move("close_referred", _("Close after referral"), ("referred_out",), "closed", "incidents.close"),
    Move(
        "close_unanswered",
        _("Close without an answer"),
        (*_WAITING, "on_scene", "handling"),
        "closed",
        "incidents.close_unanswered",
        needs_reason=True,
    ),
    Move("merge", _("Merge into another"), _UNANSWERED, "merged", "incidents.merge", needs_reason=True),
    Move(
        "cancel", _("Cancel"), (*_WAITING, "dispatched"), "cancelled", "incidents.cancel", needs_reason=True
    ),
    Move("reopen", _("Reopen"), ("answered", "closed"), "reopened", "incidents.reopen", needs_reason=True),
    Move(
        "revive",
        _("Take up again"),
        ("merged", "cancelled"),
        "triaged",
        "incidents.reopen",
        needs_reason=True,
    ),
)

FLOW = Flow("incidents", "received", STATES, MOVES)
