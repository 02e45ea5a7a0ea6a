"""Checklists on telephones: making their forms, and taking what comes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import planning, queries, regimes, rules, sheets
from koban.duties.inspections.models import Inspection, Venue
from koban.duties.inspections.recording import Record, record
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import Actor
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.forms import publishing, xlsforms
from koban.matters.forms.models import Form, Submission
from koban.matters.models import Matter

NO_PLACE = _("This says neither which place nor which inspection it is about.")
EDITION = _("The inspection was recorded already. Write what has changed as a note on it.")
NO_FORM = _("The checklist of this kind does not load as a form.")


@transaction.atomic
def publish_all(*, by: Actor, at: datetime, station: Station) -> list[Form]:
    """Send the checklists of the station's pack out as forms; one that is out already stays as it is."""
    made = []
    for row in regimes.regimes(station.pack, queries.day_of(at, station)).values():
        found = regimes.checklist(row.checklist, station.pack)
        read = (
            xlsforms.build(sheets.build(row, found), name=f"{sheets.form_id(row.kind)}.xlsx")
            if found
            else None
        )
        if read is None or read.errors:
            raise Refused(NO_FORM)
        form = publishing.add(read, by=by, at=at)
        made.append(form if form.is_open else publishing.publish(form, by=by, at=at))
    return made


@transaction.atomic
def take_form(submission: Submission, *, by: Actor, at: datetime) -> None:
    """A checklist that came from a telephone becomes the record of its inspection, once."""
    told, station = submission.answers, Station.objects.get(pk=scoping.home())
    if submission.deprecated_id:
        raise Refused(EDITION)
    matter = _matter(submission, told, by=by, at=at, station=station)
    record(matter, _record(submission, told), by=by, at=at, station=station)
    submission.matter_id = matter.pk


def _matter(
    submission: Submission, told: dict[str, Any], *, by: Actor, at: datetime, station: Station
) -> Matter:
    """The planned inspection that it names, the one that waits at its place, or one that begins now."""
    year, _dash, number = str(told.get("number", "")).partition("-")
    if submission.matter_id or (year.isdigit() and number.isdigit()):
        rows = Matter.objects.filter(kind=queries.KIND, is_open=True)
        name: dict[str, Any] = (
            {"pk": submission.matter_id}
            if submission.matter_id
            else {"year": int(year), "number": int(number)}
        )
        if found := rows.filter(**name).first():
            return _planned(found, by=by, at=at, station=station)
    venue = _venue(str(told.get("venue", "")), submission, by=by, at=at, station=station)
    today = queries.day_of(at, station)
    return planning.plan(
        planning.Wish.of(venue, Inspection.Why.INTERVAL), today, by=by, at=at, station=station
    )


def _planned(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    if matter.state == "asked":
        return planning.set_day(matter, queries.day_of(at, station), by=by, at=at, station=station)
    return matter


def _venue(unit: str, submission: Submission, *, by: Actor, at: datetime, station: Station) -> Venue:
    try:
        pk = UUID(unit)
    except ValueError:
        raise Refused(NO_PLACE) from None
    found: Venue | None = Venue.objects.open().select_related("unit__address").filter(unit_id=pk).first()
    if found is None:
        raise Refused(NO_PLACE)
    return found


def _record(submission: Submission, told: dict[str, Any]) -> Record:
    files = {row.name: row.attachment_id for row in submission.files.all()}
    keys = {name.partition("_")[2] for name in told if name.startswith(("said_", "value_"))}
    photos = {key: files[name] for key in keys if (name := told.get(f"photo_{key}", "")) in files}
    crew = rules.Crew(_number(told, "officers") or 0, _number(told, "auxiliaries") or 0)
    others = [
        part.strip() for part in str(told.get("others", "")).replace("，", ",").split(",") if part.strip()
    ]
    return Record(
        {key: _answer(told, key) for key in keys}, crew, str(told.get("theirs", "")), bool(told.get("showed_card")),
        [submission.received_by, *others], str(told.get("ground", "")), str(told.get("text", "")), photos,
        files.get(told.get("signature", "")), submission.started_at, submission.instance_id,
    )  # fmt: skip


def _answer(told: dict[str, Any], key: str) -> rules.Answer:
    said, words = str(told.get(f"said_{key}", "")), str(told.get(f"words_{key}", ""))
    return rules.Answer(said, _number(told, f"value_{key}"), words)


def _number(told: dict[str, Any], name: str) -> int | None:
    value = str(told.get(name, ""))
    return int(value) if value.isdigit() and len(value) < 6 else None


def may_open(file: Attachment, row: Inspection, photos: set[Any]) -> bool:
    """Whether a file belongs to an inspection: it hangs on its matter, or the record names it."""
    return file.matter_id == row.matter_id or file.pk in photos | {row.signature_id}
