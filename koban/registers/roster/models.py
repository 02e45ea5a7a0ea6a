"""Who is meant to be on duty, who is, who is out until when, and what one shift leaves to the next."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed


class ShiftQuerySet(StationQuerySet["Shift"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at=None)

    def touching(self, start: datetime, end: datetime) -> Self:
        return self.standing().filter(starts_at__lt=end, ends_at__gt=start)


class Shift(StationRow):
    """A post is meant to be on duty from–to. Half open: at `ends_at` it is over."""

    class Role(models.TextChoices):
        SWORN = "sworn", _("officer")
        AUXILIARY = "auxiliary", _("auxiliary")

    class Source(models.TextChoices):
        ENTERED = "entered", _("entered")
        PATTERN = "pattern", _("from the pattern")

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=12, choices=Role.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    on_call = models.BooleanField(default=False)  # near and reachable, not in the office
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.ENTERED)
    note = models.CharField(max_length=120, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(ShiftQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["station", "post", "starts_at", "on_call"],
                condition=Q(cancelled_at=None),
                name="shift_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "ends_at", "starts_at"], name="shift_time")]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M}"


class Pattern(StationRow):
    """The rotation from which shifts are made; the newest one counts."""

    key = models.CharField(max_length=24)  # a key of actions.PATTERNS
    anchor = models.DateField()  # local day of the first row of the cycle
    at = models.DateTimeField()

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "-at"], name="pattern_newest")]

    def __str__(self) -> str:
        return self.key


class TeamMember(StationRow):
    """A post in a team of a pattern ("officer", "A", "B", "C")."""

    pattern = StationFK(Pattern, models.PROTECT, related_name="members")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    team = models.CharField(max_length=12)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "pattern", "post"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return self.team


class AttendanceQuerySet(StationQuerySet["Attendance"]):
    def running(self) -> Self:
        return self.filter(signed_off_at=None)

    def touching(self, start: datetime, end: datetime) -> Self:
        return self.filter(Q(signed_off_at=None) | Q(signed_off_at__gt=start), signed_on_at__lt=end)


class Attendance(StationRow):
    """A post that signed on, and off. What really was, beside what was planned."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=12, choices=Shift.Role.choices)
    signed_on_at = models.DateTimeField()
    signed_off_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(AttendanceQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "post"], condition=Q(signed_off_at=None), name="attendance_running_once"
            ),
            models.CheckConstraint(
                condition=Q(signed_off_at=None) | Q(signed_off_at__gte=F("signed_on_at")),
                name="attendance_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "-signed_on_at"], name="attendance_newest")]

    def __str__(self) -> str:
        return f"{self.signed_on_at:%F %H:%M}"


class OutingQuerySet(StationQuerySet["Outing"]):
    def running(self) -> Self:
        return self.filter(returned_at=None)

    def touching(self, start: datetime, end: datetime) -> Self:
        return self.filter(Q(returned_at=None) | Q(returned_at__gt=start), left_at__lt=end)


class Outing(StationRow):
    """A post on duty that left the office, and when it means to be back. Never where: nobody is tracked."""

    class Why(models.TextChoices):
        CALL = "call", _("a call")
        ROUND = "round", _("a round")
        VISIT = "visit", _("a visit")
        ERRAND = "errand", _("an errand")
        BREAK = "break", _("a break")

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=8, choices=Why.choices)
    left_at = models.DateTimeField()
    back_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(OutingQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "post"], condition=Q(returned_at=None), name="outing_running_once"
            ),
            models.CheckConstraint(condition=Q(back_at__gt=F("left_at")), name="outing_back_after_leaving"),
        ]

    def __str__(self) -> str:
        return self.why


class HandOver(StationRow):
    """What a shift leaves to the next: its own words, and the open promises as they stood.

    promises: list of {"matter", "number", "what", "due_at", "clause"}; ids, codes and instants, no names.
    """

    by_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    label = models.CharField(max_length=80)
    at = models.DateTimeField()
    text = models.TextField(blank=True, default="")
    promises = models.JSONField(default=list)
    taken_by = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    taken_label = models.CharField(max_length=80, blank=True, default="")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="hand_over_taken_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "-at"], name="hand_over_newest")]

    def __str__(self) -> str:
        return f"{self.at:%F %H:%M}"
