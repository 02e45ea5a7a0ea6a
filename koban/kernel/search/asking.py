"""Asking the index. What is rare is looked up, what is common is only compared, so that no question is slow."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from koban.kernel.search import keys
from koban.kernel.search.models import Entry, Term
from koban.kernel.search.schema import FULL_TEXT
from koban.kernel.stations import scoping

COMMON = 20_000  # entries of one station; what more of them hold does not lead
WIDE = 2_000  # terms that begin alike
MOST_WORDS = 12
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that an entry must have. whole: the term itself, not one that begins so."""

    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Weighed:
    wanted: Wanted
    count: int


def find(kind: str, wanted: Sequence[Wanted], limit: int) -> list[UUID]:
    """Rows of the scope that hold all of `wanted`, at most `limit`, in the order in which they were put in.

    Nothing for nothing wanted.
    """
    return first(kind, [wanted], limit, limit)


def first(kind: str, questions: Sequence[Sequence[Wanted]], enough: int, limit: int) -> list[UUID]:
    """Rows that answer the first question, then those of the next ones, until there are `enough`.

    limit: of the rows of one question.
    """
    asked = [list(question)[:MOST_WORDS] for question in questions if _can_be_asked(question)]
    fronts = [keys.prefix(station, kind) for station in _stations()]
    if not asked or not fronts:
        return []
    counts = _counts(dict.fromkeys(one for question in asked for one in question), fronts)
    found: dict[UUID, None] = {}
    for question in asked:
        weighed = sorted((_Weighed(one, counts[one]) for one in question), key=lambda one: one.count)
        if weighed[0].count > 0:
            found.update(dict.fromkeys(_Question(kind, fronts, weighed, limit).rows()))
        if len(found) >= enough:
            break
    return list(found)


def _can_be_asked(question: Sequence[Wanted]) -> bool:
    return bool(question) and all(one.text.isalnum() for one in question)


def near(kind: str, start: str, most: int = 3_000) -> list[str]:
    """The vocabulary of a kind in the scope that begins with `start`: where a typing slip is looked for."""
    found: list[str] = []
    for station in _stations():
        front = keys.prefix(station, kind)
        rows = Term.objects.filter(key__gte=front + start, key__lt=front + start + LAST, count__gt=0)
        found += [key[len(front) :] for key in rows.values_list("key", flat=True)[:most]]
    return found


def _stations() -> list[UUID]:
    ids = scoping.current().ids
    if ids is None:
        raise scoping.OutsideScope("nobody searches in all stations at once")
    return sorted(ids)


def _counts(asked: Iterable[Wanted], fronts: Sequence[str]) -> dict[Wanted, int]:
    """How many entries hold each, as far as it matters: a beginning that very many terms share counts as everywhere."""
    order = list(asked)
    one = (
        f"SELECT %s, SUM(count), COUNT(*) FROM (SELECT count FROM {Term._meta.db_table} "  # noqa: S608  our own names
        f"WHERE key >= %s AND key <= %s LIMIT {WIDE}) AS counted"
    )
    told = [
        value
        for place, wanted in enumerate(order)
        for front in fronts
        for value in (place, front + wanted.text, front + wanted.text + ("" if wanted.whole else LAST))
    ]
    counts = [0] * len(order)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * (len(order) * len(fronts))), told)
        for place, total, terms in cursor.fetchall():
            counts[int(place)] += (total or 0) + (10**9 if terms >= WIDE else 0)
    return {wanted: max(0, count) for wanted, count in zip(order, counts, strict=True)}


class _Question:
    """What leads through the index, and what the rows it leads to are compared with."""

    def __init__(self, kind: str, fronts: Sequence[str], weighed: Sequence[_Weighed], limit: int) -> None:
        self.kind, self.fronts, self.limit = kind, fronts, limit
        self.postgres = connection.vendor == "postgresql"
        self.lead = [one.wanted for one in weighed if self._leads(one)]
        self.rest = [one.wanted for one in weighed if not self._leads(one)]

    def _leads(self, one: _Weighed) -> bool:
        """SQLite walks a whole term's rows in their order and stops at the limit; all else is gathered first."""
        return one.count <= COMMON or (one.wanted.whole and not self.postgres)

    def rows(self) -> list[UUID]:
        sql, told = self._postgres() if self.postgres else self._sqlite()
        with _through_the_index(self.postgres and bool(self.lead)), connection.cursor() as cursor:
            cursor.execute(sql, [*told, self.limit])
            return [row if isinstance(row, UUID) else UUID(row) for (row,) in cursor.fetchall()]

    def _mine(self) -> tuple[str, list[Any]]:
        of_uuid = Entry._meta.get_field("row_id").get_db_prep_value
        ids = [of_uuid(station, connection) for station in _stations()]
        return f"e.kind = %s AND e.station_id IN ({', '.join(['%s'] * len(ids))})", [self.kind, *ids]

    # --- SQLite -------------------------------------------------------------------------------------------------

    def _sqlite(self) -> tuple[str, list[Any]]:
        mine, told = self._mine()
        likes = "".join(" AND e.terms LIKE %s" for _one in self.rest)
        compared = [f"% {one.text}{' ' if one.whole else ''}%" for one in self.rest]
        table = Entry._meta.db_table
        if not self.lead:
            sql = f"SELECT e.row_id FROM {table} e WHERE {mine}{likes} LIMIT %s"  # noqa: S608
            return sql, [*told, *compared]
        lead = " AND ".join(
            f"({' OR '.join(self._word(one, front) for front in self.fronts)})" for one in self.lead
        )
        sql = (
            f"SELECT e.row_id FROM {FULL_TEXT} w CROSS JOIN {table} e ON e.n = w.rowid "  # noqa: S608
            f"WHERE {FULL_TEXT} MATCH %s AND {mine}{likes} LIMIT %s"
        )
        return sql, [lead, *told, *compared]

    def _word(self, one: Wanted, front: str) -> str:
        return f'"{front}{one.text}"' + ("" if one.whole else " *")

    # --- PostgreSQL ---------------------------------------------------------------------------------------------

    def _postgres(self) -> tuple[str, list[Any]]:
        mine, told = self._mine()
        # Behind IS NOT FALSE no index is asked: the rows at hand are compared.
        compared = " AND (e.terms @@ %s::tsquery) IS NOT FALSE" if self.rest else ""
        led = " AND e.terms @@ %s::tsquery" if self.lead else ""
        table = Entry._meta.db_table
        told += [self._query(part) for part in (self.lead, self.rest) if part]
        sql = f"SELECT e.row_id FROM {table} e WHERE {mine}{led}{compared} LIMIT %s"  # noqa: S608
        return sql, told

    def _query(self, part: Sequence[Wanted]) -> str:
        return " & ".join(
            f"({' | '.join(self._lexeme(one, front) for front in self.fronts)})" for one in part
        )

    def _lexeme(self, one: Wanted, front: str) -> str:
        return f"'{front}{one.text}'" + ("" if one.whole else ":*")


@contextmanager
def _through_the_index(needed: bool) -> Iterator[None]:
    """PostgreSQL would rather read the table where it hopes that the limit is soon reached; rare words prove it wrong."""
    if not needed:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SET LOCAL enable_indexscan = on")
