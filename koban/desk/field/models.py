"""What phones send: entries once each, files in parts, and which file belongs to which entry."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Device, Post
from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed


class EntryQuerySet(StationQuerySet["Entry"]):
    def waiting_for(self, key: Any) -> Self:
        return self.filter(after=key, state=Entry.State.WAITING).order_by("id")


class Entry(StationRow):
    """One thing that somebody wrote down outside, under the UUID that the phone gave it: it is there once.

    after: the entry that has to be done before this one. told_sha256: of what the phone said.
    sealed_body: the words themselves, until nobody can ask about them any more (OFFICE-FIELD-3).
    device_at: as the phone's clock said; `at` is the moment that is believed, `flags` say what stood out (rules.py).
    left_state: the state in which this entry left its matter, "" where it changed none. page: of the ledger.
    """

    unsealed = frozenset({"repeats", "sealed_body", "trouble", "page"})

    class State(models.TextChoices):
        WAITING = "waiting", _("kept, waits for an earlier entry")
        DONE = "done", _("done")
        GIVEN_UP = "given_up", _("given up by its writer")

    post_id: UUID
    key = models.UUIDField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    matter_id = models.UUIDField(null=True, blank=True)
    after = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices)
    told_sha256 = models.CharField(max_length=64)
    sealed_body = models.BinaryField(default=bytes)
    device_at = models.CharField(max_length=40)  # as text: it may be no instant at all
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    flags = models.JSONField(default=list)
    left_state = models.CharField(max_length=32, blank=True, default="")
    page = models.PositiveBigIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    repeats = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = managed(EntryQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "key"], name="entry_once")]
        indexes: ClassVar = [
            models.Index(fields=["station", "after"], condition=Q(state="waiting"), name="entry_waiting"),
            models.Index(fields=["station", "received_at"], name="entry_age"),
            models.Index(fields=["station", "device"], name="entry_device"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def body(self) -> str:
        """What the phone said, as canonical JSON; "" once it was forgotten."""
        return vault.unseal(self, "sealed_body")

    def seal_body(self, body: str) -> None:
        self.sealed_body = vault.seal(self, "sealed_body", body)


class Arrived(StationRow):
    """A file that came whole from a phone. Its bytes are in the store; which matter it belongs to, its entries say."""

    sealed: ClassVar[bool] = False

    post_id: UUID
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    type = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)  # of media.KINDS
    declared_type = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "post", "sha256"], name="arrived_once")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "at"], name="arrived_age")]

    def __str__(self) -> str:
        return self.sha256[:12]


class AwaitedQuerySet(StationQuerySet["Awaited"]):
    def open(self) -> Self:
        return self.filter(attachment_id=None, entry__state=Entry.State.DONE)


class Awaited(StationRow):
    """A file that an entry tells of. attachment_id: of kernel/files once it is here.

    lon, lat, bearing: where and in which direction it was taken, where the phone knew; `flags` as on the entry.
    """

    sealed: ClassVar[bool] = False

    entry = StationFK(Entry, models.CASCADE, related_name="awaited")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    taken_at = models.DateTimeField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    bearing = models.FloatField(null=True, blank=True)  # degrees from north
    attachment_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = managed(AwaitedQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "entry", "name"], name="awaited_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "sha256"], condition=Q(attachment_id=None), name="awaited_open")
        ]

    def __str__(self) -> str:
        return self.name
