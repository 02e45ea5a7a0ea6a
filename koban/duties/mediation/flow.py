"""The states of a mediation and the moves between them."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("received", _("Received")),
    State("consent", _("Both are being asked")),
    State("sessions", _("In mediation")),
    State("performing", _("Agreement is being performed")),
    State("kept", _("Performed, followed up")),
    State("people", _("With people's mediation")),
    State("case", _("On the way of a case")),
    State("protection", _("Protection")),
    State("closed", _("Closed"), closed=True),
    State("handed", _("Handed to the case handlers"), closed=True),
    State("told", _("Told where to turn"), closed=True),
)

_ASKED = ("consent", "sessions")
_BEFORE = ("received", *_ASKED)

MOVES = (
    Move("take", _("Take for mediation"), ("received",), "consent", "mediation.decide"),
    Move("begin", _("Begin"), ("consent",), "sessions", "mediation.lead"),
    Move("agree", _("Agreement"), ("sessions", "people"), "performing", "mediation.lead"),
    Move("settle_there", _("Settle on the spot"), ("received", "consent"), "kept", "mediation.lead"),
    Move("keep", _("All performed"), ("performing",), "kept", "mediation.confirm"),
    Move("recognise", _("Accept their settlement"), (*_BEFORE, "people", "case"), "kept", "mediation.decide", needs_reason=True),
    Move("refuse", _("Refuse mediation"), _BEFORE, "case", "mediation.decide"),
    Move("leave", _("A side leaves"), (*_ASKED, "people"), "case", "mediation.leave"),
    Move("leave_civil", _("A side leaves"), (*_ASKED, "people"), "told", "mediation.leave"),
    Move("fail", _("No agreement"), ("sessions", "people"), "case", "mediation.lead", needs_reason=True),
    Move("break", _("Broken"), ("performing",), "case", "mediation.leave"),
    Move("break_civil", _("Broken"), ("performing",), "told", "mediation.leave"),
    Move("mend", _("It was performed after all"), ("case", "told"), "performing", "mediation.decide", needs_reason=True),
    Move("send_to_people", _("To people's mediation"), ("received", "consent"), "people", "mediation.decide"),
    Move("tell", _("Tell where to turn"), ("received", "consent", "sessions", "people"), "told", "mediation.decide"),
    Move("protect", _("Protect"), (*_BEFORE, "people", "case", "performing", "kept"), "protection", "mediation.decide"),
    Move("hand_on", _("Hand to the case handlers"), ("case", "protection"), "handed", "mediation.decide", needs_reason=True),
    Move("close", _("Close"), ("kept", "protection"), "closed", "mediation.close"),
    Move("reopen", _("Open again"), ("closed", "told", "handed"), "received", "mediation.decide", needs_reason=True),
)  # fmt: skip

FLOW = Flow("mediation", "received", STATES, MOVES)
