"""The states of a list: what is to be disposed of, or to be handed to the next archive."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.flow import Flow, Move, State

FLOW = Flow(
    "archive",
    "draft",
    (
        State("draft", pgettext_lazy("a list of the archive", "Draft")),
        State("proposed", _("Waits for the second person")),
        State("approved", pgettext_lazy("a list of the archive", "Approved")),
        State("done", _("Carried out"), closed=True),
        State("dropped", pgettext_lazy("a list of the archive", "Dropped"), closed=True),
    ),
    (
        Move("propose", _("Propose"), ("draft",), "proposed", "archive.propose"),
        Move("back", _("Send back"), ("proposed",), "draft", "archive.approve", needs_reason=True),
        Move("approve", _("Approve"), ("proposed",), "approved", "archive.approve"),
        Move("finish", _("Carry out"), ("approved",), "done", "archive.approve"),
        Move("drop", _("Drop"), ("draft", "proposed"), "dropped", "archive.propose", needs_reason=True),
    ),
)
