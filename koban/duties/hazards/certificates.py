"""The papers of a hazard: the order to put it right, and the transfer to the fire service. No person's name stands on them."""

from django.utils.translation import gettext_lazy as _

from koban.matters.documents.kinds import CertificateKind, Line

ORDER = CertificateKind(
    key="hazard_order",
    title=_("Order to put a hazard right"),
    type="HazardOrder",
    lines=(
        Line("matter", _("Matter"), signed=True),
        Line("addressed", _("Addressed to")),
        Line("place", _("Where")),
        Line("what", _("What is not in order")),
        Line("basis", _("Legal basis"), needed=False),
        Line("must", _("What has to be done")),
        Line("due", _("Put right by"), signed=True),
        Line("term", _("Why this term")),
        Line("authority", _("Ordered by")),
        Line("again", _("How it is checked")),
        Line("remedy", _("If you do not agree")),
    ),
    right="hazards.order",
    back="hazards.order",
    says=_("This order was given by the office."),
)

TRANSFER = CertificateKind(
    key="hazard_transfer",
    title=_("Transfer to the fire service"),
    type="HazardTransfer",
    lines=(
        Line("matter", _("Matter"), signed=True),
        Line("addressed", _("Addressed to")),
        Line("place", _("Where")),
        Line("what", _("What was found")),
        Line("found_on", _("Found on"), signed=True),
        Line("basis", _("Legal basis"), needed=False),
        Line("reason", _("Why it is transferred")),
        Line("due", _("To be transferred by")),
        Line("answer", _("Answer")),
    ),
    right="hazards.order",
    back="hazards.order",
    says=_("This transfer was sent by the office."),
)

CERTIFICATES = (ORDER, TRANSFER)
