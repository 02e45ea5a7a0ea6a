"""The register of certificates: what was issued, to which handle, until when, and whether it was taken back."""

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
    matter = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="certificates")
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
