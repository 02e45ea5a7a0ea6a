"""Loading up, mapping, trying, running and undoing a table."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.files import store
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.lib.sentence import Sentence
from koban.registers.importing import running
from koban.registers.importing.importer import DATUMS, IMPORTERS, guessed
from koban.registers.importing.models import Import, ImportRow
from koban.registers.importing.saying import packed

MOST_BYTES = 200_000_000
State = Import.State
Progress = Callable[[Import], None]


def begin(kind: str, name: str, source: BinaryIO, *, by: Actor, at: datetime, encoding: str = "") -> Import:
    """Keep a table and guess its mapping: as it was mapped last, else by its headings. Raises Refused for no table."""
    importer = IMPORTERS[kind]
    require(by, importer.action)
    try:
        sha256, size = store.measure(source, MOST_BYTES)
    except store.TooLarge:
        raise Refused(_("This file is too big. Split it into several.")) from None
    store.keep(source, sha256)
    one = Import(
        kind=kind, name=name[-120:], sha256=sha256, size=size, encoding=encoding, by_label=by.label, at=at
    )
    try:
        with running.table_of(one) as table:
            one.heading, one.encoding = (
                list(table.columns),
                encoding or table.encoding.replace("workbook", ""),
            )
    except Mistake as mistake:
        raise Refused(spoken(mistake.sentence)) from mistake
    one.columns = guessed(importer, one.heading) | _remembered(kind, one.heading)
    with transaction.atomic():
        one.save(force_insert=True)
        book.write("importing.begin", by=by, at=at, facts={"kind": kind, "file": sha256})
    return one


def _remembered(kind: str, heading: list[str]) -> dict[str, str]:
    """How the last table of the kind with these headings was mapped."""
    last = Import.objects.filter(kind=kind, state=State.DONE).order_by("-at").first()
    known: Mapping[str, str] = last.columns if last else {}
    return {key: column for key, column in known.items() if column in heading}


@transaction.atomic
def map_columns(one: Import, columns: Mapping[str, str], *, datum: str, by: Actor, at: datetime) -> Import:
    """Say which column says what. Raises Refused where something that is needed has none."""
    importer = IMPORTERS[one.kind]
    require(by, importer.action)
    kept = {key: column for key, column in columns.items() if column}
    for field in importer.fields:
        if field.needed and field.key not in kept:
            raise Refused(_("Say which column is: %(field)s.") % {"field": field.label})
    if strange := [column for column in kept.values() if column not in one.heading]:
        raise Refused(_("The table has no column %(column)s.") % {"column": strange[0][:60]})
    stored = _free(one, State.NEW, State.TRIED, State.FAILED)
    if datum not in DATUMS:
        raise Refused(_("Choose what the positions rest on."))
    stored.columns, stored.datum, stored.state = kept, datum, State.NEW
    stored.save(update_fields=["columns", "datum", "state"])
    return stored


def _free(one: Import, *states: str) -> Import:
    """The import, locked, in one of the states. Raises Refused in any other."""
    stored = Import.objects.select_for_update().get(pk=one.pk)
    if stored.state not in states:
        raise Refused(_("This import is not in a state for that now."))
    return stored


@transaction.atomic
def set_going(one: Import, state: str, *, by: Actor, at: datetime) -> Import:
    """Mark a trial, a run or an undoing as begun; the caller enqueues the work, or does it."""
    require(by, IMPORTERS[one.kind].action)
    before = {
        State.TRYING: (State.NEW, State.TRIED, State.FAILED),
        State.RUNNING: (State.NEW, State.TRIED, State.FAILED),
        State.UNDOING: (State.DONE, State.FAILED),
    }[State(state)]
    stored = _free(one, *before)
    if state == State.TRYING or stored.state in (State.NEW, State.TRIED):
        _forget(stored)
    stored.state, stored.why, stored.ended_at = state, {}, None
    stored.save(update_fields=["state", "why", "ended_at", "done", "read", "taken", "known", "refused"])
    book.write(f"importing.{state}", by=by, at=at, facts={"kind": stored.kind, "file": stored.sha256})
    return stored


def _forget(one: Import) -> None:
    """What a trial said; a failed run keeps its rows and goes on behind them, unless it is tried anew."""
    ImportRow.objects.filter(of=one).delete()
    one.done, one.read, one.taken, one.known, one.refused = 1, 0, 0, 0, 0


def work(one: Import, *, by: Actor, at: datetime, progress: Progress = lambda one: None) -> Import:
    """Do what was set going. Ends as tried, done or undone; as failed, with the sentence, where the file is at fault."""
    state = State(one.state)
    try:
        if state == State.UNDOING:
            undo_rows(one, by=by, at=at, progress=progress)
        else:
            running.Run(one, by=by, at=at, is_trial=state == State.TRYING).go(progress)
    except running.Stopped as stopped:
        return _ended(one, State.FAILED, by, at, stopped.said)
    after = {State.TRYING: State.TRIED, State.RUNNING: State.DONE, State.UNDOING: State.UNDONE}[state]
    return _ended(one, after, by, at)


@transaction.atomic
def _ended(one: Import, state: str, by: Actor, at: datetime, why: Sentence | None = None) -> Import:
    one.state, one.ended_at, one.why = (
        state,
        at,
        {"text": why.text, "values": dict(why.values)} if why else {},
    )
    one.save(update_fields=["state", "ended_at", "why"])
    counts = {"taken": one.taken, "known": one.known, "refused": one.refused}
    book.write(f"importing.{state}", by=by, at=at, facts={"kind": one.kind, "file": one.sha256, **counts})
    return one


def undo_rows(one: Import, *, by: Actor, at: datetime, progress: Progress = lambda one: None) -> None:
    """Take out what the run brought in, newest first; what something hangs on stays and says so."""
    importer = IMPORTERS[one.kind]
    require(by, importer.action)
    taken = ImportRow.objects.filter(of=one, outcome=ImportRow.Outcome.TAKEN).order_by("-number")
    while batch := list(taken[: running.BATCH]):
        with transaction.atomic():
            kept = importer.undo([row.row_id for row in batch if row.row_id], by=by, at=at)
            for row in batch:
                why = kept.get(row.row_id) if row.row_id else None
                row.outcome = ImportRow.Outcome.KEPT if why else ImportRow.Outcome.UNDONE
                row.said += [packed("", why)] if why else []
            ImportRow.objects.bulk_update(batch, ["outcome", "said"])
            one.taken -= sum(row.outcome == ImportRow.Outcome.UNDONE for row in batch)
            one.save(update_fields=["taken"])
        progress(one)
    with transaction.atomic():
        importer.undo_besides([UUID(row) for row in one.besides], by=by, at=at)
