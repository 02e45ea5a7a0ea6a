"""Visits belong to addresses. Nothing here counts, marks or remembers how somebody behaved."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter
from koban.registers.premises.models import Address
from koban.registers.residents.handles import Consent, Person


class Visit(StationRow):
    """One to one with its matter, whose address it is about. starts_at, ends_at: when somebody comes."""

    class Why(models.TextChoices):
        ASKED = "asked", _("somebody asked for it")
        AFTER = "after", _("after something that happened there")
        LETTING = "letting", _("a let unit")
        ROUND = "round", _("the round of the district")

    class Way(models.TextChoices):
        SLIP = "slip", _("slip in the letter box")
        PAGE = "page", _("own pages and message")
        WORD = "word", _("by word of mouth")

    matter = StationFK(Matter, models.PROTECT, related_name="visits")
    why = models.CharField(max_length=8, choices=Why.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    way = models.CharField(max_length=8, choices=Way.choices, blank=True, default="")
    knocks = models.PositiveSmallIntegerField(default=0)
    knocked_on = models.DateField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="visit_of_matter"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after_it_starts"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "starts_at"], name="visit_time")]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M}"


class DoorTime(StationRow):
    """Somebody knocked at an address, and it was opened or not. Forgotten after the term; no person is in it."""

    address = StationFK(Address, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    answered = models.BooleanField()

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "address"], name="door_time_address"),
            models.Index(fields=["station", "at"], name="door_time_age"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %H:%M}"


class Rest(StationRow):
    """No visit at this address until a day: it had one, or wants none. Which of the two is kept nowhere."""

    address = StationFK(Address, models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "address"], name="rest_of_address"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="rest_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.until_on:%F}"


class Noted(StationRow):
    """A need that people told of at a visit, and where it went. kind: a key of needs.toml."""

    matter = StationFK(Matter, models.PROTECT, related_name="noted")
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    referred = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "matter"], name="noted_matter"),
            models.Index(fields=["station", "at"], name="noted_time"),
        ]

    def __str__(self) -> str:
        return self.kind


class CardQuerySet(StationQuerySet["Card"]):
    def running(self, day: date) -> Self:
        return self.filter(ended_at=None, ends_on__gte=day)


class Card(StationRow):
    """A contact card that somebody gave of their own will. What stands on it is in the register of residents."""

    person = StationFK(Person, models.PROTECT, related_name="+")
    address = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="+")
    consent = StationFK(Consent, models.PROTECT, related_name="+")
    purposes = models.JSONField(default=list)  # keys of needs.toml
    given_on = models.DateField()
    ends_on = models.DateField()
    asked_on = models.DateField(null=True, blank=True)  # whether it is still right
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(CardQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "person"], condition=Q(ended_at=None), name="card_running_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("given_on")), name="card_ends_after"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "ends_on"], condition=Q(ended_at=None), name="card_ending")
        ]

    def __str__(self) -> str:
        return f"{self.ends_on:%F}"


class MonthSeen(StationRow):
    """The chief looked at the result of a month. totals: the numbers as they stood."""

    month = models.DateField()  # its first day
    totals = models.JSONField(default=dict)
    at = models.DateTimeField()
    label = models.CharField(max_length=80)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "month"], name="visit_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
