"""The states of an inspection."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.flow import Flow, Move, State

STATES = (
    State("asked", pgettext_lazy("an inspection", "Asked for")),
    State("planned", pgettext_lazy("an inspection", "Planned")),
    State("following", _("Something to correct")),
    State("finished", pgettext_lazy("an inspection", "Finished"), closed=True),
    State("cancelled", pgettext_lazy("an inspection", "Cancelled"), closed=True),
)

MOVES = (
    Move("plan", _("Plan"), ("asked",), "planned", "inspections.plan"),
    Move("record", _("Record what was found"), ("planned",), "following", "inspections.record"),
    Move("pass", _("Record: all in order"), ("planned",), "finished", "inspections.record"),
    Move("still", _("Record: not corrected yet"), ("planned",), "finished", "inspections.record"),
    Move("finish", _("Everything is corrected"), ("following",), "finished", "inspections.record"),
    Move("cancel", _("Cancel"), ("asked", "planned"), "cancelled", "inspections.plan", needs_reason=True),
    Move("reopen", _("Open again"), ("cancelled",), "planned", "inspections.plan", needs_reason=True),
)

FLOW = Flow("inspections", "asked", STATES, MOVES)
