"""What disputes are about: the types of a mediation. Words only; nothing is decided by them but who may be invited."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "family": _("Family"),
    "noise": _("Neighbours: noise"),
    "water": _("Neighbours: water"),
    "parking": _("Neighbours: parking"),
    "neighbours": _("Neighbours: other"),
    "debt": _("Debt"),
    "wages": _("Wages in arrears"),
    "demolition": _("Demolition"),
    "consumer": _("Consumers"),
    "traffic": _("Traffic damage"),
    "medical": _("Medical"),
    "other": _("Other dispute"),
}
NEIGHBOURS = frozenset(["noise", "water", "parking", "neighbours"])
