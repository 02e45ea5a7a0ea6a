"""Who mediates, and who may leave. What decides in law is an officer's (CN-AUX-1, CN-CASE-4A)."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, LINE, action, register_actions

DOOR = frozenset({"public", "resident"})

register_actions(
    action("mediation.read", _("Read mediations of the own station"), LINE | {"bureau"}),
    action("mediation.take", _("Take a dispute, write down evidence and who is there"), LINE | {"system"}),
    action("mediation.consent", _("Write down what a side says to mediation"), LINE | DOOR),
    action("mediation.leave", _("Leave a mediation, or refuse what was agreed"), LINE | DOOR | {"system"}),
    action("mediation.decide", _("Accept, refuse or pass on a mediation"), DECIDERS | {"system"}, clause="CN-AUX-1"),
    action("mediation.lead", _("Lead a session and make the agreement"), DECIDERS | {"system"}, clause="CN-CASE-4A"),
    action("mediation.track", _("Write down what was performed and what was not"), LINE | {"system"}),
    action("mediation.confirm", _("Say that something agreed was performed"), LINE | DOOR | {"system"}),
    action("mediation.close", _("Close after the follow-ups"), LINE | {"system"}),
    action("mediation.warn", _("Give a written warning for violence at home"), DECIDERS, clause="CN-AUX-1"),
    action("mediation.follow", _("Follow a mediation by receipt"), DOOR),
)  # fmt: skip
