"""Regimes and checklists as the packs tell them. Read once; a mistake in a file stops the start with its place."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from koban.kernel import law
from koban.kernel.law.packs import folders
from koban.lib.sentence import Words

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,19}$")]
Clause = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")]
Holds = Literal["licence", "filing", "none"]
FEWEST_CASES = 3


class RegimeError(ValueError):
    """A file of regimes cannot be used; it names the file and what is wrong."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Said(_Row):
    en: Annotated[str, Field(min_length=1, max_length=200)]
    zh: Annotated[str, Field(min_length=1, max_length=200)]

    @property
    def words(self) -> Words:
        return Words(self.en, self.zh)


class Case(_Row):
    """On this day this holds."""

    on: date
    holds: Holds


class Regime(_Row):
    """What holds for one kind of place from a day to a day.

    every, who, clause: clauses that say how often, how many go, and on what the regime rests. follows: what comes of a
    breach. opens: what of its records everybody may read; warns: whether warnings are published; both "" for nothing.
    """

    kind: Key
    label: Said
    units: tuple[Key, ...] = ()
    holds: Holds
    clause: Clause
    from_on: date = Field(alias="from")
    to_on: date | None = Field(default=None, alias="to")
    checklist: Key
    every: Clause
    who: Clause
    follows: tuple[Clause, ...] = ()
    minutes: int = Field(gt=0, le=480)
    weight: int = Field(ge=1, le=3)
    opens: str = ""
    warns: str = ""
    is_home: bool = False
    checks_itself: bool = False
    cases: tuple[Case, ...] = Field(min_length=FEWEST_CASES)

    def in_force(self, on: date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)

    @property
    def words(self) -> Words:
        return self.label.words

    @property
    def clauses(self) -> tuple[str, ...]:
        named = (self.clause, self.every, self.who, *self.follows, self.opens, self.warns)
        return tuple(dict.fromkeys(name for name in named if name))


class Item(_Row):
    """One point of a checklist. hazard: kind of the hazard it becomes, "" for the duty of hazards to say.

    measure: unit of the number that is asked for, "" for yes, no, does not apply.
    """

    key: Key
    en: str
    zh: str
    clause: Clause
    severity: Literal["grave", "serious", "minor"]
    photo: bool = False
    hazard: str = ""
    measure: Literal["", "days", "months", "years", "people", "metres"] = ""

    @property
    def words(self) -> Words:
        return Words(self.en, self.zh)


class Checklist(_Row):
    key: Key
    title: Said
    items: tuple[Item, ...] = Field(min_length=1)

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)


Row = TypeVar("Row", Regime, Checklist)


def kinds(pack: str) -> tuple[str, ...]:
    """Every kind of place that the pack knows, in the order of its file."""
    return tuple(_rows(pack))


def regime(kind: str, pack: str, on: date) -> Regime | None:
    """What holds for this kind of place on that day; None where nothing does."""
    return next((row for row in _rows(pack).get(kind, ()) if row.in_force(on)), None)


def newest(kind: str, pack: str) -> Regime | None:
    """The last row of a kind, for its words."""
    return next(reversed(_rows(pack).get(kind, ())), None)


def regimes(pack: str, on: date) -> dict[str, Regime]:
    found = {kind: regime(kind, pack, on) for kind in kinds(pack)}
    return {kind: row for kind, row in found.items() if row is not None}


def history(kind: str, pack: str) -> tuple[Regime, ...]:
    """Every version of a kind, oldest first."""
    return _rows(pack).get(kind, ())


def holds(kind: str, pack: str, on: date) -> Holds:
    """Licence, filing or none on that day."""
    found = regime(kind, pack, on)
    return found.holds if found else "none"


def checklist(key: str, pack: str) -> Checklist | None:
    return _checklists(pack).get(key)


def kind_of_unit(unit_kind: str, pack: str, on: date) -> str:
    """The kind that a unit of the premises register begins as, "" where it is none of ours."""
    return next((kind for kind, row in regimes(pack, on).items() if unit_kind in row.units), "")


# --- Reading ---------------------------------------------------------------------------------------------------


def _order(pack: law.Pack) -> tuple[str, ...]:
    """The pack and what it builds on, nearest first."""
    names = [pack.key]
    for base in pack.bases:
        names += [name for name in _order(base) if name not in names]
    return tuple(names)


def _rows(pack: str) -> Mapping[str, tuple[Regime, ...]]:
    return _read_rows(pack, folders())


@cache
def _read_rows(pack: str, places: tuple[Path, ...]) -> Mapping[str, tuple[Regime, ...]]:
    """Versions by kind; the nearest pack that speaks of a kind speaks alone."""
    found: dict[str, tuple[Regime, ...]] = {}
    for name in _order(law.load(pack)):
        for kind, rows in read_regimes(_told(name, "regime", places), name).items():
            found.setdefault(kind, rows)
    for kind, rows in found.items():
        _check(kind, rows, pack)
    return found


def _checklists(pack: str) -> Mapping[str, Checklist]:
    return _read_checklists(pack, folders())


@cache
def _read_checklists(pack: str, places: tuple[Path, ...]) -> Mapping[str, Checklist]:
    found: dict[str, Checklist] = {}
    for name in _order(law.load(pack)):
        for row in _typed(Checklist, _told(name, "checklist", places), name):
            found.setdefault(row.key, row)
    return found


def read_regimes(told: list[dict[str, Any]], where: str) -> dict[str, tuple[Regime, ...]]:
    """Rows of one pack by kind, in the order of their days. Raises RegimeError, for two that hold on one day too."""
    by_kind: dict[str, list[Regime]] = {}
    for row in _typed(Regime, told, where):
        by_kind.setdefault(row.kind, []).append(row)
    for kind, rows in by_kind.items():
        rows.sort(key=lambda row: row.from_on)
        for earlier, later in pairwise(rows):
            if earlier.in_force(later.from_on):
                raise RegimeError(f"{where}: {kind}: two rows hold on {later.from_on}")
    return {kind: tuple(rows) for kind, rows in by_kind.items()}


def _typed(kind: type[Row], told: list[dict[str, Any]], where: str) -> list[Row]:
    try:
        return [kind(**row) for row in told]
    except ValidationError as error:
        raise RegimeError(f"{where}: {error}") from None


def _told(pack: str, table: str, places: tuple[Path, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for folder in places:
        for path in sorted(Path(folder, pack, "regimes").glob("*.toml")):
            rows += tomllib.loads(path.read_text(encoding="utf-8")).get(table, [])
    return rows


def _check(kind: str, rows: tuple[Regime, ...], pack: str) -> None:
    """Every case holds, every clause is known in the pack, on some day at least."""
    known = law.load(pack).clauses
    for row in rows:
        for name in row.clauses:
            if name not in known:
                raise RegimeError(f"{pack}: {kind}: there is no clause {name}")
        for case in row.cases:
            found = next((one.holds for one in rows if one.in_force(case.on)), "none")
            if found != case.holds:
                raise RegimeError(f"{pack}: {kind}: on {case.on} {found} holds, not {case.holds}")
