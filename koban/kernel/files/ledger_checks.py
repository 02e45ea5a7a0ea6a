"""What `koban verify` asks of files: that every kept byte is the one that arrived."""

from collections.abc import Iterator

from koban.kernel.files.proof import verify_all
from koban.kernel.ledger.verify import CHECKS
from koban.kernel.stations.models import Station


def attachments(station: Station) -> Iterator[str]:
    """A sentence for each attachment of the open scope whose bytes are missing or changed."""
    for attachment, trouble in verify_all():
        if trouble:
            yield f"attachment {attachment.pk}: {trouble}"


CHECKS.append(attachments)
