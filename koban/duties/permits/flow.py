"""The states of a declaration or an application, and the moves between them."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("begun", _("Begun at the desk")),
    State("declared", _("Declared")),
    State("incomplete", _("Papers are missing")),
    State("accepted", _("Accepted, being made")),
    State("made", _("Made, to be handed out")),
    State("confirmed", _("Registered"), closed=True),
    State("done", _("Done"), closed=True),
    State("refused", _("Not granted"), closed=True),
    State("withdrawn", _("Withdrawn"), closed=True),
)

_OPEN = ("declared", "incomplete", "accepted")

MOVES = (
    Move("declare", _("Take it"), ("begun",), "declared", "permits.declare"),
    Move("drop", _("Left unfinished"), ("begun",), "withdrawn", "permits.lapse"),
    Move("confirm", _("Confirm"), ("declared",), "confirmed", "permits.confirm"),
    Move("leave", _("Moved out"), ("declared",), "done", "permits.declare"),
    Move("tell_missing", _("Tell the missing papers"), ("declared",), "incomplete", "permits.handle"),
    Move("bring", _("Papers were brought"), ("incomplete",), "declared", "permits.bring"),
    Move("accept", _("Accept"), ("declared",), "accepted", "permits.handle"),
    Move("issue", _("Make the permit"), ("accepted",), "made", "permits.decide"),
    Move("renew", _("Make the new card"), ("declared",), "made", "permits.decide"),
    Move("hand_over", _("Hand out"), ("made",), "done", "permits.handle"),
    Move("finish", _("Finish"), ("declared",), "done", "permits.decide"),
    Move("refuse", _("Refuse"), _OPEN, "refused", "permits.decide", needs_reason=True),
    Move("withdraw", _("Withdraw"), ("begun", *_OPEN), "withdrawn", "permits.withdraw", needs_reason=True),
    Move(
        "reopen",
        _("Take up again"),
        ("refused", "withdrawn"),
        "declared",
        "permits.decide",
        needs_reason=True,
    ),
)

FLOW = Flow("permits", "declared", STATES, MOVES, begins=("begun",))
