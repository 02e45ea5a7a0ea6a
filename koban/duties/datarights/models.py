"""What a resident asks about their own data. The words and the wished values are sealed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationRow
from koban.matters.models import Matter


class Request(StationRow):
    """One to one with its matter; the matter's own summary stays empty."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("see my data")
        COPY = "copy", _("a copy of my data")
        CORRECT = "correct", _("correct or complete my data")
        RESTRICT = "restrict", _("restrict the use of my data")
        DELETE = "delete", _("delete my data")
        OBJECT = "object", _("object to a look")
        EXPLAIN = "explain", _("explain the rules to me")

    matter = StationFK(Matter, models.PROTECT, related_name="data_requests")
    person = StationFK("residents.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.BinaryField(default=bytes)  # sealed
    changes = models.BinaryField(default=bytes)  # sealed JSON: field → wished value
    look_id = models.UUIDField(null=True, blank=True)  # the look that is objected to
    looked_post = models.UUIDField(null=True, blank=True)  # who looked, and so does not decide
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "matter"], name="data_request_of_matter"),
            models.CheckConstraint(
                condition=~Q(kind="object") | Q(look_id__isnull=False), name="objection_names_a_look"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "person"], name="data_request_person")]

    def __str__(self) -> str:
        return self.kind
