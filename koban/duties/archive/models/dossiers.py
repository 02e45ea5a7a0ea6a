"""What a closed matter leaves: its package, its term, and what was decided about it."""

from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.access.models import Post
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter


class DossierQuerySet(StationQuerySet["Dossier"]):
    def kept(self) -> Self:
        return self.filter(state=Dossier.State.KEPT)

    def packaged(self) -> Self:
        return self.kept().exclude(package="")

    def over(self, today: date) -> Self:
        """Whose term has run out."""
        return self.packaged().filter(ends_on__lt=today, hand_over_on=None)

    def to_hand_over(self, today: date) -> Self:
        return self.packaged().filter(hand_over_on__lt=today)

    def to_open(self, today: date) -> Self:
        return self.packaged().filter(opens_on__lt=today, opened_on=None)

    def free(self, today: date) -> Self:
        """On which no hold rests."""
        held = Hold.objects.running(today).filter(dossier=models.OuterRef("pk"))
        return self.exclude(models.Exists(held))


class Dossier(StationRow):
    """One to one with its matter. sealed_key: of the package's sealed members; gone with the package.

    version: rises when the matter was opened and closed again. matter_version: of the sheet as it was filed.
    """

    class Retention(models.TextChoices):
        PERMANENT = "permanent", _("for good")
        LONG = "long", _("thirty years")
        SHORT = "short", _("ten years")

    class State(models.TextChoices):
        KEPT = "kept", pgettext_lazy("a file", "kept")
        DISPOSED = "disposed", pgettext_lazy("a file", "disposed of")
        TRANSFERRED = "transferred", pgettext_lazy("a file", "handed over")

    class Trouble(models.TextChoices):
        CHANGED = "changed", _("an attachment is not what it was when it arrived")
        MISSING = "missing", _("an attachment is missing on the disk")
        KEY = "key", _("the key that signs the ledger is gone")
        CLOCK = "clock", _("the clock stands before the last signed page")
        OTHER = "other", _("the package could not be written")

    matter = StationFK(Matter, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    closed_on = models.DateField()
    retention = models.CharField(max_length=12, choices=Retention.choices)
    clause = models.CharField(max_length=40)
    start_rule = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    hand_over_on = models.DateField(null=True, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.KEPT)
    version = models.PositiveSmallIntegerField(default=0)
    matter_version = models.PositiveIntegerField(default=0)
    filed_at = models.DateTimeField(null=True, blank=True)
    package = models.CharField(max_length=120, blank=True, default="")  # below the archive's folder
    sha512 = models.CharField(max_length=128, blank=True, default="")  # of its tag manifest
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    sealed_key = models.BinaryField(default=bytes)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True, default="")  # number of the list

    matter_id: UUID  # said for the type checker, which does not see these here
    holds: Any
    appraisals: Any
    readings: Any
    get_retention_display: Any
    kind_label: Any  # what pages call its kind

    objects: ClassVar[Any] = managed(DossierQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="dossier_of_matter"),
            models.CheckConstraint(
                condition=Q(state="kept") | Q(package="", sealed_key=b"", ended_on__isnull=False),
                name="dossier_gone_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(package="") ^ Q(filed_at__isnull=False, sha512__gt="") | ~Q(state="kept"),
                name="dossier_packaged_whole",
            ),
            models.CheckConstraint(
                condition=Q(retention="permanent") ^ Q(ends_on__isnull=False), name="dossier_has_a_term"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "-closed_on"], name="dossier_newest"),
            models.Index(fields=["station", "ends_on"], condition=Q(state="kept"), name="dossier_ends"),
            models.Index(fields=["station", "package"], name="dossier_package"),
        ]

    def __str__(self) -> str:
        return str(self.matter.printed)


class HoldQuerySet(StationQuerySet["Hold"]):
    def running(self, today: date) -> Self:
        return self.filter(ended_on=None, until_on__gte=today)


class Hold(StationRow):
    """Somebody still needs the file: it is not disposed of until the day, or until the hold is ended."""

    dossier = StationFK(Dossier, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=400)
    asked_by = models.CharField(max_length=120)  # a body or a position
    from_on = models.DateField()
    until_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    label = models.CharField(max_length=80)

    objects: ClassVar[Any] = managed(HoldQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_on__gt=models.F("from_on")), name="hold_has_an_end")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "dossier"], name="hold_dossier")]

    def __str__(self) -> str:
        return self.reason


class Appraisal(StationRow):
    """Kept longer than its term, and why (CN-ARC-6)."""

    dossier = StationFK(Dossier, models.PROTECT, related_name="appraisals")
    reason = models.CharField(max_length=400)
    was_on = models.DateField()  # the end of the term before
    until_on = models.DateField()
    at = models.DateTimeField()
    label = models.CharField(max_length=80)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "dossier"], name="appraisal_dossier")]

    def __str__(self) -> str:
        return self.reason


class Reading(StationRow):
    """A visit to the reading room: who opened which file, for which matter in hand, or with which words."""

    dossier = StationFK(Dossier, models.PROTECT, related_name="readings")
    ground = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=400)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    label = models.CharField(max_length=80)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "dossier"], name="reading_dossier")]

    def __str__(self) -> str:
        return self.purpose
