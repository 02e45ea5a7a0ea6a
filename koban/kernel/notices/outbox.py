"""Writing notices and getting them out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.kernel.ledger import SYSTEM, Actor, book
from koban.kernel.notices import channels, wording
from koban.kernel.notices.models import Notice
from koban.kernel.notices.undelivered import Undelivered
from koban.lib.errors import Refused
from koban.lib.periodic import does

MOST_ATTEMPTS = 10  # with the pauses of the jobs: more than an hour
CARRIED = frozenset({Notice.Channel.EMAIL, Notice.Channel.SMS, Notice.Channel.CONSOLE})


def send(
    key: str,
    *,
    channel: str,
    language: str,
    by: Actor,
    at: datetime,
    to: str = "",
    context: dict[str, Any] | None = None,
    matter_id: UUID | None = None,
) -> Notice:
    """Write a notice in the caller's transaction; it goes out after the commit, or not at all.

    key: names the wording. to: address or number; "" for "web" and "print". context: JSON values, kept sealed.
    "web" counts as sent at once: the follow page shows it. "print" waits for `mark_printed`.
    Raises TemplateDoesNotExist where there are no words, OutsideTransaction without a transaction.
    """
    wording.template_of(key, language)
    notice = Notice(matter_id=matter_id, key=key, channel=channel, language=language, written_at=at)
    notice.seal_message(to, context or {})
    if channel == Notice.Channel.WEB:
        notice.state, notice.sent_at = Notice.State.SENT, at
    notice.save(force_insert=True)
    _page("notices.write", notice, by=by, at=at)
    if channel in CARRIED:
        deliver.enqueue(str(notice.pk))
    return notice


def message_of(notice: Notice) -> wording.Message:
    """Words and address of a notice, unsealed: for delivery, for the follow page, for paper."""
    return wording.Message(
        str(notice.pk), notice.to, *wording.words(notice.key, notice.language, notice.context)
    )


@does(gettext_noop("Send a message"))
@task(takes_context=True, most_attempts=MOST_ATTEMPTS, lease_s=120)
def deliver(context: Any, notice_id: str) -> Iterator[None]:
    """Carry one notice outside any transaction, then record it. A crash in between carries it again, same id."""
    notice: Notice = Notice.objects.get(pk=notice_id)
    if notice.state != Notice.State.WAITING:
        return
    notice.attempts += 1
    try:
        channels.carry(notice.channel, message_of(notice))
        notice.state, notice.sent_at, notice.trouble = Notice.State.SENT, timezone.now(), ""
    except Undelivered as why:
        notice.trouble = why.code[:80]
        if not why.is_final and context.attempt < MOST_ATTEMPTS:
            notice.save(update_fields=["attempts", "trouble"])
            raise
        notice.state = Notice.State.FAILED
    yield
    notice.save(update_fields=["state", "sent_at", "attempts", "trouble"])
    _page(f"notices.{notice.state}", notice, by=SYSTEM, at=timezone.now())


@transaction.atomic
def mark_printed(notice: Notice, *, by: Actor, at: datetime) -> Notice:
    """Record that a notice on paper was handed over or posted. Raises Refused for any other."""
    row: Notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if row.channel != Notice.Channel.PRINT or row.state != Notice.State.WAITING:
        raise Refused(_("Only a notice on paper that waits can be marked as handed over."))
    row.state, row.sent_at = Notice.State.SENT, at
    row.save(update_fields=["state", "sent_at"])
    _page("notices.sent", row, by=by, at=at)
    return row


@transaction.atomic
def again(notice: Notice, *, by: Actor, at: datetime) -> Notice:
    """Try a notice that could not be sent once more. Raises Refused for any other."""
    row: Notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if row.state != Notice.State.FAILED:
        raise Refused(_("Only a notice that could not be sent can be sent again."))
    row.state, row.trouble = Notice.State.WAITING, ""
    row.save(update_fields=["state", "trouble"])
    _page("notices.again", row, by=by, at=at)
    deliver.enqueue(str(row.pk))
    return row


def _page(verb: str, notice: Notice, *, by: Actor, at: datetime) -> None:
    facts = {"channel": notice.channel, "wording": notice.key, "language": notice.language}
    if notice.trouble:
        facts["trouble"] = notice.trouble
    book.write(verb, by=by, at=at, matter_id=notice.matter_id, subject=notice, facts=facts, rows=[notice])
