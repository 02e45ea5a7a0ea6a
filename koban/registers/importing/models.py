"""An import and what became of its rows. The rows of the register that it writes have their own pages."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationRow
from koban.lib.sentence import Sentence


class Import(StationRow):
    """One table on its way into a register. The file lies sealed in the store under `sha256`, as long as it is needed.

    columns: field -> column. done: the number of the last row that is behind, so that a run goes on where it stopped.
    """

    sealed = False

    class State(models.TextChoices):
        NEW = "new", _("to be mapped")
        TRYING = "trying", _("trial runs")
        TRIED = "tried", _("tried")
        RUNNING = "running", _("runs")
        DONE = "done", _("done")
        FAILED = "failed", _("stopped")
        UNDOING = "undoing", _("is being undone")
        UNDONE = "undone", _("undone")

    kind = models.CharField(max_length=20)  # key of an Importer
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=40, blank=True, default="")
    heading = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    datum = models.CharField(max_length=8, default="wgs84")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    size = models.PositiveBigIntegerField(default=0)  # what the rows' `read` runs up to
    read = models.PositiveBigIntegerField(default=0)
    done = models.PositiveIntegerField(default=1)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    why = models.JSONField(default=dict)  # what stopped it: {"text", "values"}
    besides = models.JSONField(default=list)  # ids of rows that were made because others needed them
    by_label = models.CharField(max_length=80)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [models.Index(fields=["station", "-at"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def stopped(self) -> Sentence:
        """What stopped it."""
        return Sentence(self.why.get("text", ""), self.why.get("values", {}))

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.TRYING, self.State.RUNNING, self.State.UNDOING)


class ImportRow(StationRow):
    """What became of one row of the table. said: [{"column", "text", "values"}], never a value of a person."""

    sealed = False

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("taken")
        KNOWN = "known", _("there already")
        REFUSED = "refused", _("refused")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("kept, something hangs on it")

    of = StationFK(Import, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    row_id = models.UUIDField(null=True)
    said = models.JSONField(default=list)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "of", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


Said = dict[str, Any]
