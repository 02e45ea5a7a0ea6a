"""Person handles and person files, apart. The full register, its looks and its rights come with the registers.

Nothing about ethnic group, religion, politics, health or orientation has a field here (design.md, part 2).
"""

from typing import ClassVar

from django.db import models

from koban.kernel.stations.rows import StationFK, StationRow
from koban.registers.premises.models import Address


class Person(StationRow):
    """A handle: what other tables may point at. It says nothing about the person."""

    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class PersonFile(StationRow):
    """What the register holds of a person, sealed; opened by a look that a matter justifies."""

    person = StationFK(Person, models.PROTECT, related_name="files")
    name = models.BinaryField(default=bytes)
    phone = models.BinaryField(default=bytes)
    phone_index = models.BinaryField(max_length=16, default=bytes)
    birth_year = models.BinaryField(default=bytes)
    home = StationFK(Address, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "person"], name="person_file_once")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "phone_index"], name="person_phone")]

    def __str__(self) -> str:
        return str(self.person_id)
