"""The papers that this duty gives out: the permit, with what CN-RES-4 lists, and the proof of a registration."""

from django.utils.translation import gettext_lazy as _

from koban.matters.documents.kinds import CertificateKind, Line

PERMIT = CertificateKind(
    key="residence_permit",
    title=_("Residence permit"),
    type="ResidencePermit",
    # The printed code tells whose it is and which one; all else stands on the paper alone.
    lines=(
        Line("permit", _("Permit number"), signed=True),
        Line("name", _("Name"), signed=True),
        Line("sex", _("Sex"), needed=False),
        Line("birth_on", _("Date of birth"), needed=False),
        Line("id_number", _("Number of the document"), needed=False),
        Line("origin", _("Address of the household registration"), needed=False),
        Line("address", _("Address of residence"), needed=False),
        Line("issued_on", _("Date of issue")),
    ),
    right="permits.decide",
    back="permits.decide",
    can_suspend=True,
    says=_("This residence permit can be used today."),
)
REGISTRATION = CertificateKind(
    key="residence_registration",
    title=_("Proof of registration"),
    type="ResidenceRegistration",
    lines=(
        Line("name", _("Name"), signed=True),
        Line("address", _("Address of residence")),
        Line("from_on", _("Registered from")),
        Line("as_of", _("As it stood on"), signed=True),
    ),
    right="permits.prove",
    back="permits.decide",
    says=_("The office issued this proof. It says what the register held on its day."),
)
CERTIFICATES = (PERMIT, REGISTRATION)
