"""Permits, their years, and the times in which one could not be used. Holders are handles of the register."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter
from koban.registers.premises.models import Address


class PermitQuerySet(StationQuerySet["Permit"]):
    def running(self) -> Self:
        return self.filter(state__in=[Permit.State.VALID, Permit.State.SUSPENDED])

    def lapsed(self, today: date) -> Self:
        """Valid ones whose year is over without an endorsement."""
        return self.filter(state=Permit.State.VALID, due_on__lt=today)

    def of_person(self, person_id: Any) -> Self:
        return self.filter(person_id=person_id).order_by("-issued_on", "-id")


class Permit(StationRow):
    """A residence permit. Name and number of its holder stand in the residents' register alone."""

    class State(models.TextChoices):
        VALID = "valid", _("valid")
        SUSPENDED = "suspended", _("suspended")
        CANCELLED = "cancelled", _("cancelled")
        REPLACED = "replaced", _("replaced by a new card")

    number = models.PositiveIntegerField(editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    person_id = models.UUIDField()
    matter = StationFK(Matter, models.PROTECT, related_name="permits")  # the application it was issued for
    address = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(max_length=8)  # job, home, study
    state = models.CharField(max_length=12, choices=State.choices, default=State.VALID)
    issued_on = models.DateField()
    counts_from_on = models.DateField()  # the years of residence count from here
    years_done = models.PositiveSmallIntegerField(default=0)  # full years endorsed since
    due_on = models.DateField()  # last day on which the running year is endorsed in time
    ended_on = models.DateField(null=True, blank=True)
    replaces = StationFK("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects: ClassVar[Any] = managed(PermitQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "year", "number"], name="permit_number"),
            models.UniqueConstraint(
                fields=["station", "person_id"],
                condition=Q(state__in=["valid", "suspended"]),
                name="permit_one_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["valid", "suspended"]) ^ Q(ended_on__isnull=False), name="permit_ended"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "due_on"], condition=Q(state="valid"), name="permit_due"),
            models.Index(fields=["station", "person_id"], name="permit_person"),
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def printed(self) -> str:
        """`P-2026-000123`."""
        return f"P-{self.year}-{self.number:06d}"


class Endorsement(StationRow):
    """A year that was endorsed."""

    permit = StationFK(Permit, models.PROTECT, related_name="endorsements")
    matter = StationFK(Matter, models.PROTECT, related_name="+")
    on = models.DateField()
    due_on = models.DateField()  # until when it would have been in time
    is_late = models.BooleanField(default=False)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "permit", "due_on"], name="endorsement_once")
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"


class Pause(StationRow):
    """A time in which the permit could not be used (CN-RES-7B)."""

    permit = StationFK(Permit, models.PROTECT, related_name="pauses")
    clause = models.CharField(max_length=40)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "permit"], condition=Q(to_on=None), name="pause_one_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_on}"


class Reminder(StationRow):
    """A reminder of the endorsement that was sent, so that no day sends it twice."""

    permit = StationFK(Permit, models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    ordinal = models.PositiveSmallIntegerField()  # 1 when the window opens, 2 before it closes
    at = models.DateTimeField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "permit", "due_on", "ordinal"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.ordinal}"
