"""The states of a request about one's own data."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import Flow, Move, State

OPEN = ("received", "examined")

FLOW = Flow(
    "datarights",
    "received",
    (
        State("received", _("Received")),
        State("examined", _("Being examined")),
        State("granted", _("Granted"), closed=True),
        State("refused", _("Refused with reasons"), closed=True),
        State("withdrawn", _("Withdrawn"), closed=True),
    ),
    (
        Move("take", _("Take in hand"), ("received",), "examined", "datarights.handle"),
        Move("grant", _("Grant"), OPEN, "granted", "datarights.decide"),
        Move("refuse", _("Refuse with reasons"), OPEN, "refused", "datarights.decide", needs_reason=True),
        Move("withdraw", _("Withdraw"), OPEN, "withdrawn", "datarights.again"),
        Move("again", _("Have it looked at again"), ("granted", "refused"), "received", "datarights.again", needs_reason=True),
    ),
)  # fmt: skip
