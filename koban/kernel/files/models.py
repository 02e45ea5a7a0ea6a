"""The row of a file. Its bytes are in the store, its name and what its camera told are sealed."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationQuerySet, StationRow, managed


class AttachmentQuerySet(StationQuerySet["Attachment"]):
    def of_matter(self, matter_id: Any) -> "AttachmentQuerySet":
        return self.filter(matter_id=matter_id).order_by("received_at", "id")

    def shown_to_public(self) -> "AttachmentQuerySet":
        return self.filter(is_public=True, state=Attachment.State.VIEWABLE)


class Attachment(StationRow):
    """A file that belongs to a matter. `type` is what the bytes are; `declared_type` what the sender said.

    sha256, size: of the original as it arrived. view_sha256, thumb_sha256: of the pictures drawn anew, "" for others.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        DOCUMENT = "document", _("document")
        AUDIO = "audio", _("sound")
        VIDEO = "video", _("film")

    class State(models.TextChoices):
        STORED = "stored", _("stored, not yet drawn")
        VIEWABLE = "viewable", _("ready")
        REFUSED = "refused", _("cannot be shown")

    matter_id = models.UUIDField()  # no foreign key: matters live on a higher floor
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    reason = models.CharField(
        max_length=12, blank=True, default=""
    )  # why it cannot be shown: media.Unfit.reason
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    type = models.CharField(max_length=40)
    declared_type = models.CharField(max_length=80, blank=True, default="")
    sealed_name = models.BinaryField(blank=True, default=b"")
    sealed_told = models.BinaryField(blank=True, default=b"")
    view_sha256 = models.CharField(max_length=64, blank=True, default="")
    thumb_sha256 = models.CharField(max_length=64, blank=True, default="")
    view_width = models.PositiveIntegerField(null=True, blank=True)  # px
    view_height = models.PositiveIntegerField(null=True, blank=True)  # px
    captured_at = models.DateTimeField(null=True, blank=True)  # as the sender's device says
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)  # the actor's label, never a resident's name
    is_public = models.BooleanField(default=False)

    objects: ClassVar[Any] = managed(AttachmentQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "matter_id", "received_at"], name="attachment_of_matter"),
            models.Index(fields=["sha256"], name="attachment_original"),
            models.Index(fields=["view_sha256"], name="attachment_view"),
            models.Index(fields=["thumb_sha256"], name="attachment_thumb"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="photo", state="viewable", view_sha256=""),
                name="attachment_photo_is_drawn_anew",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(kind="photo"), name="attachment_public_is_photo"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"

    @property
    def name(self) -> str:
        """The name that the sender gave, unsealed: it may hold personal data, so show it to who holds the matter."""
        return vault.unseal(self, "sealed_name")

    @property
    def told(self) -> dict[str, Any]:
        """What the original says about itself (media.Cleaned.metadata), unsealed: place, time and camera."""
        packed = vault.unseal(self, "sealed_told")
        return dict(json.loads(packed)) if packed else {}

    def seal_name(self, name: str) -> None:
        self.sealed_name = vault.seal(self, "sealed_name", name)

    def seal_told(self, told: dict[str, Any]) -> None:
        self.sealed_told = vault.seal(self, "sealed_told", json.dumps(told, sort_keys=True) if told else "")
