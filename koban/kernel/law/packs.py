"""Rule packs: folders of TOML. A pack builds on others, adds clauses, overrides or switches on. Pure."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from koban.kernel.law.clauses import UNVERIFIED, Clause
from koban.kernel.law.reading import PackError, Reader, read_clause
from koban.lib.calendar import WEEKS, Calendar, CalendarError, from_state_council
from koban.lib.sentence import Words

SHIPPED = Path(__file__).resolve().parents[2] / "packs"
OWN_FOLDERS = "KOBAN_PACKS"
"""Environment: further folders of packs, parted like PATH. An office keeps its own pack there."""
KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

Clauses = Mapping[str, tuple[Clause, ...]]
"""Versions of each clause by id, oldest first, never overlapping."""


class NoPack(LookupError):
    """There is no pack of this name in any folder."""


@dataclass(frozen=True, eq=False)
class Pack:
    """One pack with all that it inherits. tz: the zone in which the cases of its clauses are told."""

    key: str
    title: Words
    tz: ZoneInfo
    bases: tuple["Pack", ...]
    calendar: Calendar
    clauses: Clauses


def folders() -> tuple[Path, ...]:
    """Where packs are looked for: the shipped ones first, so that an own pack cannot stand in for them."""
    own = os.environ.get(OWN_FOLDERS, "")
    return (SHIPPED, *(Path(name) for name in own.split(os.pathsep) if name))


def keys(places: tuple[Path, ...] | None = None) -> tuple[str, ...]:
    """The names of all packs there are."""
    found = {path.parent.name for place in places or folders() for path in place.glob("*/pack.toml")}
    return tuple(sorted(found))


def load(key: str, places: tuple[Path, ...] | None = None) -> Pack:
    """The pack `key`, read once per process. Raises NoPack, or PackError naming file and clause."""
    return _load(key, places or folders(), ())


@cache
def _load(key: str, places: tuple[Path, ...], on_the_way: tuple[str, ...]) -> Pack:
    if key in on_the_way:
        raise PackError(f"{key}: builds on itself by way of {' > '.join(on_the_way)}")
    folder = _folder(key, places)
    reader = Reader(_toml(folder / "pack.toml"), f"{key}/pack.toml")
    bases = tuple(_load(base, places, (*on_the_way, key)) for base in reader.take("extends", list, []))
    pack = _build(key, folder, reader, bases)
    reader.finish()
    return pack


def _folder(key: str, places: tuple[Path, ...]) -> Path:
    # A key comes from a station's row: it must not climb out of the folders.
    if KEY.fullmatch(key):
        for place in places:
            if (place / key / "pack.toml").is_file():
                return place / key
    raise NoPack(f'there is no rule pack "{key}"')


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path.parent.name}/{path.name}: not TOML: {error}") from None


def _build(key: str, folder: Path, reader: Reader, bases: tuple[Pack, ...]) -> Pack:
    title = reader.words("title")
    zone = reader.take("tz", str, "") or (bases[0].tz.key if bases else "UTC")
    clauses = _join(key, bases) | _own(key, folder, bases)
    clauses = _with_house_values(reader, clauses)
    clauses = _enabled(reader, clauses)
    return Pack(
        key, title or Words(key, key), ZoneInfo(zone), bases, _calendar(folder, reader, bases), clauses
    )


def _join(key: str, bases: tuple[Pack, ...]) -> dict[str, tuple[Clause, ...]]:
    """What the bases hold together. Where they differ, the one that builds on the other wins."""
    joined: dict[str, tuple[Clause, ...]] = {}
    below = {name: names for base in bases for name, names in _below(base).items()}
    for base in bases:
        for identity, versions in base.clauses.items():
            rival = joined.get(identity, versions)
            if rival == versions or rival[0].pack in below[versions[0].pack]:
                joined[identity] = versions
            elif versions[0].pack not in below[rival[0].pack]:
                raise PackError(
                    f"{key}/pack.toml: {identity} differs between its bases: build on one of them"
                )
    return joined


def _below(pack: Pack) -> dict[str, set[str]]:
    """For `pack` and each pack under it: the names of all packs that it builds on."""
    found: dict[str, set[str]] = {name: names for base in pack.bases for name, names in _below(base).items()}
    found[pack.key] = set(found)
    return found


def _own(key: str, folder: Path, bases: tuple[Pack, ...]) -> dict[str, tuple[Clause, ...]]:
    inherited = {identity for base in bases for identity in base.clauses}
    own: dict[str, list[Clause]] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name != "pack.toml":
            _gather(path, key, inherited, own, problems)
    if problems:
        raise PackError(*problems)
    return {identity: _in_order(key, versions) for identity, versions in own.items()}


def _gather(
    path: Path, key: str, inherited: set[str], own: dict[str, list[Clause]], problems: list[str]
) -> None:
    """Read one file of clauses, going on after a bad one, so that all problems are told at once."""
    where = f"{key}/{path.name}"
    reader = Reader(_toml(path), where)
    tables = reader.take("clause", list)
    reader.finish()
    for table in tables:
        try:
            clause, overrides = read_clause(table, where, key)
            _check_override(clause.id, overrides, clause.id in inherited, where)
            own.setdefault(clause.id, []).append(clause)
        except PackError as error:
            problems.extend(error.problems)


def _check_override(identity: str, overrides: bool, inherited: bool, where: str) -> None:
    if inherited and not overrides:
        raise PackError(f'{where}: {identity}: a pack below has it: say "overrides = true" if that is meant')
    if overrides and not inherited:
        raise PackError(f"{where}: {identity}: no pack below has it, so there is nothing to override")


def _in_order(key: str, versions: Iterable[Clause]) -> tuple[Clause, ...]:
    ordered = tuple(sorted(versions, key=lambda clause: clause.valid_from))
    for earlier, later in pairwise(ordered):
        if earlier.in_force(later.valid_from):
            raise PackError(f"{key}: {later.id}: two versions hold on {later.valid_from}")
    return ordered


def _with_house_values(reader: Reader, clauses: Clauses) -> dict[str, tuple[Clause, ...]]:
    """Table [house]: another number for a house standard. Law cannot be changed this way."""
    changed = dict(clauses)
    for identity, value in reader.take("house", dict, {}).items():
        number = reader.typed(identity, value, int)
        versions = _known(reader, clauses, identity)
        if number < 0 or any(clause.amount is None or not clause.house for clause in versions):
            raise reader.fail(
                f"[house] {identity}: only the number of a house standard can be set, from 0 up"
            )
        changed[identity] = tuple(replace(clause, amount=number, cases=()) for clause in versions)
    return changed


def _enabled(reader: Reader, clauses: Clauses) -> dict[str, tuple[Clause, ...]]:
    """Table [enable]: unverified clauses that this office lets bind, after somebody looked them up."""
    changed = dict(clauses)
    table = Reader(reader.take("enable", dict, {}), f"{reader.where}: enable")
    for identity in table.take("ids", list, []):
        versions = _known(reader, clauses, identity)
        if any(clause.confidence not in UNVERIFIED for clause in versions):
            raise reader.fail(f"[enable] {identity}: it binds already")
        changed[identity] = tuple(replace(clause, enabled=True) for clause in versions)
    table.finish()
    return changed


def _known(reader: Reader, clauses: Clauses, identity: str) -> tuple[Clause, ...]:
    if identity not in clauses:
        raise reader.fail(f"there is no clause {identity}")
    return clauses[identity]


def _calendar(folder: Path, reader: Reader, bases: tuple[Pack, ...]) -> Calendar:
    table = reader.take("calendar", dict, {})
    if not table:
        return bases[0].calendar if bases else WEEKS
    inner = Reader(table, f"{reader.where}: calendar")
    years, source = inner.take("folder", str), inner.take("source", str)
    inner.finish()
    try:
        return from_state_council(sorted((folder / years).glob("[0-9]*.json")), source)
    except CalendarError as error:
        raise PackError(f"{reader.where}: calendar: {error}") from error
