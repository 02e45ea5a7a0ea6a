"""Reading a table (`koban.lib.tables`); what is wrong with it is a refusal here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from koban.lib import tables
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.lib.tables import Row, Table

__all__ = ["Row", "Table", "opened"]


@contextmanager
def opened(path: Path, encoding: str = "") -> Iterator[Table]:
    """As `tables.opened`. Raises Refused with a sentence for a file that is no table."""
    try:
        with tables.opened(path, encoding) as table:
            yield table
    except Mistake as mistake:
        raise Refused(str(mistake.sentence)) from mistake
