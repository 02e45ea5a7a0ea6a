"""Person handles and person files, apart; what closes them off, and the person's own keys.

The fields are those of the residence card's legal list (CN-RES-4), less the ethnic group and the photo: nothing about
ethnic group, religion, politics, health or orientation has a field here (design.md, part 2).
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed

BLIND = 16  # bytes of a blind index


class PersonQuerySet(StationQuerySet["Person"]):
    def present(self) -> Self:
        """Neither merged into another nor closed."""
        return self.filter(merged_into=None, closed_at=None)

    def visible(self, today: date) -> Self:
        """Whom a look can reach: present, and not closed off by a seal or a restriction. One query, whoever is asked for."""
        return self.present().filter(~Exists(Seal.objects.in_force(today).filter(person=OuterRef("pk"))))


class Person(StationRow):
    """A handle: what other tables may point at. It says nothing about the person."""

    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)  # null: only declared, nobody saw the document
    merged_into = StationFK("self", models.PROTECT, null=True, blank=True, related_name="merged")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(PersonQuerySet)

    def __str__(self) -> str:
        return str(self.id)


class PersonFile(StationRow):
    """What the register holds of a person, sealed; opened by a look that a matter justifies.

    …_index: keyed hashes that find an equal value without opening one. alike_…: keyed hashes of name and birth together,
    under which somebody written a little otherwise still comes (docs/decisions/0008). owns_number: confirmed and not
    merged, so that nobody else of the station can have the same document.
    """

    person = StationFK(Person, models.PROTECT, related_name="files")
    name = models.BinaryField(default=bytes)
    birth_on = models.BinaryField(default=bytes)  # "1980-05-01", or "1980" where no more is known
    sex = models.BinaryField(default=bytes)
    id_kind = models.BinaryField(default=bytes)
    id_number = models.BinaryField(default=bytes)
    phone = models.BinaryField(default=bytes)
    email = models.BinaryField(default=bytes)
    origin = models.BinaryField(default=bytes)  # words: the place of the household register
    name_index = models.BinaryField(max_length=BLIND, default=bytes)
    birth_index = models.BinaryField(max_length=BLIND, default=bytes)
    id_index = models.BinaryField(max_length=BLIND, default=bytes)
    phone_index = models.BinaryField(max_length=BLIND, default=bytes)
    alike_year = models.BinaryField(max_length=BLIND, default=bytes)
    alike_day = models.BinaryField(max_length=BLIND, default=bytes)
    owns_number = models.BooleanField(default=False)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "person"], name="person_file_once"),
            models.UniqueConstraint(
                fields=["station", "id_index"],
                condition=Q(owns_number=True) & ~Q(id_index=b""),
                name="person_number",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "phone_index"], name="person_phone"),
            models.Index(fields=["station", "name_index"], name="person_name"),
            models.Index(fields=["station", "id_index"], name="person_document"),
            models.Index(fields=["station", "alike_year"], name="person_alike_year"),
            models.Index(fields=["station", "alike_day"], name="person_alike_day"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class NameToken(StationRow):
    """A keyed hash of one way to write a name (whole, pinyin, initials): a search inside a matter needs no plain name."""

    sealed = False

    person = StationFK(Person, models.CASCADE, related_name="tokens")
    token = models.BinaryField(max_length=BLIND)

    class Meta(StationRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["station", "token"], name="name_token"),
            models.Index(fields=["station", "person"], name="name_token_person"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class Merge(StationRow):
    """Two handles of one person became one. moved: table -> ids of the rows that moved, so that it can be undone."""

    kept = StationFK(Person, models.PROTECT, related_name="+")
    gone = StationFK(Person, models.PROTECT, related_name="merges")
    moved = models.JSONField(default=dict)
    reason = models.TextField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.at:%F}"


class SealQuerySet(StationQuerySet["Seal"]):
    def in_force(self, day: date) -> Self:
        return self.filter(from_on__lte=day, until_on__gte=day, lifted_at=None)


class Seal(StationRow):
    """A file closed off: to protect the person, by law, or because the person asked for it. Always with an end."""

    class Kind(models.TextChoices):
        PROTECTED = "protected", _("protected")
        SEALED = "sealed", _("sealed")
        RESTRICTED = "restricted", _("restricted at the person's request")

    person = StationFK(Person, models.PROTECT, related_name="seals")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    ground = models.CharField(max_length=40)  # a key of the clause's list
    clause = models.CharField(max_length=40)
    issued_by = models.CharField(max_length=80)  # badge or body
    from_on = models.DateField()
    until_on = models.DateField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(SealQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="seal_ends_after")
        ]
        indexes: ClassVar = [models.Index(fields=["station", "person"], name="seal_person")]

    def __str__(self) -> str:
        return self.kind


class OwnKey(StationRow):
    """A person's own key to the portal: a number and a secret, of which only a fingerprint is kept."""

    person = StationFK(Person, models.PROTECT, related_name="keys")
    number = models.CharField(max_length=16)
    fingerprint = models.BinaryField(max_length=BLIND)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "number"], name="own_key_number")]
        indexes: ClassVar = [models.Index(fields=["station", "person"], name="own_key_person")]

    def __str__(self) -> str:
        return self.number
