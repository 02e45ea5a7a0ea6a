"""The scope: which stations' rows the running work may see. No scope, no query."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


class OutsideScope(RuntimeError):
    """A query or a save reached for rows of a station that the running work may not touch."""


@dataclass(frozen=True, slots=True)
class Scope:
    """home: the station that new rows belong to (None where nothing may be written).

    ids: the stations whose rows can be read; None means all of them (kernel work only).
    """

    home: UUID | None
    ids: frozenset[UUID] | None
    reason: str = ""

    def covers(self, station_id: UUID | None) -> bool:
        return self.ids is None or station_id in self.ids


_scope: ContextVar[Scope | None] = ContextVar("koban_scope", default=None)


def current() -> Scope:
    """The scope of the running work. Raises OutsideScope where nobody opened one."""
    if (found := _scope.get()) is None:
        raise OutsideScope("no station scope is open: wrap the work in stations.scope(...)")
    return found


def home() -> UUID:
    """The station that new rows belong to. Raises OutsideScope in a scope without one."""
    if (station_id := current().home) is None:
        raise OutsideScope("this scope spans stations and has no home to write to")
    return station_id


@contextmanager
def _opened(scope: Scope) -> Iterator[Scope]:
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def scope(station: UUID, *also: UUID) -> Iterator[Scope]:
    """Work for one station; `also` names further stations whose rows may be read (a bureau's offices)."""
    with _opened(Scope(station, frozenset((station, *also)))) as opened:
        yield opened


@contextmanager
def looking(station: UUID, at: UUID) -> Iterator[Scope]:
    """Work for one station, reading the rows of the station `at` alone."""
    with _opened(Scope(station, frozenset((at,)))) as opened:
        yield opened


@contextmanager
def everywhere(reason: str) -> Iterator[Scope]:
    """The few kernel works that cross stations (verify, backup, jobs). `reason` says which; rows are read only."""
    if not reason:
        raise ValueError("a scope over all stations needs a reason")
    with _opened(Scope(None, None, reason)) as opened:
        yield opened


@contextmanager
def outside() -> Iterator[None]:
    """Close the scope for a while (tests, and threads that must not inherit one)."""
    token = _scope.set(None)
    try:
        yield
    finally:
        _scope.reset(token)
