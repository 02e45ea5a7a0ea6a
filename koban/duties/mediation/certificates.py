"""The agreement on paper: three copies, each of which proves itself. The code tells number, day and whose copy, no name."""

from django.utils.translation import gettext_lazy as _

from koban.matters.documents.kinds import CertificateKind, Line

AGREEMENT = CertificateKind(
    key="mediation_agreement",
    title=_("Mediation agreement"),
    type="MediationAgreement",
    lines=(
        Line("matter", _("Matter"), signed=True),
        Line("agreed_on", _("Agreed on"), signed=True),
        Line("copy", _("Copy"), signed=True),
        Line("body", _("Mediating body")),
        Line("mediator", _("Led by")),
        Line("a", _("First side")),
        Line("b", _("Other side")),
        Line("others", _("Others present")),
        Line("happened", _("When it happened")),
        Line("place", _("Where")),
        Line("people", _("Who was involved")),
        Line("cause", _("Cause")),
        Line("course", _("Course")),
        Line("circumstances", _("Circumstances")),
        Line("result", _("Result")),
        Line("terms", _("What was agreed")),
        Line("dues", _("Deadline and manner of performance")),
        Line("signed", _("Signatures")),
    ),
    right="mediation.lead",
    back="mediation.decide",
    says=_("This agreement was made here, and this is one of its copies."),
)

COURT = CertificateKind(
    key="mediation_court",
    title=_("Request for confirmation by the court"),
    type="CourtConfirmationRequest",
    lines=(
        Line("matter", _("Matter"), signed=True),
        Line("agreed_on", _("Agreed on"), signed=True),
        Line("until", _("Both ask the court by")),
        Line("body", _("People's mediation body")),
        Line("a", _("First side")),
        Line("b", _("Other side")),
        Line("contact_a", _("First side: telephone"), needed=False),
        Line("contact_b", _("Other side: telephone"), needed=False),
        Line("terms", _("What was agreed")),
        Line("dues", _("Deadline and manner of performance")),
        Line("parts", _("Goes with it")),
        Line("signed", _("Signatures")),
    ),
    right="mediation.track",
    back="mediation.decide",
    says=_("This request belongs to an agreement that is kept here."),
)

WARNING = CertificateKind(
    key="mediation_warning",
    title=_("Written warning for violence at home"),
    type="WrittenWarning",
    lines=(
        Line("matter", _("Matter"), signed=True),
        Line("made_on", _("Made on"), signed=True),
        Line("copy", _("Copy"), signed=True),
        Line("who", _("Who is warned")),
        Line("what", _("What was done"), needed=False),
        Line("ban", _("Forbidden")),
        Line("law", _("Law")),
        Line("after", _("What follows")),
    ),
    right="mediation.warn",
    back="mediation.warn",
    says=_("This written warning was given here, and this is one of its copies."),
)

CERTIFICATES = (AGREEMENT, COURT, WARNING)
