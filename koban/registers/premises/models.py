"""Standing facts about places: streets, addresses, buildings. The full address tree comes with the registers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from koban.kernel.stations.models import Beat
from koban.kernel.stations.rows import StationFK, StationRow


def _in_reader_language(zh: str, en: str) -> str:
    return zh if not en or (get_language() or "").startswith("zh") else en


class Street(StationRow):
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")

    class Meta(StationRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "name"], name="street_name")]

    def __str__(self) -> str:
        return _in_reader_language(self.name, self.name_en)


class Building(StationRow):
    """A building by its outline: GeoJSON polygon coordinates, WGS 84."""

    name = models.CharField(max_length=80, blank=True, default="")
    name_en = models.CharField(max_length=120, blank=True, default="")
    outline = models.JSONField(default=list)
    lon = models.FloatField()
    lat = models.FloatField()
    floors = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return _in_reader_language(self.name, self.name_en)


class Address(StationRow):
    """A door that people can name: street, door number, and inside it building, unit, floor, room."""

    unsealed = frozenset({"search"})

    street = StationFK(Street, models.PROTECT, related_name="addresses")
    building = StationFK(Building, models.PROTECT, null=True, blank=True, related_name="addresses")
    beat = StationFK(Beat, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=20)
    unit = models.CharField(max_length=20, blank=True, default="")
    floor = models.CharField(max_length=10, blank=True, default="")
    room = models.CharField(max_length=20, blank=True, default="")
    label = models.CharField(max_length=160)  # whole, as spoken: 灯湖路 12 号 3 单元
    label_en = models.CharField(max_length=200, blank=True, default="")
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.CharField(max_length=16)  # H3, resolution 9
    plate = models.CharField(
        max_length=16, unique=True
    )  # what the QR code at the door says; random, tells nothing
    search = models.TextField(blank=True, default="")  # characters, pinyin, initials

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "street", "door", "unit", "floor", "room"], name="address_once"
            ),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="address_on_earth"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "cell"], name="address_cell")]

    def __str__(self) -> str:
        return _in_reader_language(self.label, self.label_en)
