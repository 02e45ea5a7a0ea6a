"""What a register brings along so that tables can be loaded into it, and the cells that its rows are read from."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from koban.kernel.ledger import Actor
from koban.lib import geo, tables
from koban.lib.mistakes import Mistake
from koban.lib.mixed_lines import UNREADABLE
from koban.lib.sentence import Sentence, gettext_noop
from koban.lib.text import clean

MISSING = gettext_noop("This is missing.")
CUT_OFF = gettext_noop("Some characters cannot be read: choose another encoding, such as gb18030.")
NOT_BEFORE = gettext_noop("This day is not possible.")
DATUMS: Mapping[str, Callable[[geo.Point], geo.Point]] = {
    "wgs84": lambda point: point,
    "gcj02": geo.gcj02_to_wgs84,
    "bd09": geo.bd09_to_wgs84,
}
NO_DAY_BEFORE = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row may say. names: headings by which it is known, in both languages."""

    key: str
    label: Any
    names: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The row that is there already. why: how one knows. is_sure: else the row is taken, and the doubt is told."""

    row_id: UUID
    why: tuple[Sentence, ...]
    is_sure: bool = True


class Wrong(Exception):
    """A cell that stops its row. field: its key."""

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(field)
        self.field, self.sentence = field, sentence


@dataclass
class Cells:
    """One row under its mapping. warnings: what was mended or left out; the row is taken all the same."""

    at: Mapping[str, int]
    cells: Sequence[Any]
    datum: str = "wgs84"
    warnings: list[tuple[str, Sentence]] = field(default_factory=list)

    def raw(self, key: str) -> Any:
        place = self.at.get(key)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def text(self, key: str, limit: int, *, needed: bool = False) -> str:
        """Cleaned text. Raises Wrong where it is needed and missing, too long, or a number that lost digits."""
        said = self._checked(key, lambda: clean(tables.words_of(self.raw(key)), limit))
        if UNREADABLE in said:
            raise Wrong(key, Sentence(CUT_OFF))
        if needed and not said:
            raise Wrong(key, Sentence(MISSING))
        return str(said)

    def day(self, key: str) -> date | None:
        found: date | None = self._checked(key, lambda: tables.day_of(self.raw(key)))
        if found is not None and found < NO_DAY_BEFORE:
            raise Wrong(key, Sentence(NOT_BEFORE))
        return found

    def point(self, lon: str = "lon", lat: str = "lat") -> geo.Point | None:
        """The position in WGS 84, None where neither is told."""
        if self.raw(lon) in ("", None) and self.raw(lat) in ("", None):
            return None
        return DATUMS[self.datum](self._checked(lon, lambda: geo.point(self.raw(lon), self.raw(lat))))

    def checked(self, key: str, check: Callable[[str], str], limit: int = 60) -> str:
        """Text that a check of lib takes, "" where there is none."""
        said = self.text(key, limit)
        return str(self._checked(key, lambda: check(said))) if said else ""

    def warn(self, key: str, sentence: Sentence) -> None:
        self.warnings.append((key, sentence))

    def _checked(self, key: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Mistake as mistake:
            raise Wrong(key, mistake.sentence) from None


class Importer(ABC):
    """One kind of table. Register an instance in the module `importers` of the app."""

    key: str
    label: Any
    action: str
    """What whoever imports must be allowed to do."""
    fields: Sequence[Field]

    def open(self) -> None:  # noqa: B027  most need nothing
        """Called once before the rows, inside the scope of the station."""

    def ahead(self, batch: Sequence[Cells]) -> None:  # noqa: B027  most look nothing up
        """Called before some rows are read, so that what they all name is looked up at once."""

    @abstractmethod
    def read(self, cells: Cells) -> Any:
        """What a row says, as a value of the importer's own. Raises Wrong for a row that cannot be taken."""

    @abstractmethod
    def name(self, item: Any) -> str:
        """What makes two rows of the table the same; hashed, never stored."""

    def contents(self, item: Any) -> str:
        """What two rows of one name must have in common, or they contradict each other; hashed, never stored."""
        return ""

    @abstractmethod
    def find(self, items: Sequence[Any], *, by: Actor, at: datetime) -> list[Match | None]:
        """For each item what the register holds of it already, in the open transaction."""

    @abstractmethod
    def write(self, items: Sequence[Any], *, by: Actor, at: datetime) -> list[UUID | Sentence]:
        """Store items that are new, with their pages, in the open transaction. For each its row, or why not."""

    @abstractmethod
    def undo(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
        """Take rows out again, with their pages. What something hangs on stays, with the reason."""

    def besides(self) -> list[UUID]:
        """Rows that the last `write` made because others needed them; taken out last, where nothing hangs on them."""
        return []

    def undo_besides(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> None:  # noqa: B027  most make none
        """Take out again those of `besides` that nothing hangs on any more."""


IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    IMPORTERS[importer.key] = importer


def guessed(importer: Importer, heading: Sequence[str]) -> dict[str, str]:
    """Field -> column for the columns that are called as such columns are."""
    plain = {_plain(column): column for column in reversed(heading) if column}
    found = {
        one.key: next((plain[name] for name in map(_plain, (one.key, *one.names)) if name in plain), "")
        for one in importer.fields
    }
    return {key: column for key, column in found.items() if column}


def _plain(name: str) -> str:
    return "".join(name.casefold().replace("_", "").replace("*", "").split()).strip("：:（）()")
