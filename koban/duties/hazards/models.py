"""A hazard, the photographs that prove it, and the orders that were given."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter
from koban.registers.premises.models import Asset, Unit


class HazardQuerySet(StationQuerySet["Hazard"]):
    def of_asset(self, asset_id: Any) -> Self:
        return self.filter(asset=asset_id)

    def open(self) -> Self:
        return self.filter(matter__is_open=True)


class Hazard(StationRow):
    """One to one with its matter, which has the place.

    owner: the body that must put it right, never a person: a person is a party of the matter, sealed.
    repaired_by: account of who said that it is repaired, None for somebody outside the office. round: rises each time it
    is opened again; photographs and orders belong to a round.
    """

    class Severity(models.TextChoices):
        SMALL = "small", _("small")
        SERIOUS = "serious", _("serious")
        GRAVE = "grave", _("grave")

    class Found(models.TextChoices):
        INSPECTION = "inspection", _("inspection")
        INCIDENT = "incident", _("report")
        VISIT = "visit", _("visit")
        LETTING = "letting", _("self-check of a letting")
        DESK = "desk", _("at the desk")
        PATROL = "patrol", _("patrol")
        NEIGHBOUR = "neighbour", _("neighbour")

    class Duty(models.TextChoices):
        OWNER = "owner", _("the owner")
        MANAGER = "manager", _("the property manager")
        USER = "user", _("who uses the place")
        KEEPER = "keeper", _("the body that keeps the asset")

    matter = StationFK(Matter, models.PROTECT, related_name="hazards")
    unit = StationFK(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    asset = StationFK(Asset, models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.CharField(max_length=8, choices=Severity.choices)
    found_by = models.CharField(max_length=12, choices=Found.choices)
    duty = models.CharField(max_length=8, choices=Duty.choices)
    owner = models.CharField(max_length=120, blank=True, default="")
    clause = models.CharField(max_length=40, blank=True, default="")
    is_public = models.BooleanField(default=False)
    found_on = models.DateField()
    round = models.PositiveSmallIntegerField(default=1)
    repaired_at = models.DateTimeField(null=True, blank=True)
    repaired_by = models.UUIDField(null=True, blank=True)
    repaired_label = models.CharField(max_length=80, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.UUIDField(null=True, blank=True)
    verified_label = models.CharField(max_length=80, blank=True, default="")

    objects: ClassVar[Any] = managed(HazardQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="hazard_of_matter"),
            models.CheckConstraint(
                condition=Q(verified_by=None) | Q(repaired_by=None) | ~Q(verified_by=models.F("repaired_by")),
                name="hazard_verified_by_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "unit"], name="hazard_unit", condition=~Q(unit=None)),
            models.Index(fields=["station", "asset"], name="hazard_asset", condition=~Q(asset=None)),
        ]

    def __str__(self) -> str:
        return self.severity


class PhotoQuerySet(StationQuerySet["Photo"]):
    def of(self, hazard: Hazard) -> Self:
        return self.filter(hazard=hazard)


class Photo(StationRow):
    """A photograph of a spot. attachment_id: its file, of the matter. heading: degrees from north.

    source: what told the position: the device that took it, the picture's own Exif, or somebody on the map.
    """

    class Side(models.TextChoices):
        BEFORE = "before", pgettext_lazy("a photo", "before")
        AFTER = "after", pgettext_lazy("a photo", "after")

    class Source(models.TextChoices):
        DEVICE = "device", _("told by the telephone")
        EXIF = "exif", _("told by the picture")
        MAP = "map", _("chosen on the map")

    hazard = StationFK(Hazard, models.PROTECT, related_name="photos")
    round = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=Side.choices)
    attachment_id = models.UUIDField()
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    heading = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(default=0)
    source = models.CharField(max_length=6, choices=Source.choices, blank=True, default="")
    at = models.DateTimeField()
    account_id = models.UUIDField(null=True, blank=True)
    label = models.CharField(max_length=80)

    objects: ClassVar[Any] = managed(PhotoQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "hazard", "at"], name="hazard_photos")]

    def __str__(self) -> str:
        return self.side


class OrderQuerySet(StationQuerySet["Order"]):
    def served(self) -> Self:
        """In somebody's hand, with a link that opens."""
        return self.filter(served_at__isnull=False).exclude(receipt=b"")


class Order(StationRow):
    """An order to put a hazard right. certificate: the paper with its number. receipt: keyed hash of the link's secret.

    acknowledged_by: "link" where who must put it right confirmed it, "hand" where they signed on paper.
    """

    class Way(models.TextChoices):
        PRINT = "print", _("printed, by hand")
        EMAIL = "email", _("e-mail")
        LINK = "link", _("link on the telephone")

    hazard = StationFK(Hazard, models.PROTECT, related_name="orders")
    certificate = StationFK(Certificate, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()  # what has to be done
    clause = models.CharField(max_length=40)  # of the term
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    receipt = models.BinaryField(max_length=32, default=bytes)
    way = models.CharField(max_length=8, choices=Way.choices, blank=True, default="")
    served_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=8, blank=True, default="")
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(OrderQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(served_at__isnull=False),
                name="hazard_order_served_first",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "hazard", "-at"], name="hazard_orders"),
            models.Index(fields=["station", "receipt"], name="hazard_order_link", condition=~Q(receipt=b"")),
        ]

    def __str__(self) -> str:
        return f"{self.due_at:%F}"
