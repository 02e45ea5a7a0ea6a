"""What somebody applies for, the papers it needs, and the one notice of those that are missing."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.duties.permits.models.cards import Permit
from koban.duties.permits.models.declared import Way
from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Matter


class Application(StationRow):
    """What somebody applies for. One to one with its matter.

    is_proxy: somebody acts for them, as `proxy_clause` allows; why it is hard for them to come is kept nowhere.
    """

    matter = StationFK(Matter, models.PROTECT, related_name="applications")
    person_id = models.UUIDField()
    way = models.CharField(max_length=12, choices=Way.choices)
    ground = models.CharField(max_length=8, blank=True, default="")
    lives_since_on = models.DateField(null=True, blank=True)
    registered_on = models.DateField(null=True, blank=True)  # what the register says, as it stood then
    is_proxy = models.BooleanField(default=False)
    proxy_clause = models.CharField(max_length=40, blank=True, default="")
    why = models.CharField(max_length=12, blank=True, default="")  # of a replacement: damaged, lost
    permit = StationFK(Permit, models.PROTECT, null=True, blank=True, related_name="applications")

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="application_of_matter"),
            models.CheckConstraint(
                condition=Q(is_proxy=False, proxy_clause="") | (Q(is_proxy=True) & ~Q(proxy_clause="")),
                name="application_proxy_has_clause",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "person_id"], name="application_person")]

    def __str__(self) -> str:
        return str(self.matter_id)


class Paper(StationRow):
    """One paper that an application needs."""

    class State(models.TextChoices):
        NEEDED = "needed", _("missing")
        BROUGHT = "brought", _("brought, to be looked at")
        FIT = "fit", _("right")
        UNFIT = "unfit", _("not right")

    matter = StationFK(Matter, models.PROTECT, related_name="papers")
    key = models.CharField(max_length=24)  # of CN-RES-5C, CN-RES-6B, or the ground
    proof = models.CharField(max_length=24, blank=True, default="")  # which of the papers that prove it
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEEDED)
    why = models.CharField(
        max_length=200, blank=True, default=""
    )  # what is not right, as the applicant reads it
    attachment_id = models.UUIDField(null=True, blank=True)
    brought_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter", "key"], name="paper_once"),
            models.CheckConstraint(condition=~Q(state="unfit") | ~Q(why=""), name="paper_unfit_says_why"),
        ]

    def __str__(self) -> str:
        return self.key

    def is_new_since(self, at: datetime) -> bool:
        return self.brought_at is not None and self.brought_at > at


class Telling(StationRow):
    """The notice of missing papers. There is one; another only for what was brought afterwards and is not right."""

    matter = StationFK(Matter, models.PROTECT, related_name="tellings")
    ordinal = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    keys = models.JSONField(default=list)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter", "ordinal"], name="telling_once")
        ]

    def __str__(self) -> str:
        return str(self.ordinal)
