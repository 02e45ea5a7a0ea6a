"""From TOML to clauses, strictly: an unknown key, a missing word, a wrong type is an error naming its clause."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from koban.kernel.law.clauses import (
    TIMES,
    UNVERIFIED,
    Bound,
    BoundCase,
    Case,
    Clause,
    Confidence,
    DueCase,
    Ends,
    ForceCase,
    Item,
    ItemCase,
    Unit,
)
from koban.lib.sentence import Words

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")
FEWEST_CASES = 3
CASE_KINDS: tuple[type[Case], ...] = (DueCase, BoundCase, ItemCase, ForceCase)
CASE_TYPES: dict[str, type] = {
    "start": datetime,
    "due": date,
    "provisional": bool,
    "given": int,
    "holds": bool,
    "item": str,
    "listed": bool,
    "on": date,
    "in_force": bool,
    "binding": bool,
}


class PackError(ValueError):
    """A pack cannot be read. One line per problem, each naming the file and the clause."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Reader:
    """Takes the keys of one TOML table one by one; what is left over at the end was misspelt."""

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self.table = dict(table)
        self.where = where

    def fail(self, problem: str) -> PackError:
        return PackError(f"{self.where}: {problem}")

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of `key`, which must be exactly a `kind`; without a default it must be there."""
        if key not in self.table:
            if default is None:
                raise self.fail(f'"{key}" is missing')
            return default
        return self.typed(key, self.table.pop(key), kind)

    def typed(self, key: str, value: Any, kind: type[T]) -> T:
        # bool is an int and datetime a date in Python; here neither may stand for the other.
        if type(value) is not kind:
            raise self.fail(f'"{key}" must be {kind.__name__}, not {type(value).__name__}')
        return value

    def chosen(self, key: str, kind: type[E]) -> E | None:
        if (word := self.take(key, str, "")) == "":
            return None
        try:
            return kind(word)
        except ValueError:
            raise self.fail(f'"{key}" is "{word}", not one of {", ".join(kind)}') from None

    def words(self, key: str, *, needed: bool = True) -> Words | None:
        """A sentence in both languages, `{ en = "…", zh = "…" }`."""
        if key not in self.table and not needed:
            return None
        inner = Reader(self.take(key, dict), f"{self.where}: {key}")
        found = Words(*(" ".join(inner.take(language, str).split()) for language in ("en", "zh")))
        inner.finish()
        if not (found.en and found.zh):
            raise self.fail(f'"{key}" is empty in one language')
        return found

    def finish(self) -> None:
        if self.table:
            raise self.fail(f"unknown key {', '.join(sorted(self.table))}")


def read_clause(table: Mapping[str, Any], where: str, pack: str) -> tuple[Clause, bool]:
    """A clause and whether it overrides one of the same id in a pack below. Raises PackError."""
    reader = Reader(table, where)
    identity = reader.take("id", str)
    reader.where = f"{where}: {identity}"
    if not ID.fullmatch(identity):
        raise reader.fail("an id is capitals and digits joined by hyphens, like CN-CASE-1")
    overrides = reader.take("overrides", bool, False)
    clause = _clause(reader, identity, pack)
    reader.finish()
    _check(reader, clause)
    return clause, overrides


def _clause(reader: Reader, identity: str, pack: str) -> Clause:
    confidence = _needed(reader, "confidence", reader.chosen("confidence", Confidence))
    return Clause(
        id=identity,
        pack=pack,
        title=_needed(reader, "title", reader.words("title")),
        text=_needed(reader, "text", reader.words("text")),
        source=_needed(reader, "source", reader.words("source")),
        article=reader.take("article", str, ""),
        confidence=confidence,
        valid_from=reader.take("from", date),
        valid_to=reader.take("to", date) if "to" in reader.table else None,
        verified=reader.take("verified", bool, confidence not in UNVERIFIED),
        recheck=reader.take("recheck", bool, False),
        local=reader.take("local", bool, False),
        amount=reader.take("value", int) if "value" in reader.table else None,
        unit=reader.chosen("unit", Unit),
        bound=reader.chosen("bound", Bound),
        counts=reader.words("counts", needed=False),
        ends=reader.chosen("ends", Ends) or Ends.AS_COUNTED,
        items=tuple(_item(reader, item) for item in reader.take("items", list, [])),
        cases=tuple(_case(reader, case) for case in reader.take("cases", list)),
    )


def _needed(reader: Reader, key: str, value: T | None) -> T:
    if value is None:
        raise reader.fail(f'"{key}" is missing')
    return value


def _item(reader: Reader, table: Any) -> Item:
    inner = Reader(reader.typed("items", table, dict), f"{reader.where}: items")
    item = Item(inner.take("key", str), Words(inner.take("en", str), inner.take("zh", str)))
    inner.finish()
    return item


def _case(reader: Reader, table: Any) -> Case:
    values = reader.typed("cases", table, dict)
    for key, value in values.items():
        if not isinstance(value, CASE_TYPES.get(key, object)):
            raise reader.fail(f'case: "{key}" is a {type(value).__name__}')
    for kind in CASE_KINDS:
        if next(iter(fields(kind))).name in values:
            return _made(reader, kind, values)
    raise reader.fail("a case has one of start, given, item, on")


def _made(reader: Reader, kind: type[Case], values: dict[str, Any]) -> Case:
    try:
        return kind(**values)
    except TypeError:
        known = ", ".join(field.name for field in fields(kind))
        raise reader.fail(f"a case with {', '.join(values)} should have {known}") from None


def _check(reader: Reader, clause: Clause) -> None:
    """What must hold between the fields of one clause."""
    timed = clause.unit in TIMES
    for wrong, problem in (
        (clause.valid_to and clause.valid_to < clause.valid_from, "it ends before it begins"),
        ((clause.amount is None) != (clause.unit is None), '"value" and "unit" come together'),
        (clause.amount is not None and clause.amount < 0, "a value cannot be negative"),
        (clause.verified and clause.confidence in UNVERIFIED, "S and M clauses cannot be verified"),
        (clause.ends is not Ends.AS_COUNTED and not timed, '"ends" needs a unit of time'),
        (clause.counts and not timed, '"counts" needs a unit of time'),
        (clause.bound and clause.amount is None, '"bound" needs a value'),
        (len({item.key for item in clause.items}) < len(clause.items), "an item is listed twice"),
        (len(clause.cases) < FEWEST_CASES, f"needs at least {FEWEST_CASES} cases"),
    ):
        if wrong:
            raise reader.fail(problem)
