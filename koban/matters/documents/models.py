"""Two registers: certificates (until when, taken back or not) and documents (from draft to file)."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.numbers import printed
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.lib.credential import State
from koban.matters.models import Matter


class CertificateQuerySet(StationQuerySet["Certificate"]):
    def marked(self, purpose: str, list_number: int) -> Self:
        """Those of a status list whose bit is set."""
        found = self.filter(list_number=list_number)
        return found.exclude(revoked_at=None) if purpose == "revocation" else found.exclude(suspended_at=None)

    def of_holder(self, holder_id: Any) -> Self:
        return self.filter(holder_id=holder_id).order_by("-issued_at")


class Certificate(StationRow):
    """One certificate. holder_id: a person's handle or a post; its facts are in the sealed token and the sealed PDF.

    list_number, list_index: its bit in the status lists. attachment_id: the PDF, where it belongs to a matter.
    """

    kind = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    matter = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    matter_id: UUID | None  # said for the type checker, which does not see it here
    holder_id = models.UUIDField(null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)  # badge or position
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)  # the last second at which it is good
    list_number = models.PositiveIntegerField()
    list_index = models.PositiveIntegerField()
    sealed_token = models.BinaryField(default=bytes)
    attachment_id = models.UUIDField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")  # of what was last done to it

    objects: ClassVar[Any] = managed(CertificateQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "kind", "year", "number"], name="certificate_number"),
            models.UniqueConstraint(
                fields=["station", "list_number", "list_index"], name="certificate_list_place"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="certificate_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "-issued_at"], name="certificate_newest"),
            models.Index(fields=["station", "holder_id"], name="certificate_holder"),
            models.Index(fields=["station", "matter"], name="certificate_matter"),
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def printed(self) -> str:
        """`2026-000123`."""
        return printed(self.number, self.year)

    def state_at(self, at: datetime) -> State:
        """Whether it is good at a moment, as the register knows it."""
        if self.revoked_at:
            return State.REVOKED
        if self.valid_until and at > self.valid_until:
            return State.EXPIRED
        if self.suspended_at:
            return State.SUSPENDED
        return State.NOT_YET if at < self.valid_from else State.VALID


STATE_LABELS: dict[State, Any] = {
    State.VALID: _("Good"),
    State.NOT_YET: _("Not yet good"),
    State.EXPIRED: _("Expired"),
    State.SUSPENDED: _("Suspended"),
    State.REVOKED: _("Revoked"),
    State.NOT_OURS: _("Not issued here"),
    State.BROKEN: _("Not a paper of ours, or changed"),
}
TONES = {State.VALID: "green", State.NOT_YET: "amber", State.SUSPENDED: "amber", State.EXPIRED: "grey"}


def tone_of(state: State) -> str:
    return TONES.get(state, "red")


class Batch(StationRow):
    """Many papers of one template, made and issued one by one in the background. facts: of who started it, for its pages.

    approvers: accounts that approved the wording for all of it. total: matters it is for.
    """

    letter = models.CharField(max_length=32)
    language = models.CharField(max_length=10, default="zh-hans")
    base = models.CharField(max_length=200)
    sealed_values = models.BinaryField(default=bytes)  # what every paper of it says alike
    started_by = models.JSONField(default=dict)  # of ledger.Actor
    needed = models.PositiveSmallIntegerField()
    approvers = models.JSONField(default=list)
    matters = models.JSONField(default=list)  # ids
    failed = models.JSONField(default=list)  # [number of the matter, why]
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(StationQuerySet)

    def __str__(self) -> str:
        return f"{self.letter} x {len(self.matters)}"


class DocumentQuerySet(StationQuerySet["Document"]):
    def waiting(self) -> Self:
        return self.filter(state="review")

    def open(self) -> Self:
        return self.filter(is_open=True)


class Document(StationRow):
    """A paper from draft to file. Its text is in its versions, sealed; number and signature are its certificate's.

    version: the newest one. lock: rises with each change, for forms that were opened earlier.
    """

    letter = models.CharField(max_length=32)  # key of the template
    pack = models.CharField(max_length=32)  # whose template it was
    register = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="zh-hans")
    matter = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=16)
    state_since = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    needed = models.PositiveSmallIntegerField()  # approvals
    version = models.PositiveSmallIntegerField(default=1)
    lock = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    certificate = StationFK(Certificate, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True, default="")  # its number as printed
    attachment_id = models.UUIDField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    batch = StationFK(Batch, models.PROTECT, null=True, blank=True, related_name="+")

    matter_id: UUID | None  # said for the type checker, which does not see them here
    certificate_id: UUID | None
    batch_id: UUID | None

    objects: ClassVar[Any] = managed(DocumentQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "certificate"], condition=~Q(certificate=None), name="document_number_once"
            ),
            models.UniqueConstraint(
                fields=["station", "batch", "matter"], condition=~Q(batch=None), name="document_once_in_batch"
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None, certificate=None, attachment_id=None, reference="")
                | (
                    Q(issued_at__isnull=False, certificate__isnull=False, attachment_id__isnull=False)
                    & ~Q(reference="")
                ),
                name="document_issued_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "-made_at"], name="document_newest"),
            models.Index(fields=["station", "state", "-made_at"], name="document_state"),
            models.Index(fields=["station", "matter"], name="document_matter"),
            models.Index(fields=["station", "reference"], name="document_reference"),
        ]

    def __str__(self) -> str:
        return self.reference or self.title


class Version(StationRow):
    """One version of a paper's text, as somebody saved it. sealed_told: JSON of text, values, recipient and copies."""

    document = StationFK(Document, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    sealed_told = models.BinaryField(default=bytes)
    why = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    label = models.CharField(max_length=80)
    account_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "document", "number"], name="version_number")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Remark(StationRow):
    """Words of the review: a comment, an approval, a reason. kind: comment, approve, back, drop, recall."""

    document = StationFK(Document, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, default="comment")
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    label = models.CharField(max_length=80)
    account_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "document", "version", "account_id"],
                condition=Q(kind="approve"),
                name="remark_approves_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["station", "document", "at"], name="remark_document")]

    def __str__(self) -> str:
        return self.kind


class Delivery(StationRow):
    """One copy that left the office. to: "recipient" or the body of the copy list."""

    class Way(models.TextChoices):
        HAND = "hand", _("by hand")
        POST = "post", _("by post")
        PAGE = "page", _("on the page of the matter")
        COURIER = "courier", _("by official courier")

    document = StationFK(Document, models.PROTECT, related_name="+")
    to = models.CharField(max_length=120)
    way = models.CharField(max_length=12, choices=Way.choices)
    at = models.DateTimeField()
    label = models.CharField(max_length=80)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "document", "at"], name="delivery_document")]

    def __str__(self) -> str:
        return self.to
