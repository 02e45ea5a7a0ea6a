"""Lists of files for disposal or for the next archive. Each is a matter of the kind `archive`."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from koban.duties.archive.models.dossiers import Dossier
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter


class Roll(StationRow):
    """One to one with its matter. proposed_by, approved_by: accounts; two of them, never one."""

    class Kind(models.TextChoices):
        DISPOSAL = "disposal", _("disposal")
        TRANSFER = "transfer", _("to the next archive")

    matter = StationFK(Matter, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    body = models.CharField(max_length=120, blank=True, default="")  # the archive that takes it
    proposed_by = models.UUIDField(null=True, blank=True)
    proposed_label = models.CharField(max_length=80, blank=True, default="")
    approved_by = models.UUIDField(null=True, blank=True)
    approved_label = models.CharField(max_length=80, blank=True, default="")
    written = models.PositiveIntegerField(default=0)  # transfer packages that are ready
    their_number = models.CharField(max_length=60, blank=True, default="")  # of the receipt
    certificate_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="roll_of_matter"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("proposed_by")),
                name="roll_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Line(StationRow):
    """A file on a list. printed: its number, which stays when all else is gone."""

    roll = StationFK(Roll, models.PROTECT, related_name="lines")
    dossier = StationFK(Dossier, models.PROTECT, related_name="+")
    printed = models.CharField(max_length=20)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "roll", "dossier"], name="line_once")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "dossier"], name="line_dossier")]

    def __str__(self) -> str:
        return self.printed
