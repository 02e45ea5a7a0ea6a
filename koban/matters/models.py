"""The cover sheet of all work, and what hangs on it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.stations.numbers import printed
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed
from koban.registers.premises.models import Address


class MatterQuerySet(StationQuerySet["Matter"]):
    def open(self) -> Self:
        return self.filter(is_open=True)

    def overdue(self, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)

    def held_by(self, post_id: Any) -> Self:
        return self.filter(holder_id=post_id)


class Matter(StationRow):
    """One piece of work, from the first word to the archive."""

    number = models.PositiveIntegerField(editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(max_length=32)  # key of the duty
    type = models.CharField(max_length=40, blank=True, default="")  # code within the duty
    state = models.CharField(max_length=32)
    state_since = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=3)  # 1 is the most urgent
    summary = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10, default="zh-hans")

    address = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=200, blank=True, default="")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    cell = models.CharField(max_length=16, blank=True, default="")  # H3, resolution 9

    holder = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # the nearest deadline that is not met
    due_clause = models.CharField(max_length=40, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = StationFK("self", models.PROTECT, null=True, blank=True, related_name="merged")
    receipt = models.BinaryField(max_length=32, default=bytes)  # keyed hash of the resident's secret
    version = models.PositiveIntegerField(default=1)  # rises with each change of this sheet; the ETag

    objects: ClassVar[Any] = managed(MatterQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "year", "number"], name="matter_number"),
            models.CheckConstraint(
                condition=Q(is_open=True) ^ Q(closed_at__isnull=False), name="matter_closed_has_a_time"
            ),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="matter_priority"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False), name="matter_place"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["station", "priority", "-opened_at"], name="matter_board", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["station", "holder", "due_at"], name="matter_held", condition=Q(is_open=True)
            ),
            models.Index(fields=["station", "-opened_at"], name="matter_newest"),
            models.Index(fields=["station", "kind", "type", "-opened_at"], name="matter_kind"),
            models.Index(fields=["station", "cell", "-opened_at"], name="matter_cell"),
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def printed(self) -> str:
        """`2026-000123`."""
        return printed(self.number, self.year)


class Party(StationRow):
    """Somebody in a matter, in a role. Name and ways to reach are sealed; they are opened by `looks.look` alone."""

    class Role(models.TextChoices):
        REPORTER = "reporter", _("reporter")
        INVOLVED = "involved", _("party")
        WITNESS = "witness", _("witness")
        RESPONSIBLE = "responsible", _("responsible person")
        GUARDIAN = "guardian", _("guardian")
        OWNER = "owner", _("owner")

    matter = StationFK(Matter, models.PROTECT, related_name="parties")
    role = models.CharField(max_length=16, choices=Role.choices)
    name = models.BinaryField(default=bytes)
    phone = models.BinaryField(default=bytes)
    email = models.BinaryField(default=bytes)
    phone_index = models.BinaryField(max_length=16, default=bytes)
    person_id = models.UUIDField(null=True, blank=True)  # handle in the residents' register
    is_anonymous = models.BooleanField(default=False)
    wants_secrecy = models.BooleanField(default=False)  # CN-CASE-2
    language = models.CharField(max_length=10, default="zh-hans")
    reply_by = models.CharField(max_length=8, default="page")  # page, sms, email, phone

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "matter"], name="party_matter"),
            models.Index(
                fields=["station", "phone_index"], name="party_phone", condition=~Q(phone_index=b"")
            ),
        ]

    def __str__(self) -> str:
        return self.role


class Holding(StationRow):
    """A post that has a matter in hand, from-to. The right to look at its people rests on this."""

    matter = StationFK(Matter, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "matter", "post"], condition=Q(to_at=None), name="holding_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "post"], condition=Q(to_at=None), name="holding_of_post")
        ]

    def __str__(self) -> str:
        return f"{self.from_at:%F %H:%M}"


class Deadline(StationRow):
    """A term that runs: which clause set it, from when, and whether it was met."""

    matter = StationFK(Matter, models.PROTECT, related_name="deadlines")
    key = models.CharField(max_length=24)  # "arrive", "answer", "refer_out" …
    clause = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)  # the calendar of that year is not yet announced
    met_at = models.DateTimeField(null=True, blank=True)  # when it was met, or stopped running
    is_waived = models.BooleanField(
        default=False
    )  # it stopped running without being met: a promise neither kept nor broken

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter", "key"], name="deadline_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "due_at"], condition=Q(met_at=None), name="deadline_open")
        ]

    def __str__(self) -> str:
        return self.key


class Note(StationRow):
    """Words on a matter. `inside` stay in the office; `out` went to the resident; `in` came from the resident."""

    class Direction(models.TextChoices):
        INSIDE = "inside", _("in the office")
        OUT = "out", _("to the resident")
        IN = "in", _("from the resident")

    matter = StationFK(Matter, models.PROTECT, related_name="notes")
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.INSIDE)
    purpose = models.CharField(max_length=24, default="note")  # note, reason, answer, message, result
    text = models.TextField()
    at = models.DateTimeField()
    label = models.CharField(max_length=80)  # badge or position of the writer
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "matter", "at"], name="note_matter")]

    def __str__(self) -> str:
        return self.purpose


class Link(StationRow):
    """Two matters of one station that belong together."""

    class Kind(models.TextChoices):
        RELATED = "related", _("related")
        DUPLICATE = "duplicate", _("the same event")
        SPLIT = "split", _("split off")
        REFERRED = "referred", _("referred")

    source = StationFK(Matter, models.PROTECT, related_name="links")
    target = StationFK(Matter, models.PROTECT, related_name="linked_by")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="link_two_matters"),
        ]

    def __str__(self) -> str:
        return self.kind


class Referral(StationRow):
    """A matter handed to a duty of this office, or to a body outside, which then shows its status alone."""

    matter = StationFK(Matter, models.PROTECT, related_name="referrals")
    to = models.CharField(max_length=40)  # key of a duty, or of a body in the pack
    body = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField()
    their_number = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=24, default="sent")  # sent, received, refused, done
    received_at = models.DateTimeField(null=True, blank=True)
    result = StationFK(Matter, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "matter"], name="referral_matter")]

    def __str__(self) -> str:
        return f"{self.to}: {self.status}"
