"""Writing pages. Every change and every look goes through `write`; nothing else makes a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from koban.kernel.ledger.actor import Actor
from koban.kernel.ledger.canonical import name_of, page_bytes
from koban.kernel.ledger.models import Head, Node, Page
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.kernel.stations.storing import insert
from koban.lib.merkle import Frontier, is_stored, leaf_hash


class OutsideTransaction(RuntimeError):
    """A page was written outside the transaction of the change that it tells of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page will say. rows: rows as the change left them; gone: rows that it removed.

    seals: name of a row -> its digest as this change left it, for a history that is stored at once, where the row
    itself already stands as later changes left it. Only the last page of a row can be checked against the row.
    """

    verb: str
    by: Actor
    at: datetime
    matter_id: UUID | None = None
    subject: Model | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[StationRow] = ()
    gone: Sequence[StationRow] = ()
    seals: Mapping[str, str] = field(default_factory=dict)


def write(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    matter_id: UUID | None = None,
    subject: Model | None = None,
    facts: Mapping[str, Any] | None = None,
    rows: Sequence[StationRow] = (),
    gone: Sequence[StationRow] = (),
) -> Page:
    """Append one page to the ledger of the scope's home station, in the transaction of the change itself.

    verb: "area.verb". facts: codes, ids and ISO instants, never a personal value.
    rows: every station row that the change wrote; the page seals each one's digest.
    Raises OutsideTransaction, and OutsideScope for rows of another station.
    """
    return write_many([Entry(verb, by, at, matter_id, subject, facts or {}, rows, gone)])[0]


def write_many(entries: Sequence[Entry]) -> list[Page]:
    """Append pages in the given order; the same as `write` for each, in one go."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("a ledger page belongs in the transaction of the change that it tells of")
    station_id = scoping.home()
    frontier = _locked_frontier(station_id)
    pages, nodes = [], []
    for entry in entries:
        page = _page(station_id, frontier.size, entry)
        nodes += [node for node in frontier.append(bytes(page.leaf)) if node[0] and is_stored(node[0])]
        pages.append(page)
    _store(pages)
    if nodes:
        Node.objects.bulk_create(
            Node(station_id=station_id, level=n[0], index=n[1], hash=n[2]) for n in nodes
        )
    _move_head(station_id, frontier)
    _announce(station_id)
    return pages


def look(verb: str, *, by: Actor, at: datetime, **told: Any) -> Page:
    """Record that a value is about to be seen. Committed when this returns: hand the value out only then.

    Takes the keywords of `write`. Raises RuntimeError inside an open transaction, where "committed" would be a lie.
    """
    with transaction.atomic(durable=True):
        return write(verb, by=by, at=at, **told)


def refusal(action: str, *, by: Actor, at: datetime, **told: Any) -> Page:
    """Record that somebody was refused. The action is a fact of the page, never what they asked for."""
    facts = {"action": action, **told.pop("facts", {})}
    with transaction.atomic():
        return write("access.refused", by=by, at=at, facts=facts, **told)


# Every change queues for the head, so it is held as briefly as can be: two plain statements.
_READ = "SELECT frontier FROM {table} WHERE station_id = %s{locked}"
_MOVE = "UPDATE {table} SET size = %s, frontier = %s WHERE station_id = %s"


def _locked_frontier(station_id: UUID) -> Frontier:
    locked = " FOR UPDATE" if connection.features.has_select_for_update else ""
    asked = _READ.format(table=Head._meta.db_table, locked=locked)
    with connection.cursor() as cursor:
        found = cursor.execute(asked, [_key(station_id)]).fetchone()
        if found is None:
            Head.objects.bulk_create([Head(station_id=station_id)], ignore_conflicts=True)
            found = cursor.execute(asked, [_key(station_id)]).fetchone()
    return Frontier.from_bytes(bytes(found[0]))


def _move_head(station_id: UUID, frontier: Frontier) -> None:
    with connection.cursor() as cursor:
        told = [frontier.size, frontier.to_bytes(), _key(station_id)]
        cursor.execute(_MOVE.format(table=Head._meta.db_table), told)


def _key(station_id: UUID) -> Any:
    return Station._meta.pk.get_db_prep_value(station_id, connection)


def _page(station_id: UUID, number: int, entry: Entry) -> Page:
    page = Page(
        station_id=station_id,
        number=number,
        at=entry.at,
        verb=entry.verb,
        role=entry.by.role,
        actor=entry.by.label,
        account_id=entry.by.account_id,
        post_id=entry.by.post_id,
        matter_id=entry.matter_id,
        subject=name_of(entry.subject),
        facts=dict(entry.facts),
        seals=_seals(station_id, entry),
    )
    page.leaf = leaf_hash(page_bytes(page))
    return page


def _seals(station_id: UUID, entry: Entry) -> dict[str, str]:
    for row in (*entry.rows, *entry.gone):
        if row.station_id != station_id:
            raise scoping.OutsideScope(f"{name_of(row)} belongs to another station than the page")
    now = {name_of(row): row.digest() for row in entry.rows} | {name_of(row): "" for row in entry.gone}
    return {**entry.seals, **now}


def _store(pages: list[Page]) -> None:
    if len(pages) == 1:
        insert(pages)
    else:
        Page.objects.bulk_create(pages, batch_size=500)


_listeners: list[Callable[[UUID], None]] = []


def on_page(listener: Callable[[UUID], None]) -> None:
    """Call `listener(station_id)` after each commit that wrote pages in this process: a wake-up, not a message."""
    _listeners.append(listener)


def _announce(station_id: UUID) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('koban_pages', %s)", [str(station_id)])
    if _listeners:
        transaction.on_commit(lambda: [listener(station_id) for listener in _listeners], robust=True)
