"""The life of a paper: who may take it from which state to which."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.flow import Flow, Move, State

OUT = ("issued", "delivered", "acknowledged")

FLOW = Flow(
    "documents",
    "draft",
    (
        State("draft", pgettext_lazy("a paper", "Draft")),
        State("review", _("In review")),
        State("approved", _("Approved")),
        State("issued", pgettext_lazy("a paper", "Issued")),
        State("delivered", _("Delivered")),
        State("acknowledged", _("Acknowledged")),
        State("filed", _("Filed"), closed=True),
        State("dropped", _("Dropped"), closed=True),
        State("recalled", _("Recalled"), closed=True),
    ),
    (
        Move("submit", _("Submit for review"), ("draft",), "review", "documents.draft"),
        Move("hand_out", _("Issue at once"), ("draft",), "issued", "documents.hand_out"),
        Move("approve", _("Approve"), ("review",), "approved", "documents.approve"),
        Move("back", _("Send back"), ("review", "approved"), "draft", "documents.approve", needs_reason=True),
        Move("sign", _("Sign and issue"), ("approved",), "issued", "documents.sign"),
        Move("deliver", _("Deliver"), ("issued", "delivered"), "delivered", "documents.deliver"),
        Move("acknowledge", _("Receipt confirmed"), ("delivered",), "acknowledged", "documents.deliver"),
        Move("file", _("File"), OUT, "filed", "documents.deliver"),
        Move(
            "drop",
            _("Drop"),
            ("draft", "review", "approved"),
            "dropped",
            "documents.draft",
            needs_reason=True,
        ),
        Move("recall", _("Recall"), (*OUT, "filed"), "recalled", "documents.withdraw", needs_reason=True),
    ),
)
