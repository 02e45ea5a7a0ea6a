"""The certificate of disposal: which numbers were disposed of, when, on whose word. It names nothing else of them."""

from django.utils.translation import gettext_lazy as _

from koban.matters.documents.kinds import CertificateKind, Line

DISPOSAL = CertificateKind(
    key="disposal",
    title=_("Certificate of disposal"),
    type="CertificateOfDisposal",
    lines=(
        Line("list", _("List"), signed=True),
        Line("count", _("Files"), signed=True),
        Line("numbers", _("Numbers")),
        Line("proposed", _("Proposed by")),
        Line("approved", _("Approved by")),
        Line("ground", _("Ground")),
    ),
    right="archive.approve",
    back="archive.approve",
    says=_("The files of this list were disposed of here. Their numbers are all that is kept of them."),
)
CERTIFICATES = (DISPOSAL,)
