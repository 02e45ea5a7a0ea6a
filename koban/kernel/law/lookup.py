"""Which clause holds where and when. Pure: the day is given, never asked of a clock."""

from datetime import date
from functools import lru_cache

from koban.kernel.law.clauses import Clause
from koban.kernel.law.packs import keys, load
from koban.lib.sentence import Words


class NoClause(LookupError):
    """The pack has no clause of this id, or none that holds on the day. The message says which."""


def clause(id: str, pack: str = "cn", *, on: date) -> Clause:
    """The version of clause `id` that holds in `pack` on the local day `on`.

    Raises NoPack, NoClause, or PackError where the pack cannot be read.
    """
    versions = load(pack).clauses.get(id)
    if versions is None:
        raise NoClause(f'the rule pack "{pack}" has no clause {id}')
    for version in versions:
        if version.in_force(on):
            return version
    raise NoClause(f'clause {id} of the rule pack "{pack}" does not hold on {on}')


def has(id: str, pack: str = "cn", *, on: date) -> bool:
    """Whether `pack` has clause `id` on that day: for what only a local pack asks. Raises NoPack, PackError."""
    return any(version.in_force(on) for version in load(pack).clauses.get(id, ()))


def all_clauses(pack: str = "cn", *, on: date | None = None) -> tuple[Clause, ...]:
    """Every clause of `pack` and what it builds on, by id and date; with `on`, only those of that day."""
    found = [
        version
        for _, versions in sorted(load(pack).clauses.items())
        for version in versions
        if on is None or version.in_force(on)
    ]
    return tuple(found)


@lru_cache(maxsize=512)
def title(id: str) -> Words | None:
    """What clause `id` is called, in the newest version of the first pack that has it; None where none has."""
    found = (load(key).clauses.get(id) for key in keys())
    return next((versions[-1].title for versions in found if versions), None)
