"""What leaves an inspection: its record as a paper, and warnings that everybody may read."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import filing, queries, regimes
from koban.duties.inspections.models import Inspection, Venue, Warned
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.documents import deciding, drafting
from koban.matters.documents.models import Document
from koban.matters.models import Matter

LETTER = "inspection-record"
NOT_DONE = _("Nothing was recorded yet.")
NO_REGISTER = _("The law opens no register of warnings for this kind of place.")
NO_WORDS = _("Write what the place did.")


@transaction.atomic
def issue_record(matter: Matter, *, by: Actor, at: datetime, station: Station, base: str = "") -> Document:
    """The record as a numbered PDF of the matter, for both sides to sign."""
    require(by, "inspections.record")
    if queries.inspection(matter).done_at is None:
        raise Refused(NOT_DONE)
    letter = drafting.letter_of(LETTER, station.pack)
    told = drafting.proposal(letter, station, matter, language=matter.language, at=at)
    paper = drafting.compose(
        letter, told, by=by, at=at, station=station, matter=matter, language=matter.language
    )
    return deciding.issue(paper, by=by, at=at, station=station, base=base)


@transaction.atomic
def warn(
    venue: Venue, words: str, *, by: Actor, at: datetime, station: Station, inspection: Inspection | None = None
) -> Warned:  # fmt: skip
    """Enter a place into the register of warnings, which everybody reads. Raises Refused where no law opens one."""
    require(by, "inspections.warn")
    today, row = queries.day_of(at, station), filing.locked(venue)
    regime = regimes.regime(row.kind, station.pack, today)
    clause = queries.clause_or_none(regime.warns, station, today) if regime and regime.warns else None
    if clause is None or not clause.binding:
        raise Refused(NO_REGISTER)
    if not words.strip():
        raise Refused(NO_WORDS)
    made: Warned = Warned.objects.create(
        venue=row,
        inspection=inspection,
        clause=clause.id,
        words=words.strip()[:400],
        on=today,
        label=by.label,
    )
    matter_id = inspection.matter_id if inspection else None
    book.write("inspections.warn", by=by, at=at, matter_id=matter_id, subject=made, rows=[made])
    return made


@transaction.atomic
def lift(warned: Warned, *, by: Actor, at: datetime, station: Station) -> Warned:
    """Take a warning off the register: what it warned of is mended."""
    require(by, "inspections.warn")
    row: Warned = Warned.objects.select_for_update(of=("self",)).get(pk=warned.pk)
    if row.lifted_on is None:
        row.lifted_on = queries.day_of(at, station)
        row.save(update_fields=["lifted_on"])
        book.write("inspections.lift", by=by, at=at, subject=row, rows=[row])
    return row
