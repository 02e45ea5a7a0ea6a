"""Taking submissions. What is acknowledged is stored whole and counted once, in whatever parts and order it came.

incoming = receiving.read(xml, uploads)            # outside a transaction: draws pictures, may take seconds
done = actions.receive(incoming, by=by, at=at)     # one transaction; the same again gives the same row
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from koban.kernel.access.models import Device
from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.files.intake import Taken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Absent, Conflict, KobanError, Refused
from koban.matters.duty import all_duties
from koban.matters.forms import instances, registers, rules
from koban.matters.forms.instances import Instance
from koban.matters.forms.models import Form, Submission, SubmissionFile

MOST_FILES = 60
State = Submission.State


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came in one post: the XML taken apart, and files by their names, which are in the store already."""

    instance: Instance
    files: Mapping[str, Taken] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """The row. is_new: whether it was not there before this post."""

    submission: Submission
    is_new: bool


@transaction.atomic
def receive(
    incoming: Incoming,
    *,
    by: Actor,
    at: datetime,
    device: Device | None = None,
    matter_id: UUID | None = None,
) -> Received:
    """Store a submission, or what of it had not come yet. When its last file is there, its duty takes it, once.

    device: the telephone that sent it. matter_id: the matter that it was filled in for.
    Raises Absent for a form that this office does not have, Conflict where the same instanceID, or the same file of it,
    came before with other content, Refused for too many files.
    """
    require(by, "forms.fill")
    told = incoming.instance
    form: Form | None = Form.objects.of(told.form_id, told.version).first()
    if form is None:
        raise Absent(_("This office has no form %(form)s of this version.") % {"form": told.form_id[:60]})
    row, is_new = _claimed(form, told, by=by, at=at, device=device, matter_id=matter_id)
    if row.sha256 != told.sha256:
        raise Conflict(
            _("This record came before with other answers. Changed answers need a new instanceID.")
        )
    made = _keep_files(row, incoming.files, by=by, at=at)
    was_waiting = row.state == State.WAITING
    if not is_new and not (made and was_waiting):
        Submission.objects.filter(pk=row.pk).update(repeats=F("repeats") + 1)
    if is_new or made:
        _moved(row, form, told, made, by=by, at=at, is_new=is_new, was_waiting=was_waiting)
    return Received(row, is_new)


@transaction.atomic
def take_as_is(submission: Submission, *, by: Actor, at: datetime) -> Submission:
    """Let a submission count whose files will never come: the telephone is lost, the picture was deleted."""
    require(by, "forms.settle")
    row: Submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if row.state != State.WAITING:
        raise Refused(_("This form waits for nothing."))
    row.flags = [*row.flags, rules.INCOMPLETE]
    told = instances.read(row.xml.encode())
    written = _completed(row, row.form, told, by=by, at=at)
    row.save(update_fields=["state", "flags", "root"])
    _page("forms.complete", row, row.form, written, by=by, at=at)
    hand_over(row, by=by, at=at)
    return row


@transaction.atomic
def again(submission: Submission, *, by: Actor, at: datetime) -> Submission:
    """Hand a record to its duty once more, after what stood in the way was mended."""
    require(by, "forms.settle")
    row: Submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if rules.UNTAKEN not in row.flags:
        raise Refused(_("Its duty has taken this form before."))
    row.flags = [flag for flag in row.flags if flag != rules.UNTAKEN]
    hand_over(row, by=by, at=at)
    return row


def hand_over(submission: Submission, *, by: Actor, at: datetime) -> None:
    """Give a complete submission to the duty that owns its form, once. What the duty refuses is kept and says why."""
    row, form = submission, submission.form
    take = all_duties()[form.duty].forms.get(form.form_id) if form.duty in all_duties() else None
    if take is None or row.handed_at or row.state not in (State.COMPLETE, State.CONFLICT):
        return
    row.handed_at, row.trouble = at, ""
    try:
        with transaction.atomic():
            take(row, by=by, at=at)
    except KobanError as why:
        row.handed_at, row.trouble = None, str(why)[:300]
        row.flags = [*(flag for flag in row.flags if flag != rules.UNTAKEN), rules.UNTAKEN]
    row.save(update_fields=["handed_at", "trouble", "flags", "matter_id"])
    book.write(
        "forms.link",
        by=by,
        at=at,
        matter_id=row.matter_id,
        subject=row,
        facts={"form": form.form_id},
        rows=[row],
    )


def _claimed(form: Form, told: Instance, *, by: Actor, at: datetime, **more: Any) -> tuple[Submission, bool]:
    """The row of this instanceID, locked, and whether it was made now. Two at once: the second waits for the first."""
    found = _locked(told.instance_id)
    if found is not None:
        return found, False
    row = Submission(
        form=form, instance_id=told.instance_id, root=told.instance_id, deprecated_id=told.deprecated_id,
        sha256=told.sha256, received_at=at, received_by=by.label, post_id=by.at_post, **more,
    )  # fmt: skip
    _describe(row, form, told)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        found = _locked(told.instance_id)
        if found is None:
            raise
        return found, False
    return row, True


def _locked(instance_id: str) -> Submission | None:
    found: Submission | None = (
        Submission.objects.select_for_update(of=("self",)).filter(instance_id=instance_id).first()
    )
    return found


def _describe(row: Submission, form: Form, told: Instance) -> None:
    """Answers, times, place, and what stands out, from the XML and the form."""
    fields = instances.fields_of(form.fields)
    repeats = {one.path for one in fields if one.type == "repeat"}
    row.seal(told.xml, instances.answers(told.root, repeats))
    times = {
        word: instances.first(told.root, _named(fields, word, f"meta/time{word.title()}"))
        for word in ("start", "end")
    }
    row.started_at, row.ended_at = rules.instant(times["start"]), rules.instant(times["end"])
    position = instances.first(told.root, {one.path for one in fields if one.type == "geopoint"})
    if found := rules.point(position):
        row.lon, row.lat = found
    row.flags = rules.stood_out(
        told=[row.started_at, row.ended_at], received=row.received_at, published=form.published_at,
        position=position, is_open=form.is_open, is_newest=not Form.objects.published().filter(form_id=form.form_id).exists(),
    )  # fmt: skip
    if any(text and rules.instant(text) is None for text in times.values()) and rules.CLOCK not in row.flags:
        row.flags.append(rules.CLOCK)
    row.waits_for = instances.files(told.root, fields)


def _named(fields: Sequence[instances.Field], preload: str, meta: str) -> set[str]:
    return {one.path for one in fields if one.preload == preload} | {meta}


def _keep_files(
    row: Submission, files: Mapping[str, Taken], *, by: Actor, at: datetime
) -> list[SubmissionFile]:
    """Rows for files that are new. Raises Conflict for another file under a name that is there."""
    there = dict(row.files.values_list("name", "sha256")) if files else {}
    if changed := [name for name, taken in files.items() if there.get(name, taken.sha256) != taken.sha256]:
        raise Conflict(_("Another file came before under the name %(name)s.") % {"name": changed[0][:60]})
    if len(there | dict(files)) > MOST_FILES:
        raise Refused(_("A form takes at most %(most)s files.") % {"most": MOST_FILES})
    made = []
    for name, taken in files.items():
        if name not in there:
            kept = intake.attach(taken, matter_id=row.pk, by=by, at=at, captured_at=row.ended_at)
            made.append(SubmissionFile(submission=row, name=name, attachment_id=kept.pk, sha256=taken.sha256))
    SubmissionFile.objects.bulk_create(made)
    return made


def _moved(
    row: Submission, form: Form, told: Instance, made: Sequence[SubmissionFile], *, by: Actor, at: datetime,
    is_new: bool, was_waiting: bool,
) -> None:  # fmt: skip
    """What follows from a new row or new files: the state, the page, and once it is complete the duty."""
    came = {each.name for each in made}
    if came - set(row.waits_for) and rules.EXTRA_FILES not in row.flags:
        row.flags = [*row.flags, rules.EXTRA_FILES]
    row.waits_for = [name for name in row.waits_for if name not in came]
    is_done = was_waiting and not row.waits_for
    written: list[StationRow] = [*made]
    if is_done:
        written += _completed(row, form, told, by=by, at=at)
    row.save(update_fields=["state", "flags", "waits_for", "root"])
    verb = "forms.edit" if is_new and row.deprecated_id else "forms.receive" if is_new else "forms.files"
    _page(verb, row, form, written, by=by, at=at)
    if is_done:
        hand_over(row, by=by, at=at)


def _completed(row: Submission, form: Form, told: Instance, *, by: Actor, at: datetime) -> list[StationRow]:
    """Put a submission whose parts are all there to its place among its editions. Returns further rows that changed."""
    row.state = State.COMPLETE
    changed = _edition(row)
    updates, clash = registers.take(
        row, instances.entities(told.root, instances.fields_of(form.fields)), by=by, at=at
    )
    if clash:
        row.flags = [*row.flags, rules.ENTITY]
    if row.state == State.COMPLETE and (clash or rules.EDITED_TWICE in row.flags):
        row.state = State.CONFLICT
    return [*changed, *updates]


def _edition(row: Submission) -> list[Submission]:
    """Find the place in a chain of editions, also where they came out of order. Returns the others that changed."""
    changed: list[Submission] = []
    if row.deprecated_id:
        old = _locked(row.deprecated_id)
        row.root = old.root if old else row.deprecated_id
        if old is None:
            row.flags = [*row.flags, rules.OUT_OF_ORDER]
        elif old.state == State.REPLACED:
            row.flags = [*row.flags, rules.EDITED_TWICE]
        else:
            old.state = State.REPLACED
            changed.append(old)
    if Submission.objects.complete().filter(deprecated_id=row.instance_id).exists():
        row.state = State.REPLACED  # its edition was faster
        for later in (
            Submission.objects.select_for_update(of=("self",)).filter(root=row.instance_id).exclude(pk=row.pk)
        ):
            later.root = row.root
            changed.append(later)
    for each in changed:
        each.save(update_fields=["state", "root"])
    return changed


def _page(
    verb: str, row: Submission, form: Form, written: Sequence[StationRow], *, by: Actor, at: datetime
) -> None:
    facts = {
        "form": form.form_id[:120],
        "version": form.version[:60],
        "state": row.state,
        "waits": len(row.waits_for),
    }
    book.write(verb, by=by, at=at, matter_id=row.matter_id, subject=row, facts=facts, rows=[row, *written])
