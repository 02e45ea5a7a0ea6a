"""What is declared: who lives where from when, told by whom. People are handles of the register."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Matter, Party


class Type(models.TextChoices):
    """What a matter of this duty is about; the matter's `type`."""

    REGISTRATION = "registration", _("Registration of residence")
    DEPARTURE = "departure", _("Moving out")
    PERMIT = "permit", _("Residence permit")
    ENDORSEMENT = "endorsement", _("Yearly endorsement")
    CHANGE = "change", _("Change of a permit")
    REPLACEMENT = "replacement", _("New card for a damaged or lost one")
    CANCELLATION = "cancellation", _("Giving a permit back")


class Source(models.TextChoices):
    """Who tells of somebody's stay."""

    SELF = "self", _("the person")
    HOST = "host", _("whoever they stay with")
    LANDLORD = "landlord", _("landlord")
    EMPLOYER = "employer", _("employer")
    MANAGER = "manager", _("property manager")
    AGENT = "agent", _("agency")
    OFFICE = "office", _("the office")


class Way(models.TextChoices):
    WEB = "web", _("public page")
    PORTAL = "portal", _("own page")
    DESK = "desk", _("at the desk")
    REFERRED = "referred", _("referred")
    API = "api", _("by a system of theirs")


class Declaration(StationRow):
    """That people live, or no longer live, at the matter's address. One to one with its matter."""

    matter = StationFK(Matter, models.PROTECT, related_name="declarations")
    source = models.CharField(max_length=12, choices=Source.choices)
    way = models.CharField(max_length=12, choices=Way.choices)
    from_on = models.DateField()  # first day of the stay, or the day of moving out
    to_on = models.DateField(
        null=True, blank=True
    )  # last day, where they know it: the registration ends then
    is_in_time = models.BooleanField(default=True)  # told within the term of whoever told it

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="declaration_of_matter"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="declaration_days"
            ),
        ]

    def __str__(self) -> str:
        return self.source


class Occupant(StationRow):
    """One person of a declaration: the party of the matter, and the row of the residents' register it made."""

    matter = StationFK(Matter, models.PROTECT, related_name="occupants")
    party = StationFK(Party, models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    residence_id = models.UUIDField(null=True, blank=True)  # null until the address is known

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter", "person_id"], name="occupant_once")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "person_id"], name="occupant_person")]

    def __str__(self) -> str:
        return str(self.person_id)
