"""The states of a hazard."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("found", pgettext_lazy("a hazard", "Found")),
    State("ordered", _("Ordered put right")),
    State("transferred", _("With the fire service")),
    State("repaired", _("Repaired, not yet verified")),
    State("watched", _("Free again, looked at once more")),
    State("reopened", _("Not fixed, opened again")),
    State("closed", pgettext_lazy("a hazard", "Put right"), closed=True),
    State("handed", _("Taken over by the fire service"), closed=True),
    State("dismissed", _("No hazard"), closed=True),
)
_WORK = ("found", "ordered", "reopened")
_ENDED = ("closed", "watched", "handed", "dismissed")

MOVES = (
    Move("order", _("Order it put right"), ("found", "reopened", "ordered"), "ordered", "hazards.order"),
    Move("transfer", _("Transfer to the fire service"), _WORK, "transferred", "hazards.order", needs_reason=True),
    Move("take_back", _("Take back from the fire service"), ("transferred",), "ordered", "hazards.order", needs_reason=True),
    Move("hand_over", _("The fire service took over"), ("transferred",), "handed", "hazards.order", needs_reason=True),
    Move("repair", _("It is repaired"), (*_WORK, "transferred"), "repaired", "hazards.repair"),
    Move("reject", _("Not in order"), ("repaired",), "reopened", "hazards.verify", needs_reason=True),
    Move("verify", _("Verify and close"), ("repaired",), "closed", "hazards.verify"),
    Move("restore", _("Verify: free again"), ("repaired",), "watched", "hazards.verify"),
    Move("still_free", _("Still free: close"), ("watched",), "closed", "hazards.verify"),
    Move("contradict", _("Not fixed"), ("closed", "watched"), "reopened", "hazards.contradict", needs_reason=True),
    Move("reopen", _("Open again"), _ENDED, "reopened", "hazards.verify", needs_reason=True),
    Move("dismiss", _("No hazard"), _WORK, "dismissed", "hazards.order", needs_reason=True),
)  # fmt: skip

FLOW = Flow("hazards", "found", STATES, MOVES)
