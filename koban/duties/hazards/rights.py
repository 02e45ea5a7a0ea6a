"""Who finds, orders, repairs and verifies. Neighbours see what is public, and may say that it is not fixed."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import ABOVE, DECIDERS, LINE, action, register_actions

DOOR = frozenset({"public", "resident"})

register_actions(
    action("hazards.read", _("See hazards, their orders and photographs"), LINE | ABOVE),
    action("hazards.find", _("Write down a hazard"), LINE | DOOR | {"system", "machine"}),
    action("hazards.order", _("Order a hazard put right, transfer or dismiss it"), DECIDERS, clause="CN-AUX-1"),
    action("hazards.serve", _("Give an order into the hand of who must put it right"), LINE | {"system"}),
    action("hazards.repair", _("Say that a hazard is repaired, with the second photograph"), LINE | DOOR),
    action("hazards.verify", _("Verify a repair that somebody else made"), LINE),
    action("hazards.contradict", _("Say that a closed hazard is not fixed"), LINE | DOOR),
    action("hazards.receive", _("Confirm that an order has arrived"), LINE | DOOR),
)  # fmt: skip
