"""Forms by version, and what telephones send back. Answers are sealed: a form may ask for a name and a number."""

import json
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Device, Post
from koban.kernel.stations import vault
from koban.kernel.stations.rows import StationFK, StationQuerySet, StationRow, managed

LONGEST_ID = 249  # characters, as OpenRosa has it


class FormQuerySet(StationQuerySet["Form"]):
    def published(self) -> Self:
        return self.filter(is_open=True)

    def of(self, form_id: str, version: str) -> Self:
        return self.filter(form_id=form_id, version=version)


class Form(StationRow):
    """One version of a form. At most one version of a `form_id` is open: that one goes out; earlier ones still come in.

    hash: MD5 of the XForm, as OpenRosa wants it. duty: key of the duty that the answers feed, "" for none.
    fields: each question as {"path", "type", "label": {language: words}, "personal", "choices": {value: {language: words}}}.
    """

    form_id = models.CharField(max_length=LONGEST_ID)
    version = models.CharField(max_length=LONGEST_ID, blank=True, default="")
    title = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200, blank=True, default="")
    hash = models.CharField(max_length=32)
    xform = models.TextField()
    workbook = models.BinaryField(default=bytes)
    workbook_name = models.CharField(max_length=120, blank=True, default="")
    languages = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    lists = models.JSONField(default=list)  # entity lists that it reads: addresses, venues, assets
    duty = models.CharField(max_length=32, blank=True, default="")
    is_open = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = managed(FormQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "form_id", "version"], name="form_version"),
            models.UniqueConstraint(
                fields=["station", "form_id"], condition=Q(is_open=True), name="form_open_once"
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(published_at__isnull=False), name="form_open_was_published"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "-made_at"], name="form_newest")]

    def __str__(self) -> str:
        return self.title_zh if self.title_zh and (get_language() or "").startswith("zh") else self.title

    @property
    def state(self) -> str:
        """draft, open or closed."""
        return "open" if self.is_open else "closed" if self.published_at else "draft"


class FormMedia(StationRow):
    """A picture, sound or table that a form shows. content: its bytes; `hash` their MD5."""

    form = StationFK(Form, models.PROTECT, related_name="media")
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=40)
    hash = models.CharField(max_length=32)
    content = models.BinaryField(default=bytes)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "form", "name"], name="form_media")
        ]

    def __str__(self) -> str:
        return self.name


class SubmissionQuerySet(StationQuerySet["Submission"]):
    def complete(self) -> Self:
        return self.exclude(state=Submission.State.WAITING)

    def standing(self) -> Self:
        """Complete, and not replaced by a later edition: what counts."""
        return self.filter(state__in=[Submission.State.COMPLETE, Submission.State.CONFLICT])


class Submission(StationRow):
    """What one telephone said by one form. It is there once, whole, as it came; an edition is a row of its own.

    root: the first `instance_id` of a chain of editions. deprecated_id: the edition that this one replaces, "" for none.
    waits_for: names of attachments that the XML tells of and that have not come yet.
    started_at, ended_at: as the device's clock says; `received_at` is ours, and order is the ledger's.
    flags: of rules.FLAGS, what stood out: a clock far off, a place at 0,0, an old version …
    matter_id: the matter that it was filled in for or that came of it; no foreign key, the owning duty says what it means.
    handed_at: when the owning duty took it; trouble: why it did not, in words. repeats: how often it came again.
    """

    unsealed = frozenset({"repeats"})

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for files")
        COMPLETE = "complete", _("complete")
        CONFLICT = "conflict", _("complete, with a conflict")
        REPLACED = "replaced", _("replaced by an edition")

    form = StationFK(Form, models.PROTECT, related_name="submissions")
    instance_id = models.CharField(max_length=LONGEST_ID)
    root = models.CharField(max_length=LONGEST_ID)
    deprecated_id = models.CharField(max_length=LONGEST_ID, blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    waits_for = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)  # of the canonical XML
    sealed_xml = models.BinaryField(default=bytes)
    sealed_answers = models.BinaryField(default=bytes)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)  # badge or position
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    matter_id = models.UUIDField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    repeats = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = managed(SubmissionQuerySet)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "instance_id"], name="submission_once"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                name="submission_place",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["station", "form", "-received_at"], name="submission_form"),
            models.Index(fields=["station", "-received_at"], name="submission_newest"),
            models.Index(fields=["station", "root"], name="submission_root"),
            models.Index(
                fields=["station", "deprecated_id"], name="submission_edition", condition=~Q(deprecated_id="")
            ),
            models.Index(fields=["station", "matter_id"], name="submission_matter"),
        ]

    def __str__(self) -> str:
        return self.instance_id

    @property
    def xml(self) -> str:
        """The submission as it came."""
        return vault.unseal(self, "sealed_xml")

    @property
    def answers(self) -> dict[str, Any]:
        """Path without the root -> answer as text; a repeat is a list of such under its path. Empty answers are left out."""
        packed = vault.unseal(self, "sealed_answers")
        return dict(json.loads(packed)) if packed else {}

    def seal(self, xml: str, answers: dict[str, Any]) -> None:
        self.sealed_xml = vault.seal(self, "sealed_xml", xml)
        self.sealed_answers = vault.seal(self, "sealed_answers", json.dumps(answers, ensure_ascii=False))


class SubmissionFile(StationRow):
    """A file of a submission, by the name that the XML gives it. attachment_id: kernel/files, whose matter is the submission."""

    submission = StationFK(Submission, models.PROTECT, related_name="files")
    name = models.CharField(max_length=LONGEST_ID)
    attachment_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "submission", "name"], name="submission_file")
        ]

    def __str__(self) -> str:
        return self.name


class EntityUpdate(StationRow):
    """What a submission says of a place or thing in a register. Applied where it saw the newest version, else kept beside it.

    base: the version that the telephone had; seen: the one that was there. values: of the properties.
    theirs: what the register said then, for the two to stand side by side.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("taken over")
        CONFLICT = "conflict", _("conflict")
        KEPT = "kept", _("noted, the register knows no such field")
        REFUSED = "refused", _("not taken over")

    submission = StationFK(Submission, models.PROTECT, related_name="entities")
    dataset = models.CharField(max_length=40)  # addresses, venues, assets
    entity_id = models.UUIDField()
    base = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices)
    values = models.JSONField(default=dict)
    theirs = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True, default="")

    class Meta(StationRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "submission", "dataset", "entity_id"], name="entity_update_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["station", "dataset"], condition=Q(state="conflict"), name="entity_update_conflict"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.entity_id}"
