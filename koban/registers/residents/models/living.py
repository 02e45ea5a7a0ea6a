"""Where people live, with whom, and what they agreed to."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.registers.premises.models import Address
from koban.registers.residents.models.people import Person


class Household(StationRow):
    """People who keep house together at an address, from-to."""

    address = StationFK(Address, models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="household_ends_after"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["station", "address"], name="household_address")]

    def __str__(self) -> str:
        return f"{self.from_on:%F}"


class ResidenceQuerySet(StationQuerySet["Residence"]):
    def on(self, day: date) -> Self:
        """Those that hold on a day, declared or confirmed."""
        return self.filter(
            Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day, state__in=("declared", "confirmed", "ended")
        )

    def running(self) -> Self:
        return self.filter(state__in=("declared", "confirmed"), to_on=None)

    def due(self, day: date) -> Self:
        """Those whose automatic end has come."""
        return self.running().filter(ends_on__lt=day)


class Residence(StationRow):
    """A person at an address, from-to. ends_on: the day after which the registration ends by itself."""

    class Kind(models.TextChoices):
        FAMILY = "family", _("family home")
        TENANT = "tenant", _("tenant")
        GUEST = "guest", _("guest")
        DORMITORY = "dormitory", _("dormitory")
        INSTITUTION = "institution", _("institution")
        OWNER = "owner", _("owner")

    class Source(models.TextChoices):
        SELF = "self", _("the person")
        HOST = "host", _("host")
        LANDLORD = "landlord", _("landlord")
        EMPLOYER = "employer", _("employer")
        AGENT = "agent", _("agent")
        OFFICE = "office", _("office")
        IMPORT = "import", _("import")

    class State(models.TextChoices):
        DECLARED = "declared", _("declared")
        CONFIRMED = "confirmed", _("confirmed")
        ENDED = "ended", _("ended")
        REFUSED = "refused", _("refused")

    person = StationFK(Person, models.PROTECT, related_name="residences")
    address = StationFK(Address, models.PROTECT, related_name="+")
    household = StationFK(Household, models.PROTECT, null=True, blank=True, related_name="residences")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    ended_why = models.CharField(
        max_length=40, blank=True, default=""
    )  # a code, never words about the person
    ends_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = managed(ResidenceQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="residence_ends_after"),
            models.UniqueConstraint(
                fields=["station", "person", "address"],
                condition=Q(to_on=None) & ~Q(state="refused"), name="residence_once",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["station", "address", "from_on"], name="residence_address"),
            models.Index(fields=["station", "person", "from_on"], name="residence_person"),
            models.Index(fields=["station", "ends_on"], condition=Q(to_on=None), name="residence_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on:%F}"


class Consent(StationRow):
    """What a person agreed to, with whom, and until when at most."""

    person = StationFK(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    partner = models.CharField(max_length=80, blank=True, default="")
    from_at = models.DateTimeField()
    until_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.purpose


class ContactPerson(StationRow):
    """Whom to reach for a person, and for which purpose alone. relation: a code."""

    person = StationFK(Person, models.PROTECT, related_name="contacts")
    relation = models.CharField(max_length=24)
    name = models.BinaryField(default=bytes)
    phone = models.BinaryField(default=bytes)
    purpose = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.relation
