"""The states of a visit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("planned", _("Planned")),
    State("announced", _("Announced")),
    State("done", pgettext_lazy("a visit", "Talked")),
    State("finished", _("Finished"), closed=True),
    State("not_met", _("Nobody opened; a slip was left"), closed=True),
    State("resting", _("No visit for now"), closed=True),
    State("cancelled", _("Cancelled"), closed=True),
)
_AHEAD = ("planned", "announced")

MOVES = (
    Move("announce", _("Announce"), ("planned",), "announced", "visits.plan"),
    Move("meet", _("We talked"), _AHEAD, "done", "visits.go"),
    Move("finish", _("Finish"), ("done",), "finished", "visits.go"),
    Move("leave_slip", _("Leave a slip"), ("announced",), "not_met", "visits.go"),
    Move("rest", _("No visit wanted"), _AHEAD, "resting", "visits.rest"),
    Move("cancel", _("Cancel"), _AHEAD, "cancelled", "visits.plan", needs_reason=True),
    Move("reopen", _("Open again"), ("finished", "not_met", "cancelled"), "planned", "visits.plan", needs_reason=True),
)  # fmt: skip

FLOW = Flow("visits", "planned", STATES, MOVES)
