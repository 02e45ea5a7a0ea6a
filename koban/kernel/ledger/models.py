"""The tables of the ledger. Nobody but this package touches them; triggers and grants keep them append-only."""

from typing import ClassVar

from django.db import models

from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationManager
from koban.lib.ids import uuid7
from koban.lib.merkle import Frontier


def empty_frontier() -> bytes:
    return Frontier().to_bytes()


class Page(models.Model):
    """One thing that was done or seen. Pages of a station are numbered from 0 without gap.

    facts: codes, ids and instants as JSON; never a personal value.
    seals: "app.model:id" -> digest of the row as this page left it, "" where the row was removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    role = models.CharField(max_length=24)
    actor = models.CharField(max_length=80)  # the label
    account_id = models.UUIDField(null=True)
    post_id = models.UUIDField(null=True)
    matter_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=100)  # "app.model:id" or ""
    facts = models.JSONField(default=dict)
    seals = models.JSONField(default=dict)
    leaf = models.BinaryField(max_length=32)

    objects = StationManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "number"], name="page_number")]
        indexes: ClassVar = [
            models.Index(fields=["station", "matter_id", "number"], name="page_of_matter"),
            models.Index(fields=["station", "verb", "number"], name="page_of_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class Head(models.Model):
    """Where a station's ledger ends: the one row that writers of a station queue for."""

    station = models.OneToOneField(Station, models.PROTECT, primary_key=True, related_name="+")
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(default=empty_frontier)

    def __str__(self) -> str:
        return f"{self.size} pages"


class Node(models.Model):
    """Roots of complete subtrees at every eighth level, so that a proof reads some hundred hashes at most."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    objects = StationManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "level", "index"], name="node_place")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed root: a C2SP signed note over the size and root of a station's ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "size"], name="checkpoint_size")]

    def __str__(self) -> str:
        return f"{self.size} at {self.at:%F}"
