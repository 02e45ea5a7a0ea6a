"""What comes after a mediation, or in its place."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation.models.dispute import Mediation
from koban.kernel.stations.rows import StationFK, StationRow


class FollowUp(StationRow):
    """Both sides were asked how it goes. key: of rules.FOLLOW_UPS."""

    class Found(models.TextChoices):
        CALM = "calm", _("calm")
        AGAIN = "again", _("it flares up")
        UNREACHED = "unreached", _("nobody was reached")

    mediation = StationFK(Mediation, models.PROTECT, related_name="follow_ups")
    key = models.CharField(max_length=12)
    at = models.DateTimeField()
    found = models.CharField(max_length=12, choices=Found.choices)
    words = models.CharField(max_length=300, blank=True, default="")

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "mediation", "key"], name="follow_up_once")
        ]

    def __str__(self) -> str:
        return self.key


class ProtectionStep(StationRow):
    """What was done for the safety of somebody, in place of mediation."""

    class Key(models.TextChoices):
        WARNING = "warning", _("written warning made")
        VIOLENT = "violent", _("warning handed to the violent person")
        VICTIM = "victim", _("warning handed to the victim")
        COMMITTEE = "committee", _("residents' committee told")
        VISIT_VICTIM = "visit_victim", _("victim visited")
        VISIT_VIOLENT = "visit_violent", _("violent person visited")
        DOCTOR = "doctor", _("helped to a doctor")
        SHELTER = "shelter", _("helped to a shelter")
        ORDER = "order", _("helped to ask for a court order")
        PUNISHED = "punished", _("the act is punished")

    mediation = StationFK(Mediation, models.PROTECT, related_name="protection_steps")
    key = models.CharField(max_length=16, choices=Key.choices)
    at = models.DateTimeField()
    words = models.BinaryField(default=bytes)  # sealed
    label = models.CharField(max_length=80)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "mediation", "key"],
                condition=Q(key__in=("warning", "violent", "victim", "committee", "punished")),
                name="protection_step_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["station", "mediation", "at"], name="protection_mediation")]

    def __str__(self) -> str:
        return self.key
