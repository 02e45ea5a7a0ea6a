"""Who saw a person's data, and what held back the notice of it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.registers.residents.models.people import Person


class Delay(StationRow):
    """The notice of the looks in a matter is held back for a while: ground, two people, and an end."""

    matter_id = models.UUIDField()
    person = StationFK(Person, models.PROTECT, related_name="delays")
    clause = models.CharField(max_length=40)
    ground = models.CharField(max_length=40)  # a key of the clause's list
    asked_by = models.CharField(max_length=80)
    asked_post = models.UUIDField()
    approved_by = models.CharField(max_length=80, blank=True, default="")
    approved_post = models.UUIDField(null=True, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="delay_ends_after"),
            models.CheckConstraint(
                condition=Q(approved_post=None) | ~Q(approved_post=F("asked_post")), name="delay_two_people"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "matter_id"], name="delay_matter")]

    def __str__(self) -> str:
        return self.ground


class LookQuerySet(StationQuerySet["Look"]):
    def told(self, now: datetime) -> Self:
        """Those that the person may know of by now."""
        return self.filter(Q(shown_from=None) | Q(shown_from__lte=now))


class Look(StationRow):
    """Somebody saw a person's data: one row a person, written with its page before anything is opened.

    page_number is not part of the digest: the page that seals this row is the one that it names.
    """

    unsealed = frozenset({"page_number"})

    person = StationFK(Person, models.PROTECT, related_name="looks")
    matter_id = models.UUIDField(null=True, blank=True)  # null: the person themselves
    page_number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()
    fields = models.JSONField(default=list)
    action = models.CharField(max_length=12)  # look, find, own, copy
    role = models.CharField(max_length=24)
    label = models.CharField(max_length=80)
    post_id = models.UUIDField(null=True, blank=True)
    delay = StationFK(Delay, models.PROTECT, null=True, blank=True, related_name="looks")
    shown_from = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(LookQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "person", "-at"], name="look_person"),
            models.Index(fields=["station", "matter_id"], name="look_matter"),
            models.Index(fields=["station", "at"], name="look_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%F %H:%M}"


class LookAlarm(StationRow):
    """A reader whose looks stood out: far more people than colleagues, or outside the shift. Counts, no person."""

    class Why(models.TextChoices):
        VOLUME = "volume", _("far more people than colleagues")
        OUTSIDE = "outside", _("looked while not on duty")

    post_id = models.UUIDField()
    label = models.CharField(max_length=80)
    office = models.CharField(max_length=32)  # code of the office where it was
    why = models.CharField(max_length=8, choices=Why.choices)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    people = models.PositiveIntegerField()  # how many different people were seen
    middle = models.PositiveIntegerField()  # the median of the colleagues
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.CharField(max_length=80, blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "-at"], name="look_alarm_time")]

    def __str__(self) -> str:
        return f"{self.why} {self.at:%F %H:%M}"
