"""Who lets what to whom, from when to when. People are handles; their names stay in the register of residents."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.registers.premises.models import Address
from koban.registers.residents.handles import Person, Residence


class Landlord(StationRow):
    """A person who lets. It says nothing but that."""

    person = StationFK(Person, models.PROTECT, related_name="+")
    since_on = models.DateField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "person"], name="landlord_once")]

    def __str__(self) -> str:
        return str(self.pk)


class LetUnitQuerySet(StationQuerySet["LetUnit"]):
    def let_on(self, day: date) -> Self:
        return self.filter(from_on__lte=day).filter(Q(to_on=None) | Q(to_on__gte=day))


class LetUnit(StationRow):
    """A dwelling, or a part of one, that a landlord lets. landlord: None while only an agent has told of it."""

    class Part(models.TextChoices):
        WHOLE = "whole", _("the whole dwelling")
        ROOM = "room", _("single rooms")
        BED = "bed", _("single beds")

    address = StationFK(Address, models.PROTECT, related_name="+")
    landlord = StationFK(Landlord, models.PROTECT, null=True, blank=True, related_name="units")
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.WHOLE)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)  # no longer let
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the office looked at the filing
    checked_on = models.DateField(null=True, blank=True)  # last safety self-check
    hazards = models.PositiveSmallIntegerField(default=0)  # open ones of that check

    objects: ClassVar[Any] = managed(LetUnitQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "address", "landlord"], condition=Q(to_on=None), name="let_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="let_unit_ends_after_it_starts"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "landlord"], name="let_unit_of_landlord")]

    def __str__(self) -> str:
        return str(self.address)


class Letter(StationRow):
    """A letter of responsibility that a landlord read and signed. sha256: of the very words, in that language."""

    class Way(models.TextChoices):
        PORTAL = "portal", _("signed on the portal")
        PAPER = "paper", _("signed on paper at the office")

    landlord = StationFK(Landlord, models.PROTECT, related_name="letters")
    wording = models.CharField(max_length=20)  # version of the words
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    way = models.CharField(max_length=8, choices=Way.choices)
    signed_at = models.DateTimeField()
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="letter_ends_after_it_starts")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "landlord", "-to_on"], name="letter_newest")]

    def __str__(self) -> str:
        return f"{self.wording} {self.from_on:%F}"


class TenancyQuerySet(StationQuerySet["Tenancy"]):
    def running(self) -> Self:
        return self.filter(to_on=None, void_at=None)

    def ending(self, start: date, end: date) -> Self:
        """Running ones whose agreed end lies between two days."""
        return self.running().filter(ends_on__gte=start, ends_on__lte=end)


class Tenancy(StationRow):
    """Somebody rents a let unit. ends_on: what was agreed; to_on: the day on which it ended."""

    class Source(models.TextChoices):
        LANDLORD = "landlord", _("the landlord")
        AGENT = "agent", _("an agent")
        MANAGER = "manager", _("a property manager")
        OFFICE = "office", _("the office")

    unit = StationFK(LetUnit, models.PROTECT, related_name="tenancies")
    person = StationFK(Person, models.PROTECT, related_name="+")
    called = models.BinaryField(default=bytes)  # sealed: the name as it was told, for the landlord's own list
    residence = StationFK(Residence, models.PROTECT, null=True, blank=True, related_name="+")
    sublet_of = StationFK("self", models.PROTECT, null=True, blank=True, related_name="sublets")
    source = models.CharField(max_length=8, choices=Source.choices)
    from_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)
    told_at = models.DateTimeField()
    told_end_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)  # the tenant says that it is wrong
    void_at = models.DateTimeField(null=True, blank=True)  # it never was so

    objects: ClassVar[Any] = managed(TenancyQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "unit", "person"],
                condition=Q(to_on=None, void_at=None),
                name="tenancy_running_once",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="tenancy_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("from_on")), name="tenancy_agreed_end"
            ),
            models.CheckConstraint(
                condition=Q(sublet_of=None) | ~Q(sublet_of=F("id")), name="tenancy_not_of_itself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "person"], name="tenancy_of_person"),
            models.Index(
                fields=["station", "ends_on"], condition=Q(to_on=None, void_at=None), name="tenancy_ending"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on:%F}"


class Agent(StationRow):
    """A firm that reports lettings: an agent or a property manager, with the key of its own door."""

    class Kind(models.TextChoices):
        AGENT = "agent", _("letting agent")
        MANAGER = "manager", _("property manager")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80)  # of the firm
    address = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=12)  # of its key
    fingerprint = models.BinaryField(max_length=16, default=bytes)
    given_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "number"], name="agent_number"),
            models.UniqueConstraint(
                fields=["station", "kind", "name"], condition=Q(to_on=None), name="agent_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
