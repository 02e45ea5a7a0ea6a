"""A complaint about the police. Every row is a row of the oversight body, none of the office complained about."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Matter, Party


class Complaint(StationRow):
    """One to one with its matter. Its words are sealed; the matter's own summary stays empty."""

    class Subject(models.TextChoices):
        CONDUCT = "conduct", _("rude or unfair conduct")
        INACTION = "inaction", _("nothing was done")
        DELAY = "delay", _("too slow")
        FORCE = "force", _("force or restraint")
        MONEY = "money", _("money or favours")
        PRIVACY = "privacy", _("use of my data")
        OTHER = "other", _("something else")

    matter = StationFK(Matter, models.PROTECT, related_name="complaints")
    subject = models.CharField(max_length=12, choices=Subject.choices)
    words = models.BinaryField(default=bytes)  # sealed
    about = models.BinaryField(default=bytes)  # sealed: who or which unit, as the complainant says it
    about_station_id = models.UUIDField()  # the office through whose door it came
    is_happening_now = models.BooleanField(default=False)
    complainant = StationFK(Party, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="complaint_of_matter")
        ]

    def __str__(self) -> str:
        return self.subject
