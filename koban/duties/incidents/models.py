"""What an incident has beyond its cover sheet: how it came, who was sent, what was seen, what was found."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.matters.models import Matter, Party


class Channel(models.TextChoices):
    PHONE = "phone", _("telephone")
    WALK_IN = "walk_in", _("at the desk")
    PUBLIC = "public", _("public page")
    PLATE = "plate", _("code at a door")
    OPEN311 = "open311", _("Open311")
    CENTRE = "centre", _("another centre")
    FIELD = "field", _("field app")
    HISTORY = "history", _("imported history")


class Incident(StationRow):
    """A report or a request for help. One to one with its matter."""

    matter = StationFK(Matter, models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=8)  # report, help
    channel = models.CharField(max_length=12, choices=Channel.choices)
    reporter = StationFK(Party, models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict)  # triage question -> yes, no, unknown
    is_listed = models.BooleanField(default=False)  # may stand on public lists: place, type and state alone
    source = models.CharField(max_length=60, blank=True, default="")  # key of the centre or file it came from
    source_number = models.CharField(max_length=80, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    called_back_at = models.DateTimeField(null=True, blank=True)
    is_fixed = models.BooleanField(null=True, blank=True)  # what the resident says
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    outcome = models.CharField(max_length=24, blank=True, default="")

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="incident_of_matter"),
            models.UniqueConstraint(
                fields=["station", "source", "source_number"],
                condition=~Q(source_number=""),
                name="incident_source_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "matter"], condition=Q(is_listed=True), name="incident_listed"),
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class AssignmentQuerySet(StationQuerySet["Assignment"]):
    def running(self) -> Self:
        return self.filter(freed_at=None)


class Assignment(StationRow):
    """A post that was sent. A post may be sent to several matters; it is at one place at a time."""

    matter = StationFK(Matter, models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    freed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(AssignmentQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "matter", "post"], condition=Q(freed_at=None), name="assignment_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "post"], condition=Q(freed_at=None), name="assignment_running")
        ]

    def __str__(self) -> str:
        return self.state

    @property
    def state(self) -> str:
        """sent, accepted, on_scene or freed."""
        steps = (("freed", self.freed_at), ("on_scene", self.arrived_at), ("accepted", self.accepted_at))
        return next((key for key, at in steps if at is not None), "sent")


class SceneEntry(StationRow):
    """A line of the scene log. Order is the ledger's; `at` is what the writer's clock said."""

    class Kind(models.TextChoices):
        SEEN = "seen", _("seen or heard")
        CORDON = "cordon", _("cordon")
        ENTERED = "entered", _("who entered")
        FIRST_AID = "first_aid", _("first aid")
        ACT = "act", _("official act")
        CHECK = "check", _("checklist")
        PHOTO = "photo", _("photo")
        RECEIVED = "received", _("thing received")
        HANDED_OVER = "handed_over", _("handed over")

    matter = StationFK(Matter, models.PROTECT, related_name="scene")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SEEN)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    text = models.TextField(blank=True, default="")
    act = models.CharField(max_length=32, blank=True, default="")  # an act of CN-CASE-4
    item = models.CharField(max_length=32, blank=True, default="")  # key of the checklist's item
    second = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    attachment_id = models.UUIDField(null=True, blank=True)
    label = models.CharField(max_length=80)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "matter", "at"], name="scene_matter")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "matter", "item"], condition=~Q(item=""), name="scene_check_once"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Thing(StationRow):
    """Something lost or found, with its shelf and its way back."""

    class Way(models.TextChoices):
        LOST = "lost", _("lost")
        FOUND = "found", _("found")

    class State(models.TextChoices):
        OPEN = "open", _("looked for")
        KEPT = "kept", _("kept here")
        RETURNED = "returned", _("returned to its owner")
        HANDED_ON = "handed_on", _("handed on")
        DISPOSED = "disposed", _("disposed of")

    matter = StationFK(Matter, models.PROTECT, related_name="things")
    way = models.CharField(max_length=8, choices=Way.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    category = models.CharField(
        max_length=24
    )  # wallet, phone, keys, bag, document, jewellery, clothing, animal, other
    description = models.CharField(max_length=400)  # told to owners only after they describe it themselves
    on = models.DateField()
    shelf = models.CharField(max_length=24, blank=True, default="")
    keep_until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "way", "state", "category", "on"], name="thing_search")
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.category}"
