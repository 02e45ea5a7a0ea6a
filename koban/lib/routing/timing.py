"""The times of a round whose order is given, by a person or by the search."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from koban.lib.routing.model import Person, Route, Stop, Visit

ANY_TIME = 2**40


def timed(person: Person, order: Sequence[Stop], matrix: npt.NDArray[np.int64]) -> Route:
    """The times in this order; who comes too late begins at once, and the visit says by how much.

    The start is put off where that saves waiting, but never by more than half of the room that a later stop has.
    """
    early = _walked(person, order, matrix, person.begins)
    put_off = _needless(early)
    return _walked(person, order, matrix, person.begins + put_off) if put_off else early


def _walked(person: Person, order: Sequence[Stop], matrix: npt.NDArray[np.int64], leaves: int) -> Route:
    visits: list[Visit] = []
    place, now, travelled = person.start, leaves, 0
    for stop in order:
        leg = int(matrix[place, stop.place])
        visits.append(_visit(stop, now + leg))
        place, now, travelled = stop.place, visits[-1].leaves, travelled + leg
    home = int(matrix[place, person.end])
    return Route(
        person, tuple(visits), leaves, now + home, travelled + home, max(0, now + home - person.ends)
    )


def _needless(route: Route) -> int:
    """How much later one may leave without being later at the end, or in danger of closing times."""
    waited, put_off = 0, sum(visit.waits for visit in route.visits)
    for visit in route.visits:
        waited += visit.waits
        put_off = min(put_off, waited + _room(visit) // 2)
    return put_off


def _room(visit: Visit) -> int:
    """How much later the work could begin in the same window."""
    windows = [each for each in visit.stop.windows if each.opens <= visit.begins <= each.closes]
    return max(windows[0].closes - visit.begins, 0) if windows else 0 if visit.late else ANY_TIME


def _visit(stop: Stop, arrives: int) -> Visit:
    begins, late = beginning(stop, arrives)
    return Visit(stop, arrives, begins, begins + stop.stay, late)


def beginning(stop: Stop, arrives: int) -> tuple[int, int]:
    """When the work can begin for one who arrives then, and how late that is."""
    if not stop.windows:
        return arrives, 0
    fitting = [max(arrives, window.opens) for window in stop.windows if window.closes >= arrives]
    if fitting:
        return min(fitting), 0
    return arrives, arrives - max(window.closes for window in stop.windows)


def overrun(route: Route) -> int:
    """By how much this order misses windows and the end, all in all."""
    return route.late + sum(visit.late for visit in route.visits)
