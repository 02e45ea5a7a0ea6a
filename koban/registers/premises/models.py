"""Standing facts about places: the address tree with its history, what has a door, and what stands in the street."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.models import Beat
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.lib.sentence import Words
from koban.registers.premises import kinds


def _in_reader_language(zh: str, en: str) -> str:
    return zh if not en or (get_language() or "").startswith("zh") else en


class LastingQuerySet(StationQuerySet[Any]):
    """Rows that hold from a day to a day. from_on None: since before anybody wrote it down. to_on: the last day but one."""

    def on(self, day: date) -> Self:
        return self.filter(Q(from_on=None) | Q(from_on__lte=day), Q(to_on=None) | Q(to_on__gt=day))

    def current(self) -> Self:
        """Not ended: what new facts may hang on."""
        return self.filter(to_on=None)

    def ended(self) -> Self:
        return self.exclude(to_on=None)


def lasting(name: str) -> models.CheckConstraint:
    """The constraint that a row does not end before it begins."""
    return models.CheckConstraint(
        condition=Q(from_on=None) | Q(to_on=None) | Q(to_on__gte=F("from_on")), name=name
    )


class Street(StationRow):
    """A street or lane. division: code of the township, street office or committee it lies in (GB/T 2260, 6 to 12 digits)."""

    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")
    division = models.CharField(max_length=12, blank=True, default="")
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = managed(LastingQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "name"], name="street_name"),
            lasting("street_from_to"),
        ]

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

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "lon", "lat", "id"], name="building_point")]

    def __str__(self) -> str:
        return _in_reader_language(self.name, self.name_en)


class AddressQuerySet(LastingQuerySet):
    def doors(self) -> Self:
        return self.filter(kind=Address.Kind.DOOR)

    def dwellings(self) -> Self:
        return self.filter(kind=Address.Kind.DWELLING)


class Address(StationRow):
    """One node of the address tree: a door that people can name, and inside it building, unit, floor, room.

    People, lettings, units and work hang on it by its id, which outlives every new name. What was merged or split ends
    with `to_on` and keeps its row; `Succession` says what came after.
    """

    class Kind(models.TextChoices):
        DOOR = "door", _("door")
        BUILDING = "building", _("building")
        UNIT = "unit", _("entrance")
        FLOOR = "floor", _("floor")
        DWELLING = "dwelling", _("dwelling")
        ROOM = "room", _("room")

    street = StationFK(Street, models.PROTECT, related_name="addresses")
    building = StationFK(Building, models.PROTECT, null=True, blank=True, related_name="addresses")
    beat = StationFK(Beat, models.PROTECT, null=True, blank=True, related_name="+")
    parent = StationFK("self", models.PROTECT, null=True, blank=True, related_name="inside")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.DOOR)
    door = models.CharField(max_length=20)
    block = models.CharField(max_length=20, blank=True, default="")  # the building inside a compound: 3 号楼
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
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = managed(AddressQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "street", "door", "block", "unit", "floor", "room"],
                condition=Q(to_on=None),
                name="address_once",
            ),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="address_on_earth"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="address_not_in_itself"),
            lasting("address_from_to"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "cell"], name="address_cell"),
            # A box of a map is a walk along this one: its order is that of the pages, and the kind is read on the way.
            models.Index(fields=["station", "lon", "lat", "id", "kind"], name="address_point"),
            models.Index(fields=["station", "label"], name="address_label"),
        ]

    def __str__(self) -> str:
        return _in_reader_language(self.label, self.label_en)


class FormerName(StationRow):
    """What an address was called until a day; it still leads to it."""

    address = StationFK(Address, models.PROTECT, related_name="former_names")
    label = models.CharField(max_length=160)
    label_en = models.CharField(max_length=200, blank=True, default="")
    to_on = models.DateField()

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "label"], name="former_label")]

    def __str__(self) -> str:
        return _in_reader_language(self.label, self.label_en)


class Succession(StationRow):
    """After `old` comes `new`: one pair for each, so that two may become one and one may become several."""

    class Why(models.TextChoices):
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        REPLACE = "replace", _("replaced")

    old = StationFK(Address, models.PROTECT, related_name="successions")
    new = StationFK(Address, models.PROTECT, related_name="origins")
    why = models.CharField(max_length=8, choices=Why.choices)
    on = models.DateField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "old", "new"], name="succession_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_of_another"),
        ]

    def __str__(self) -> str:
        return self.why


class Unit(StationRow):
    """A venue, shop, firm, school or other body with a door, and who answers for it there.

    responsible, responsible_phone: sealed. person_id: handle of that person in the register of residents, if entered.
    """

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=20)  # a key of kinds.UNITS
    credit_code = models.CharField(_("social credit code"), max_length=18, blank=True, default="")
    address = StationFK(Address, models.PROTECT, related_name="units")
    responsible = models.BinaryField(default=bytes)
    responsible_phone = models.BinaryField(default=bytes)
    person_id = models.UUIDField(null=True, blank=True)
    hours = models.CharField(_("opening hours"), max_length=120, blank=True, default="")
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = managed(LastingQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "credit_code", "address"],
                condition=Q(to_on=None) & ~Q(credit_code=""),
                name="unit_once_a_door",
            ),
            lasting("unit_from_to"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "kind", "name"], name="unit_kind"),
            models.Index(fields=["station", "address"], name="unit_address"),
        ]

    def __str__(self) -> str:
        return _in_reader_language(self.name, self.name_en)

    @property
    def kind_label(self) -> Words:
        return kinds.label(kinds.UNITS, self.kind)


class Asset(StationRow):
    """A thing that keeps people safe: a lamp, gate, alarm, hydrant. code: the number painted on it."""

    class State(models.TextChoices):
        WORKING = "working", _("working")
        FAULTY = "faulty", _("faulty")
        OUT_OF_USE = "out_of_use", _("out of use")

    kind = models.CharField(_("kind"), max_length=20)  # a key of kinds.ASSETS
    code = models.CharField(_("number on it"), max_length=40, blank=True, default="")
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    owner = models.CharField(_("owner"), max_length=120, blank=True, default="")  # a body, never a person
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WORKING)
    address = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="assets")
    beat = StationFK(Beat, models.PROTECT, null=True, blank=True, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.CharField(max_length=16)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = managed(LastingQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "kind", "code"], condition=Q(to_on=None) & ~Q(code=""), name="asset_code"
            ),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="asset_on_earth"
            ),
            lasting("asset_from_to"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "cell"], name="asset_cell"),
            models.Index(fields=["station", "lon", "lat", "id", "kind"], name="asset_point"),
            models.Index(fields=["station", "kind", "state"], name="asset_kind"),
        ]

    def __str__(self) -> str:
        return self.code or self.name or str(self.kind_label)

    @property
    def kind_label(self) -> Words:
        return kinds.label(kinds.ASSETS, self.kind)
