"""Adding a form, sending it out, taking it back. A version never changes once it is there."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Refused
from koban.matters.duty import all_duties
from koban.matters.forms import lists
from koban.matters.forms.models import Form, FormMedia
from koban.matters.forms.xforms import FILE
from koban.matters.forms.xlsforms import Read

TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml",
    ".webp": "image/webp", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav", ".mp4": "video/mp4",
    ".csv": "text/csv", ".geojson": "application/geo+json", ".xml": "text/xml",
}  # fmt: skip
MOST_FILES, MOST_BYTES = 40, 3_000_000


@transaction.atomic
def add(read: Read, *, by: Actor, at: datetime, media: Mapping[str, bytes] | None = None) -> Form:
    """Keep a version of a form as a draft. The very same again gives the row that is there.

    media: the files that it shows or reads, by name. Raises Refused for a form that does not load, for a version that
    is there with other content, and for files that it does not use or that are too many or too large.
    """
    require(by, "forms.change")
    if read.errors or not read.xform:
        raise Refused(str(read.errors[0]) if read.errors else _("The form does not load."))
    files = dict(media or {})
    _fit(read, files)
    there: Form | None = Form.objects.of(read.form_id, read.version).first()
    if there is not None and there.hash == read.hash:
        return there
    if there is not None:
        raise Refused(_("Version %(version)s is here with other content. Give the changed form a new version.")
                      % {"version": read.version or "–"})  # fmt: skip
    form = Form(
        form_id=read.form_id, version=read.version, title=read.title, title_zh=read.title_zh, hash=read.hash,
        xform=read.xform, workbook=read.workbook, workbook_name=read.name, languages=read.languages,
        fields=read.fields, lists=[name for name in read.needs if lists.named(name)], duty=owner(read.form_id),
        made_at=at, made_by=by.label,
    )  # fmt: skip
    form.save(force_insert=True)
    rows: list[StationRow] = [_media(form, name, content) for name, content in files.items()]
    FormMedia.objects.bulk_create(rows)
    _page("forms.add", form, by=by, at=at, rows=rows)
    return form


def owner(form_id: str) -> str:
    """Key of the duty that takes the answers of this form, "" for none."""
    return next((key for key, duty in all_duties().items() if form_id in duty.forms), "")


@transaction.atomic
def publish(form: Form, *, by: Actor, at: datetime) -> Form:
    """Send this version out from now on, in place of any other. Raises Refused where files are missing."""
    require(by, "forms.change")
    row: Form = Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if missing := missing_files(row):
        raise Refused(_("The form needs these files first: %(files)s.") % {"files": ", ".join(missing)[:300]})
    rows: list[StationRow] = []
    for other in (
        Form.objects.select_for_update(of=("self",))
        .published()
        .filter(form_id=row.form_id)
        .exclude(pk=row.pk)
    ):
        other.is_open, other.closed_at = False, at
        other.save(update_fields=["is_open", "closed_at"])
        rows.append(other)
    row.is_open, row.published_at, row.closed_at = True, row.published_at or at, None
    row.duty = owner(row.form_id)
    row.save(update_fields=["is_open", "published_at", "closed_at", "duty"])
    _page("forms.publish", row, by=by, at=at, rows=rows)
    return row


@transaction.atomic
def close(form: Form, *, by: Actor, at: datetime) -> Form:
    """Send the form out no more. What was filled in before still comes in."""
    require(by, "forms.change")
    row: Form = Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if not row.is_open:
        raise Refused(_("This form is not open."))
    row.is_open, row.closed_at = False, at
    row.save(update_fields=["is_open", "closed_at"])
    _page("forms.close", row, by=by, at=at)
    return row


@transaction.atomic
def add_media(form: Form, files: Mapping[str, bytes], *, by: Actor, at: datetime) -> Form:
    """Give a draft the files that it needs. Raises Refused for a form that was published: it has gone out as it is."""
    require(by, "forms.change")
    row: Form = Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if row.published_at:
        raise Refused(_("This version has gone out as it is. Add a new version."))
    _fit_files(set(needs_of(row)), files)
    gone = list(FormMedia.objects.filter(form=row, name__in=list(files)))
    FormMedia.objects.filter(pk__in=[each.pk for each in gone]).delete()
    rows: list[StationRow] = [_media(row, name, content) for name, content in files.items()]
    FormMedia.objects.bulk_create(rows)
    facts = {"form": row.form_id[:120], "version": row.version[:60], "files": len(files)}
    book.write("forms.media", by=by, at=at, subject=row, facts=facts, rows=rows, gone=gone)
    return row


def needs_of(form: Form) -> list[str]:
    """Names of the files that a form shows or reads, without the lists that the registers give."""
    from_registers = set(form.lists)
    return [name for name in _needs(form.xform) if name not in from_registers]


def missing_files(form: Form) -> list[str]:
    """Those of them that nobody has sent."""
    there = set(FormMedia.objects.filter(form=form).values_list("name", flat=True))
    return [name for name in needs_of(form) if name not in there]


def _needs(xform: str) -> list[str]:
    return sorted(set(FILE.findall(xform)))


def _fit(read: Read, files: Mapping[str, bytes]) -> None:
    _fit_files({name for name in read.needs if not lists.named(name)}, files)


def _fit_files(needed: set[str], files: Mapping[str, bytes]) -> None:
    if odd := [name for name in files if name not in needed]:
        raise Refused(_("The form does not use the file %(name)s.") % {"name": odd[0][:80]})
    if len(files) > MOST_FILES:
        raise Refused(_("A form takes at most %(most)s files.") % {"most": MOST_FILES})
    for name, content in files.items():
        if PurePath(name).suffix.casefold() not in TYPES or not content or len(content) > MOST_BYTES:
            raise Refused(_("The file %(name)s is empty, larger than 3 million bytes, or of a type that is not taken.")
                          % {"name": name[:80]})  # fmt: skip


def _media(form: Form, name: str, content: bytes) -> FormMedia:
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    kind = TYPES[PurePath(name).suffix.casefold()]
    return FormMedia(form=form, name=name[:120], type=kind, hash=digest, content=content)


def _page(verb: str, form: Form, *, by: Actor, at: datetime, rows: list[StationRow] | None = None) -> None:
    facts = {"form": form.form_id[:120], "version": form.version[:60], "hash": form.hash}
    book.write(verb, by=by, at=at, subject=form, facts=facts, rows=[form, *(rows or [])])
