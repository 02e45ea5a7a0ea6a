"""What units say of themselves, what is drawn from it, what is published of a place, and large events."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections.models.places import Inspection, Venue
from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter


class WarningQuerySet(StationQuerySet["Warned"]):
    def standing(self) -> Self:
        return self.filter(lifted_on=None)


class Warned(StationRow):
    """An entry of the public register of warnings. words: what the place did, without a person's name."""

    venue = StationFK(Venue, models.PROTECT, related_name="warnings")
    inspection = StationFK(Inspection, models.PROTECT, null=True, blank=True, related_name="warnings")
    clause = models.CharField(max_length=24)
    words = models.CharField(max_length=400)
    on = models.DateField()
    label = models.CharField(max_length=80)
    lifted_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = managed(WarningQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("on")), name="warning_from_to"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["station", "venue", "on"], name="warning_venue")]

    def __str__(self) -> str:
        return f"{self.on:%F}"


class SelfCheck(StationRow):
    """A unit's own look at itself, once a round ("2026-1": the first quarter). drawn: its sampled inspection."""

    venue = StationFK(Venue, models.PROTECT, related_name="self_checks")
    round = models.CharField(max_length=8)
    told_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    failing = models.JSONField(default=list)
    label = models.CharField(max_length=80)
    drawn = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "venue", "round"], name="self_check_once_a_round")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "round"], name="self_check_round")]

    def __str__(self) -> str:
        return self.round


class Draw(StationRow):
    """The draw of a round. commitment is published at once, the seed with the draw; everybody can repeat it.

    keys: of the self-checks that took part; chosen: those that are looked at.
    """

    round = models.CharField(max_length=8)
    commitment = models.CharField(max_length=64)
    sealed_seed = models.BinaryField(default=bytes)
    seed = models.CharField(max_length=64, blank=True, default="")
    percent = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    keys = models.JSONField(default=list)
    chosen = models.JSONField(default=list)

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "round"], name="draw_once_a_round"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="") | (Q(drawn_at__isnull=False) & ~Q(seed="")),
                name="draw_tells_its_seed",
            ),
        ]

    def __str__(self) -> str:
        return self.round

    def hidden_seed(self) -> str:
        return vault.unseal(self, "sealed_seed")


class EventQuerySet(StationQuerySet["Event"]):
    def ahead(self, today: date) -> Self:
        return self.filter(on__gte=today)


class Event(StationRow):
    """A large event and its permit, which the county or the city gives. organiser: a body, never a person."""

    class Permit(models.TextChoices):
        NONE = "none", _("none needed")
        OPEN = "open", _("not yet decided")
        GIVEN = "given", _("permitted")
        REFUSED = "refused", _("refused")

    matter = StationFK(Matter, models.PROTECT, related_name="events")
    name = models.CharField(_("name"), max_length=120)
    organiser = models.CharField(_("organiser"), max_length=120)
    on = models.DateField(_("day"))
    expected = models.PositiveIntegerField(_("people expected"))
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    body = models.CharField(max_length=8)
    permit = models.CharField(max_length=8, choices=Permit.choices, default=Permit.OPEN)
    permit_number = models.CharField(_("number of the permit"), max_length=60, blank=True, default="")

    objects: ClassVar[Any] = managed(EventQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="event_of_matter")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "on"], name="event_day")]

    def __str__(self) -> str:
        return self.name
