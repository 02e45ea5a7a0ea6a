"""The tree of stations, their beats, and gapless human numbers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationRow
from koban.lib.ids import uuid7


class Station(models.Model):
    """An office, the station above it, and so on up; also a body of oversight, which stands beside the line."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("community policing office")
        STATION = "station", _("police station")
        COUNTY = "county", _("county bureau")
        CITY = "city", _("city bureau")
        PROVINCE = "province", _("province")
        OVERSIGHT = "oversight", _("oversight body")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(
        max_length=400, unique=True, editable=False
    )  # codes from the root, "/"-separated, ends in "/"
    tz = models.CharField(max_length=40, default="Asia/Shanghai")
    pack = models.CharField(max_length=32, default="cn")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    bbox = models.JSONField(default=list, blank=True)  # [west, south, east, north], degrees WGS 84
    phone = models.CharField(max_length=40, blank=True, default="")  # the office's, published (CN-STF-2)
    address = models.CharField(max_length=200, blank=True, default="")
    address_en = models.CharField(max_length=200, blank=True, default="")
    is_invented = models.BooleanField(default=False)  # the generated town

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name if not self.name_en or (get_language() or "").startswith("zh") else self.name_en


class Beat(StationRow):
    """A part of the district, as a polygon: GeoJSON coordinates, WGS 84."""

    code = models.SlugField(max_length=32)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    polygon = models.JSONField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "code"], name="beat_code")]

    def __str__(self) -> str:
        return self.name if not self.name_en or (get_language() or "").startswith("zh") else self.name_en


class Counter(StationRow):
    """The last number given in a register and year. Rows here are locked by the number's own transaction."""

    sealed = False

    register = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "register", "year"], name="counter_register")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.year}: {self.last}"
