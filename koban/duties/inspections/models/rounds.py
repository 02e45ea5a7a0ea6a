"""The round that one member of the team walks on a day."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.access.models import Post
from koban.kernel.stations.rows import StationRow


class Round(StationRow):
    """begins, ends, and all times within: seconds after midnight of the local day `on`.

    calls: what was known of each stop when it was planned: {"key", "minutes", "why", "opens", "closes", "lon", "lat"}.
    table: seconds from place to place; place 0 is the office, then the calls in their order.
    visits: {"key", "arrives", "begins", "leaves", "late"} in order, of which the first `past` are behind.
    left: {"key", "why"} of what is left out; why is a msgid. line: corners, [] until it is drawn.
    trouble: a msgid, "" where there is none. version: counts every change.
    """

    class Profile(models.TextChoices):
        WALK = "walk", pgettext_lazy("a round", "on foot")
        BICYCLE = "bicycle", pgettext_lazy("a round", "by bicycle")
        CAR = "car", pgettext_lazy("a round", "by car")

    on = models.DateField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    profile = models.CharField(_("how"), max_length=8, choices=Profile.choices)
    begins = models.PositiveIntegerField()
    ends = models.PositiveIntegerField()
    calls = models.JSONField(default=list)
    table = models.JSONField(default=list)
    visits = models.JSONField(default=list)
    past = models.PositiveSmallIntegerField(default=0)
    left = models.JSONField(default=list)
    line = models.JSONField(default=list)
    leaves = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    travelled = models.PositiveIntegerField(default=0)
    by_streets = models.BooleanField(default=False)
    trouble = models.CharField(max_length=200, blank=True, default="")
    values = models.JSONField(default=dict)
    planned_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "on", "post"], name="round_of_the_day"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="round_begins_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.post_id}"

    @property
    def order(self) -> list[str]:
        """What is ahead, in order."""
        return [visit["key"] for visit in self.visits[self.past :]]

    def visit(self, key: str) -> dict[str, Any]:
        return next(visit for visit in self.visits if visit["key"] == key)
