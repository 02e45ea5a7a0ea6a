"""The bundle for the court: the request and the copies of the agreement that go with it, in one packed file."""

import hashlib
import zipfile
from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import elsewhere
from koban.duties.mediation.certificates import COURT
from koban.duties.mediation.models import Agreement
from koban.duties.mediation.papers import copies_of
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.lib.errors import Refused
from koban.matters.documents.models import Certificate

SUMS = "manifest-sha256.txt"


def request_of(agreement: Agreement) -> Certificate | None:
    """The newest request to the court, None before one was printed."""
    rows = Certificate.objects.filter(matter_id=agreement.mediation.matter_id, kind=COURT.key)
    found: Certificate | None = (
        rows.filter(issued_at__date__gte=agreement.agreed_on).order_by("-number").first()
    )
    return found


def papers_of(agreement: Agreement) -> list[Certificate]:
    """Request first, then each copy. Raises Refused where one of them was not issued yet."""
    request, copies = request_of(agreement), copies_of(agreement)
    if request is None or not copies:
        raise Refused(_("Issue the three copies and the request first."), clause=elsewhere.COURT)
    return [request, *copies]


def packed(papers: Iterable[tuple[Certificate, Attachment]]) -> bytes:
    """A zip of a few sheets with their sums, as `sha256sum -c` reads them. Same papers, same bytes."""
    target, sums = BytesIO(), []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for number, (paper, file) in enumerate(papers, 1):
            name, content = f"{number:02}-{paper.printed}.pdf", b"".join(store.read(file.sha256))
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
            pack.writestr(_entry(name), content)
        pack.writestr(_entry(SUMS), "".join(sums))
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry
