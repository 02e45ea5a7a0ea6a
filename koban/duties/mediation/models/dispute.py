"""A mediation: the dispute, its two sides, what was taken down, the sessions. Names stand in sealed parties alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Matter, Party
from koban.registers.premises.models import Address


class Mediation(StationRow):
    """The dispute as the rules see it. One to one with its matter.

    offence: key of CN-MED-1, "like", "other", or "" for none. bars: keys of CN-MED-2, parted by blanks.
    """

    class Way(models.TextChoices):
        SECURITY = "security", _("mediation by the police")
        PEOPLE = "people", _("people's mediation")
        SETTLEMENT = "settlement", _("settled by themselves")

    matter = StationFK(Matter, models.PROTECT, related_name="mediations")
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.SECURITY)
    offence = models.CharField(max_length=20, blank=True, default="")
    is_civil = models.BooleanField(default=True)
    is_minor = models.BooleanField(default=True)  # the circumstances, not a person
    is_crime = models.BooleanField(default=False)
    relation = models.CharField(max_length=20, blank=True, default="")
    over_trifles = models.BooleanField(default=False)
    victim_fault = models.BooleanField(default=False)
    better_because = models.CharField(max_length=300, blank=True, default="")
    bars = models.CharField(max_length=120, blank=True, default="")
    violence_at_home = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True, blank=True)
    decided_by_clause = models.CharField(max_length=40, blank=True, default="")
    decided_row = models.CharField(max_length=32, blank=True, default="")
    committee = models.CharField(max_length=120, blank=True, default="")  # people's mediation body
    failed_on = models.DateField(null=True, blank=True)
    their_number = models.CharField(max_length=60, blank=True, default="")  # of the case handlers

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="mediation_of_matter"),
        ]

    def __str__(self) -> str:
        return self.way


class Side(StationRow):
    """One of the two. What it says can be taken back at any time; nothing is asked about why."""

    class Letter(models.TextChoices):
        A = "a", _("first side")
        B = "b", _("other side")

    class Consent(models.TextChoices):
        UNASKED = "unasked", _("not answered yet")
        YES = "yes", _("wants mediation")
        NO = "no", _("does not want mediation")

    mediation = StationFK(Mediation, models.PROTECT, related_name="sides")
    letter = models.CharField(max_length=1, choices=Letter.choices)
    party = StationFK(Party, models.PROTECT, null=True, blank=True, related_name="+")
    guardian = StationFK(Party, models.PROTECT, null=True, blank=True, related_name="+")
    delegate = StationFK(Party, models.PROTECT, null=True, blank=True, related_name="+")
    acted = models.BooleanField(default=False)  # the law says 行为人; both sides may have
    age = models.PositiveSmallIntegerField(null=True, blank=True)  # where the side may be a minor
    own_work = models.BooleanField(default=False)
    nobody_told = models.BooleanField(default=False)
    has_letter = models.BooleanField(default=False)
    scope = models.CharField(max_length=200, blank=True, default="")  # what the delegate may do
    interpreter_for = models.CharField(max_length=40, blank=True, default="")  # language, or sign language
    address = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="+")
    consent = models.CharField(max_length=8, choices=Consent.choices, default=Consent.UNASKED)
    consent_at = models.DateTimeField(null=True, blank=True)
    receipt = models.BinaryField(max_length=32, default=bytes)  # keyed hash of this side's own secret

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "mediation", "letter"], name="side_once"),
            models.CheckConstraint(
                condition=Q(consent="unasked") | Q(consent_at__isnull=False), name="side_answer_has_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "receipt"], name="side_receipt", condition=~Q(receipt=b"")),
            models.Index(
                fields=["station", "address"], name="side_address", condition=Q(address__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.letter


class Evidence(StationRow):
    """Something that was taken down or received about the facts: from the first minute, in every state."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("statement")
        RECORDING = "recording", _("recording")
        PICTURE = "picture", _("picture")
        ASSESSMENT = "assessment", _("assessment of an injury")
        VALUE = "value", _("value of a damage")
        PAPER = "paper", _("paper")
        THING = "thing", _("thing")

    mediation = StationFK(Mediation, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.TextField()
    at = models.DateTimeField()
    label = models.CharField(max_length=80)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="evidence_says_something")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "mediation", "at"], name="evidence_mediation")]

    def __str__(self) -> str:
        return self.kind


class Session(StationRow):
    """One meeting, as it was held. relation: what the one who led declared; "none", or a key of CN-MED-11."""

    mediation = StationFK(Mediation, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True, default="")
    lead = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    officers = models.PositiveSmallIntegerField(default=1)
    is_recorded = models.BooleanField(default=False)
    relation = models.CharField(max_length=12)
    guests = models.CharField(max_length=200, blank=True, default="")  # by their office, not by name
    ground = models.CharField(max_length=12, blank=True, default="")  # of a second one: asked, needed
    minutes = models.TextField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "mediation", "number"], name="session_number"),
            models.CheckConstraint(condition=Q(relation="none"), name="session_lead_has_no_relation"),
            models.CheckConstraint(
                condition=Q(is_recorded=True) | Q(officers__gte=2), name="session_recorded_or_two"
            ),
            models.CheckConstraint(condition=~Q(minutes=""), name="session_has_minutes"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Attendance(StationRow):
    """How a side was there."""

    session = StationFK(Session, models.PROTECT, related_name="attendances")
    side = StationFK(Side, models.PROTECT, related_name="attendances")
    is_there = models.BooleanField(default=True)
    sends = models.BooleanField(default=False)
    guardian_there = models.BooleanField(default=False)
    interpreter_there = models.BooleanField(default=False)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "session", "side"], name="attendance_once"),
            models.CheckConstraint(condition=Q(is_there=True) | Q(sends=True), name="attendance_somebody"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Proposal(StationRow):
    """What one side, or who leads, proposes; in both languages, side by side."""

    mediation = StationFK(Mediation, models.PROTECT, related_name="proposals")
    by_whom = models.CharField(max_length=4)  # a, b, lead
    en = models.TextField()
    zh = models.TextField()
    at = models.DateTimeField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(en="") & ~Q(zh=""), name="proposal_in_both_languages")
        ]

    def __str__(self) -> str:
        return self.by_whom
