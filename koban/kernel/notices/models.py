"""The outbox. To whom and about what is sealed."""

import json
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationQuerySet, StationRow, managed


class NoticeQuerySet(StationQuerySet["Notice"]):
    def of_matter(self, matter_id: Any) -> "NoticeQuerySet":
        return self.filter(matter_id=matter_id).order_by("written_at", "id")

    def to_print(self) -> "NoticeQuerySet":
        return self.filter(channel=Notice.Channel.PRINT, state=Notice.State.WAITING).order_by(
            "written_at", "id"
        )

    def overdue(self, before: datetime) -> "NoticeQuerySet":
        return self.filter(state=Notice.State.WAITING, written_at__lt=before)


class Notice(StationRow):
    """One message. trouble: a code such as "http 503"; never what a gateway answered, which could hold data."""

    unsealed = frozenset({"attempts", "trouble"})

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")
        WEB = "web", _("on the follow page")
        PRINT = "print", _("on paper")
        CONSOLE = "console", _("in the outbox folder")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")

    matter_id = models.UUIDField(null=True, blank=True)  # no foreign key: matters live on a higher floor
    key = models.CharField(max_length=80)  # names the wording
    channel = models.CharField(max_length=12, choices=Channel.choices)
    language = models.CharField(max_length=10)
    sealed_to = models.BinaryField(blank=True, default=b"")
    sealed_context = models.BinaryField(blank=True, default=b"")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=80, blank=True, default="")

    objects: ClassVar[Any] = managed(NoticeQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "matter_id", "written_at"], name="notice_of_matter"),
            models.Index(fields=["station", "state", "written_at"], name="notice_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at=None), name="notice_sent_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.channel}, {self.state})"

    @property
    def to(self) -> str:
        """Address or number, unsealed."""
        return vault.unseal(self, "sealed_to")

    @property
    def context(self) -> dict[str, Any]:
        """The values of the wording, unsealed."""
        packed = vault.unseal(self, "sealed_context")
        return dict(json.loads(packed)) if packed else {}

    def seal_message(self, to: str, context: dict[str, Any]) -> None:
        self.sealed_to = vault.seal(self, "sealed_to", to)
        self.sealed_context = vault.seal(self, "sealed_context", json.dumps(context, ensure_ascii=False))
