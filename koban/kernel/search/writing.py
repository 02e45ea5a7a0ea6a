"""Keeping the index: in the transaction of the change, after its ledger page, whose lock keeps writers in line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from koban.kernel.search import keys
from koban.kernel.search.models import Entry, Term
from koban.kernel.search.schema import FULL_TEXT
from koban.kernel.stations import scoping

BATCH = 500
COUNT = "INSERT INTO {table} (key, count) {values} ON CONFLICT (key) DO UPDATE SET count = {table}.count + excluded.count"


def put(kind: str, told: Iterable[tuple[UUID, Sequence[str]]]) -> None:
    """Let rows of the scope's home station be found by these terms, and by no others any more.

    Terms are letters and digits; what is sealed comes as blind tokens only. A row without terms is not found.
    """
    left = iter(told)
    while batch := dict(islice(left, BATCH)):
        drop(kind, list(batch))
        _add(kind, [(row, keys.clean(terms)) for row, terms in batch.items()])


def _add(kind: str, batch: Sequence[tuple[UUID, list[str]]]) -> None:
    station = scoping.home()
    front = keys.prefix(station, kind)
    stored = [_stored(terms, front) for _row, terms in batch]
    entries = Entry.objects.bulk_create(
        Entry(station_id=station, kind=kind, row_id=row, terms=terms)
        for (row, _bare), terms in zip(batch, stored, strict=True)
    )
    _words([(entry.pk, _line(terms, front)) for entry, (_row, terms) in zip(entries, batch, strict=True)])
    _count(Counter(front + term for _row, terms in batch for term in terms))


def drop(kind: str, rows: Sequence[UUID]) -> None:
    """Let rows be found no more."""
    front = keys.prefix(scoping.home(), kind)
    for entries in _in_batches(kind, rows):
        bare = [(entry.pk, [term.removeprefix(front) for term in entry.terms]) for entry in entries]
        _words([(pk, _line(terms, front)) for pk, terms in bare], gone=True)
        _count(
            Counter({key: -n for key, n in Counter(front + term for _pk, t in bare for term in t).items()})
        )
        Entry.objects.filter(pk__in=[pk for pk, _terms in bare]).delete()


def _in_batches(kind: str, rows: Sequence[UUID]) -> Iterator[list[Entry]]:
    for start in range(0, len(rows), BATCH):
        if found := list(Entry.objects.filter(kind=kind, row_id__in=rows[start : start + BATCH])):
            yield found


def _stored(terms: Sequence[str], front: str) -> Sequence[str]:
    return [front + term for term in terms] if connection.vendor == "postgresql" else terms


def _line(terms: Sequence[str], front: str) -> str:
    return " ".join(front + term for term in terms)


def _words(lines: Sequence[tuple[int, str]], *, gone: bool = False) -> None:
    """The full-text table of SQLite; it keeps no text, so that what is taken out must be told again."""
    if connection.vendor == "postgresql":
        return
    first = (
        f"({FULL_TEXT}, rowid, keys) VALUES ('delete', %s, %s)" if gone else "(rowid, keys) VALUES (%s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {FULL_TEXT} {first}", lines)


def _count(counts: Counter[str]) -> None:
    told: list[Any] = sorted(counts.items())  # in one order, so that no two writers wait for each other
    table = Term._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            values = "SELECT * FROM unnest(%s::varchar[], %s::int[])"
            cursor.execute(
                COUNT.format(table=table, values=values), [[k for k, _n in told], [n for _k, n in told]]
            )
        else:
            cursor.executemany(COUNT.format(table=table, values="VALUES (%s, %s)"), told)
