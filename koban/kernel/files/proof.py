"""Checking files: are the bytes those that arrived? And removing bytes that no row names."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel import stations
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.lib.periodic import periodic

ORPHAN_HOURS = 48


def verify(attachment: Attachment) -> str:
    """ "" if the original and what was drawn from it are whole; else "<form>: missing" or "<form>: changed"."""
    forms = {"original": attachment.sha256, "view": attachment.view_sha256, "thumb": attachment.thumb_sha256}
    for form, sha256 in forms.items():
        if sha256 and (found := store.trouble(sha256)):
            return f"{form}: {found}"
    return ""


def verify_all() -> Iterator[tuple[Attachment, str]]:
    """Every attachment in the open scope with its trouble, "" where there is none; oldest first."""
    for attachment in Attachment.objects.order_by("received_at", "id").iterator(chunk_size=200):
        yield attachment, verify(attachment)


def drop_orphans(before: datetime) -> int:
    """Remove stored bytes older than `before` that no row names (an upload whose transaction failed). Returns how many."""
    dropped = 0
    with stations.everywhere("files: remove what no row names"):
        for sha256 in store.kept_before(before):
            if not Attachment.objects.filter(
                Q(sha256=sha256) | Q(view_sha256=sha256) | Q(thumb_sha256=sha256)
            ).exists():
                store.drop(sha256)
                dropped += 1
    return dropped


@periodic("40 3 * * *", key="files.drop_orphans", what=gettext_noop("Remove files that belong to nothing"))
@task()
def drop_old_orphans() -> Iterator[None]:
    """Each night: remove bytes that have had no row for two days."""
    drop_orphans(timezone.now() - timedelta(hours=ORPHAN_HOURS))
    yield
