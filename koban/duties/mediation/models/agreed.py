"""The agreement and what is owed under it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation.models.dispute import Mediation, Side
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed


class AgreementQuerySet(StationQuerySet["Agreement"]):
    def running(self) -> Self:
        return self.filter(ended_on=None)


class Agreement(StationRow):
    """What was settled, with everything that CN-MED-7 wants in it. Without deadline and manner it cannot be stored."""

    class Form(models.TextChoices):
        SESSION = "session", _("agreed in a session")
        SPOT = "spot", _("agreed on the spot")
        ORAL = "oral", _("by word of mouth, before a committee")
        WRITTEN = "written", _("in writing, before a committee")
        SETTLEMENT = "settlement", _("settled by themselves")

    mediation = StationFK(Mediation, models.PROTECT, related_name="agreements")
    form = models.CharField(max_length=12, choices=Form.choices, default=Form.SESSION)
    agreed_on = models.DateField()
    body = models.CharField(max_length=120)
    mediator = models.CharField(max_length=80)
    others = models.CharField(max_length=300)
    happened = models.CharField(max_length=60)  # when, as it was said
    place = models.CharField(max_length=200)
    people = models.CharField(max_length=200)
    cause = models.TextField()
    course = models.TextField()
    circumstances = models.TextField()
    result = models.TextField()
    terms = models.TextField()
    due_on = models.DateField()  # of the last performance
    manner = models.CharField(max_length=200)
    signed_a = models.BooleanField(default=False)
    signed_b = models.BooleanField(default=False)
    is_recorded = models.BooleanField(default=False)  # on the spot: the recording stands for the paper
    court_asked_on = models.DateField(null=True, blank=True)
    court_number = models.CharField(max_length=60, blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)  # kept or broken
    is_kept = models.BooleanField(default=False)

    objects: ClassVar[Any] = managed(AgreementQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "mediation"], condition=Q(ended_on=None), name="agreement_one_running"
            ),
            models.CheckConstraint(
                condition=~Q(terms="") & ~Q(manner="") & ~Q(body="") & ~Q(mediator="") & ~Q(others=""),
                name="agreement_says_what_and_how",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("agreed_on")), name="agreement_due_after"
            ),
            models.CheckConstraint(
                condition=Q(signed_a=True, signed_b=True)
                | Q(form__in=("oral", "settlement"))
                | Q(form="spot", is_recorded=True),
                name="agreement_signed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return self.form


class PerformanceQuerySet(StationQuerySet["Performance"]):
    def owed(self) -> Self:
        return self.filter(done_on=None, agreement__ended_on=None)


class Performance(StationRow):
    """One thing owed, with its day. reminded_at: the reminder before the day went out."""

    class Kind(models.TextChoices):
        PAY = "pay", _("payment")
        REPAIR = "repair", _("repair or return")
        APOLOGY = "apology", _("apology")
        CONDUCT = "conduct", _("conduct from now on")
        OTHER = "other", _("something else")

    agreement = StationFK(Agreement, models.PROTECT, related_name="performances")
    number = models.PositiveSmallIntegerField()
    owed_by = StationFK(Side, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    what = models.CharField(max_length=200)
    amount_fen = models.PositiveBigIntegerField(default=0)
    manner = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    refused_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(PerformanceQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "agreement", "number"], name="performance_number"),
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(manner=""), name="performance_says_what_and_how"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "due_on"], name="performance_owed", condition=Q(done_on=None))
        ]

    def __str__(self) -> str:
        return self.what
