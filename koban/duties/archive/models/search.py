"""What the full text of filed files is found by."""

from typing import Any, ClassVar

from django.db import models

from koban.duties.archive.models.dossiers import Dossier
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed


class Passage(StationRow):
    """About a page of a file's text. It holds no words: blind terms of them stand in the index under its id."""

    sealed = False

    dossier = StationFK(Dossier, models.PROTECT, related_name="passages")
    number = models.PositiveIntegerField()

    objects: ClassVar[Any] = managed(StationQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "dossier", "number"], name="passage_number")
        ]

    def __str__(self) -> str:
        return str(self.number)
