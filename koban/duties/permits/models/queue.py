"""Times at the desk and the numbers of its queue. Nobody has a name here."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationQuerySet, StationRow, managed


class DeskHours(StationRow):
    """When the desk takes booked visits on one day of the week."""

    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    opens = models.TimeField()
    closes = models.TimeField()
    slot_minutes = models.PositiveSmallIntegerField(default=20)
    places = models.PositiveSmallIntegerField(default=1)  # visits at the same time

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "weekday", "opens"], name="desk_hours_once"),
            models.CheckConstraint(
                condition=Q(closes__gt=models.F("opens"), weekday__lte=6, slot_minutes__gte=5, places__gte=1),
                name="desk_hours_right",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}"


class VisitQuerySet(StationQuerySet["Visit"]):
    def standing(self) -> Self:
        """Neither given up, nor over."""
        return self.filter(state__in=[Visit.State.BOOKED, Visit.State.WAITING, Visit.State.CALLED])

    def on(self, day: date) -> Self:
        return self.filter(on=day)


class Visit(StationRow):
    """A time at the desk, booked or just come. It knows no name: a number, and a secret to give it up with."""

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        WAITING = "waiting", _("here, waiting")
        CALLED = "called", _("called")
        DONE = "done", _("done")
        MISSED = "missed", _("did not come")
        GIVEN_UP = "given_up", _("given up")

    on = models.DateField()
    ordinal = models.PositiveSmallIntegerField()  # of the day, from 1
    letter = models.CharField(max_length=1)  # A booked, B just come
    purpose = models.CharField(max_length=16)  # a Type, or "other"
    starts_at = models.DateTimeField(null=True, blank=True)  # of the booked time
    place = models.PositiveSmallIntegerField(default=0)  # which of the places of that time
    state = models.CharField(max_length=10, choices=State.choices)
    secret = models.BinaryField(max_length=32, default=bytes)  # keyed hash
    matter_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    desk = models.CharField(max_length=12, blank=True, default="")

    objects: ClassVar[Any] = managed(VisitQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "on", "letter", "ordinal"], name="visit_number"),
            models.UniqueConstraint(
                fields=["station", "starts_at", "place"],
                condition=Q(starts_at__isnull=False) & ~Q(state="given_up"),
                name="visit_place_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "on", "state"], name="visit_day")]

    def __str__(self) -> str:
        return self.ticket

    @property
    def ticket(self) -> str:
        """`A007`."""
        return f"{self.letter}{self.ordinal:03d}"
