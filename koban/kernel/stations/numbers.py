"""Human numbers: per station, register and year, gapless because they are given inside the transaction that uses them."""

from django.db import connection, transaction

from koban.kernel.stations import scoping as scopes
from koban.kernel.stations.models import Counter
from koban.kernel.stations.rows import make_salt
from koban.lib.ids import uuid7

_NEXT = """
INSERT INTO {table} (id, station_id, salt, register, year, last) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (station_id, register, year) DO UPDATE SET last = {table}.last + excluded.last RETURNING last
"""


def take(register: str, year: int, count: int = 1) -> int:
    """The next number of `register` in `year` for the scope's home station, from 1; with `count`, the last of so many.

    Raises TransactionManagementError outside a transaction, because a number that is not used would leave a gap.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a number is only given inside the transaction that uses it"
        )
    uuid = Counter._meta.pk.get_db_prep_value
    row = [uuid(uuid7(), connection), uuid(scopes.home(), connection), make_salt(), register, year, count]
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(table=Counter._meta.db_table), row)
        return int(cursor.fetchone()[0])


def printed(number: int, year: int) -> str:
    """`2026-000123`."""
    return f"{year}-{number:06d}"
