"""What a matter about a letting was told. The standing facts are the register's (registers.rentals)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Matter
from koban.registers.rentals.models import Agent, LetUnit, Tenancy
from koban.registers.residents.handles import Person

TYPES = {
    "filing": _("A unit to let"),
    "tenant": _("A new tenant"),
    "report": _("Report of an agent or a manager"),
    "wrong": _("A tenant says: this is wrong"),
    "check": _("Self-check found something"),
    "enquiry": _("Question about a letting"),
}


class Telling(StationRow):
    """One to one with its matter. due_on: last day on which it had to be told; told_on: when it was.

    person_id: the tenant whom a report names, a handle. answers: of a self-check, point -> yes, no or none.
    """

    matter = StationFK(Matter, models.PROTECT, related_name="let_tellings")
    unit = StationFK(LetUnit, models.PROTECT, null=True, blank=True, related_name="+")
    tenancy = StationFK(Tenancy, models.PROTECT, null=True, blank=True, related_name="+")
    agent = StationFK(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    person = StationFK(Person, models.PROTECT, null=True, blank=True, related_name="+")
    clause = models.CharField(max_length=40, blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    told_on = models.DateField()
    from_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    answers = models.JSONField(default=dict)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="telling_of_matter")
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "unit"], name="telling_of_unit"),
            models.Index(fields=["station", "agent", "-told_on"], name="telling_of_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.told_on:%F}"

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.told_on > self.due_on
