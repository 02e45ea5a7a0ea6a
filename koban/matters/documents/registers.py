"""The registers in which papers are numbered: each is a kind of certificate, so that every paper can be verified."""

from django.utils.translation import gettext_lazy as _

from koban.matters.documents.kinds import CertificateKind, Line

LABELS = {
    "receipt": _("Receipts"),
    "list": _("Lists of things"),
    "letter": _("Letters"),
    "notice": _("Notices"),
    "order": _("Official letters"),
}
SAYS = _("This paper was issued by the office and was not recalled.")


def _kind(register: str, right: str) -> CertificateKind:
    return CertificateKind(
        key=f"paper_{register}",
        title=LABELS[register],
        type=f"OfficePaper{register.capitalize()}",
        # The number and what kind of paper it is; neither to whom nor about what.
        lines=(Line("paper", _("Paper"), signed=True), Line("reference", _("Reference"), signed=True)),
        right=right,
        says=SAYS,
    )


PAPERS = {
    register: _kind(register, "documents.hand_out" if register in ("receipt", "list") else "documents.sign")
    for register in LABELS
}
