"""The paper twin: boxes on shelves, volumes with a code, loans, scans, stock-takings."""

from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter


class Box(StationRow):
    """A box that stands on a shelf. token: what its label's code says."""

    code = models.CharField(max_length=20)
    shelf = models.CharField(max_length=40)
    token = models.CharField(max_length=16)
    made_at = models.DateTimeField()

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "code"], name="box_code"),
            models.UniqueConstraint(fields=["station", "token"], name="box_token"),
        ]

    def __str__(self) -> str:
        return self.code


class Volume(StationRow):
    """The paper of a matter, one volume of it. pages: as it was bound, 0 where nobody counted."""

    matter = StationFK(Matter, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=16)
    box = StationFK(Box, models.PROTECT, null=True, blank=True, related_name="volumes")
    pages = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    destroyed_on = models.DateField(null=True, blank=True)

    matter_id: UUID  # said for the type checker, which does not see it here

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter", "number"], name="volume_number"),
            models.UniqueConstraint(fields=["station", "token"], name="volume_token"),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "box"], name="volume_box")]

    def __str__(self) -> str:
        return f"{self.matter.printed}/{self.number}"


class LoanQuerySet(StationQuerySet["Loan"]):
    def out(self) -> Self:
        return self.filter(back_on=None)

    def overdue(self, today: date) -> Self:
        return self.out().filter(due_on__lt=today)


class Loan(StationRow):
    """A volume that is out. to: a body or a position, never a resident."""

    volume = StationFK(Volume, models.PROTECT, related_name="loans")
    to = models.CharField(max_length=120)
    lent_on = models.DateField()
    due_on = models.DateField()
    back_on = models.DateField(null=True, blank=True)
    label = models.CharField(max_length=80)

    objects: ClassVar[Any] = managed(LoanQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "volume"], condition=Q(back_on=None), name="loan_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "due_on"], condition=Q(back_on=None), name="loan_out")
        ]

    def __str__(self) -> str:
        return self.to


class Scan(StationRow):
    """Pages that were scanned in for a volume. source: SHA-256 of the scanned file, so that none comes in twice."""

    volume = StationFK(Volume, models.PROTECT, related_name="scans")
    attachment_id = models.UUIDField()
    source = models.CharField(max_length=64)
    first = models.PositiveIntegerField()  # sheet of the scanned file, from 1
    pages = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "source", "first"], name="scan_once")
        ]

    def __str__(self) -> str:
        return f"{self.pages}"


class Stocktaking(StationRow):
    """What was found on a shelf, against what should stand there. Lists of codes as they are printed."""

    class Found(models.TextChoices):
        MISSING = "missing", _("missing")
        EXTRA = "extra", _("not ours")
        MISPLACED = "misplaced", _("in the wrong place")

    box = StationFK(Box, models.PROTECT, related_name="stocktakings")
    at = models.DateTimeField()
    label = models.CharField(max_length=80)
    seen = models.PositiveIntegerField()
    missing = models.JSONField(default=list)
    extra = models.JSONField(default=list)
    misplaced = models.JSONField(default=list)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "-at"], name="stocktaking_newest")]

    def __str__(self) -> str:
        return f"{self.at:%F}"
