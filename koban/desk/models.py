"""What the desk keeps of its own: the notices on the board of the office."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from koban.kernel.stations.rows import StationQuerySet, StationRow, managed


class BulletinQuerySet(StationQuerySet["Bulletin"]):
    def shown(self, today: date) -> Self:
        """On the board today, the newest first."""
        now = self.filter(Q(to_on=None) | Q(to_on__gte=today), from_on__lte=today, withdrawn_at=None)
        return now.order_by("-from_on", "-id")


class Bulletin(StationRow):
    """A notice of the office to everybody, in Chinese and, if somebody wrote it, in English."""

    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True, default="")
    text = models.TextField()
    text_en = models.TextField(blank=True, default="")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    label = models.CharField(max_length=80)  # badge or position of whoever put it up

    objects: ClassVar[Any] = managed(BulletinQuerySet)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["station", "-from_on"], condition=Q(withdrawn_at=None), name="bulletin_shown"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")),
                name="bulletin_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title_read(self) -> str:
        """In the reader's language, as far as it was written."""
        return self._read("title")

    @property
    def text_read(self) -> str:
        return self._read("text")

    def _read(self, field: str) -> str:
        chinese, english = getattr(self, field), getattr(self, f"{field}_en")
        return str(chinese if not english or (get_language() or "").startswith("zh") else english)
