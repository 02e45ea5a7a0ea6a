"""The file of a place, inspections of it, what was found, and visits that failed. No row here is about a person."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter
from koban.registers.premises.models import Unit


class VenueQuerySet(StationQuerySet["Venue"]):
    def open(self) -> Self:
        return self.filter(unit__to_on=None)


class Venue(StationRow):
    """The file of one unit of the premises register, which knows name, address and who answers for it.

    kind: a key of the pack's regimes. due_on: when the interval ends, written anew with each inspection.
    link: fingerprint of the secret of the unit's own page. plan_id: floor plan, an attachment of the venue itself.
    """

    class Paper(models.TextChoices):
        LICENCE = "licence", _("licence")
        FILING = "filing", _("filing")

    unit = StationFK(Unit, models.PROTECT, related_name="venues")
    kind = models.CharField(_("kind of place"), max_length=20)
    paper = models.CharField(_("has"), max_length=8, choices=Paper.choices, blank=True, default="")
    paper_number = models.CharField(_("its number"), max_length=60, blank=True, default="")
    paper_from = models.DateField(_("since"), null=True, blank=True)
    paper_to = models.DateField(_("until"), null=True, blank=True)
    area_m2 = models.PositiveIntegerField(_("area in square metres"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("people it may hold"), null=True, blank=True)
    guards = models.PositiveSmallIntegerField(_("guards on duty"), null=True, blank=True)
    camera_days = models.PositiveSmallIntegerField(_("days pictures are kept"), null=True, blank=True)
    trained_on = models.DateField(_("staff trained last on"), null=True, blank=True)
    trained_count = models.PositiveSmallIntegerField(_("staff trained"), null=True, blank=True)
    opens_at = models.TimeField(_("open from"), null=True, blank=True)
    closes_at = models.TimeField(_("open until"), null=True, blank=True)
    plan_id = models.UUIDField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    link = models.BinaryField(default=bytes)

    objects: ClassVar[Any] = managed(VenueQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "unit"], name="venue_of_unit"),
            models.CheckConstraint(
                condition=Q(paper_to=None) | Q(paper_from=None) | Q(paper_to__gte=F("paper_from")),
                name="venue_paper_from_to",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "due_on"], name="venue_due"),
            models.Index(fields=["station", "kind"], name="venue_kind"),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class Campaign(StationRow):
    """Places of some kinds are all looked at within some weeks."""

    title = models.CharField(_("name"), max_length=120)
    kinds = models.JSONField(default=list)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"))

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="campaign_from_to")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "to_on"], name="campaign_end")]

    def __str__(self) -> str:
        return self.title


class InspectionQuerySet(StationQuerySet["Inspection"]):
    def planned(self) -> Self:
        return self.filter(matter__state="planned")

    def on(self, day: date) -> Self:
        return self.filter(planned_on=day)


class Inspection(StationRow):
    """One to one with its matter. venue: None for a home or a site that has no file.

    answers: item → {"said", "value", "words"} of the checklist `checklist`. badges: who inspected.
    submission: instance of the form that it came from, "" for the desk. again: the inspection it looks after.
    """

    class Why(models.TextChoices):
        INTERVAL = "interval", _("the interval")
        RISK = "risk", _("open hazards at the place")
        COMPLAINT = "complaint", _("a complaint about the place")
        CAMPAIGN = "campaign", _("a campaign")
        AGAIN = "again", _("re-inspection")
        FAILED = "failed", _("nobody was there")
        SAMPLE = "sample", _("sampled self-inspection")
        EVENT = "event", _("a large event")
        ASKED = "asked", _("somebody asked for it")

    class Theirs(models.TextChoices):
        RESPONSIBLE = "responsible", _("the responsible person signed")
        DUTY = "on_duty", _("whoever was on duty signed")
        REFUSED = "refused", _("they would not sign")

    matter = StationFK(Matter, models.PROTECT, related_name="inspections")
    venue = StationFK(Venue, models.PROTECT, null=True, blank=True, related_name="inspections")
    kind = models.CharField(max_length=20)
    why = models.CharField(max_length=12, choices=Why.choices)
    campaign = StationFK(Campaign, models.PROTECT, null=True, blank=True, related_name="inspections")
    again = StationFK("self", models.PROTECT, null=True, blank=True, related_name="later")
    planned_on = models.DateField(null=True, blank=True)
    checklist = models.CharField(max_length=20, blank=True, default="")
    answers = models.JSONField(default=dict)
    badges = models.JSONField(default=list)
    ground = models.CharField(max_length=24, blank=True, default="")
    began_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    theirs = models.CharField(max_length=12, choices=Theirs.choices, blank=True, default="")
    signature_id = models.UUIDField(null=True, blank=True)
    submission = models.CharField(max_length=249, blank=True, default="")

    objects: ClassVar[Any] = managed(InspectionQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="inspection_of_matter"),
            models.UniqueConstraint(
                fields=["station", "submission"],
                condition=~Q(submission=""),
                name="inspection_submitted_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | ~Q(theirs=""), name="inspection_done_is_signed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "planned_on"], name="inspection_day"),
            models.Index(fields=["station", "venue", "-done_at"], name="inspection_of_venue"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.planned_on or ''}".strip()


class FindingQuerySet(StationQuerySet["Finding"]):
    def open(self) -> Self:
        """Neither seen to be mended, nor followed by a hazard that is closed."""
        return self.filter(Q(hazard=None) | Q(hazard__is_open=True), mended_on=None)


class Finding(StationRow):
    """One point that was not in order. hazard: the matter that follows it until it is mended."""

    class Severity(models.TextChoices):
        GRAVE = "grave", pgettext_lazy("a finding", "grave")
        SERIOUS = "serious", pgettext_lazy("a finding", "serious")
        MINOR = "minor", pgettext_lazy("a finding", "minor")

    inspection = StationFK(Inspection, models.PROTECT, related_name="findings")
    item = models.CharField(max_length=20)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    clause = models.CharField(max_length=24)
    words = models.CharField(max_length=400, blank=True, default="")
    value = models.IntegerField(null=True, blank=True)
    photo_id = models.UUIDField(null=True, blank=True)
    hazard = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    again_on = models.DateField(null=True, blank=True)
    mended_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = managed(FindingQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "inspection", "item"], name="finding_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "again_on"], condition=Q(mended_on=None), name="finding_open"),
            models.Index(fields=["station", "hazard"], name="finding_hazard"),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def is_open(self) -> bool:
        """As the queryset's `open`; `hazard` must be at hand."""
        return self.mended_on is None and (self.hazard is None or self.hazard.is_open)


class Attempt(StationRow):
    """Somebody went and could not inspect."""

    class Why(models.TextChoices):
        CLOSED = "closed", _("closed")
        NOBODY = "nobody", _("nobody responsible was there")
        REFUSED = "refused", _("they did not let us in")
        GONE = "gone", _("the place is not there any more")

    inspection = StationFK(Inspection, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    why = models.CharField(max_length=8, choices=Why.choices)
    label = models.CharField(max_length=80)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "inspection"], name="attempt_inspection")]

    def __str__(self) -> str:
        return f"{self.at:%F} {self.why}"
