"""What a round is made of. All times are whole numbers of one unit that the caller chooses: nothing is rounded here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from koban.lib.sentence import Sentence

Travel = Callable[[int, int], int] | Sequence[Sequence[int]] | npt.NDArray[np.int64]
"""From place to place: a matrix, or a function of two places."""


@dataclass(frozen=True, slots=True)
class Window:
    """The work at a stop may begin from `opens` to `closes`, both counted."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Stop:
    """place: its row in the travel times. stay: on the spot. windows: none for "at any time".

    prize: what it is worth beside the others. required: counts more than every stop that is not.
    """

    key: str
    place: int
    stay: int = 0
    windows: tuple[Window, ...] = ()
    prize: int = 1
    required: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Walks one route: leaves the place `start` not before `begins`, is at the place `end` by `ends`."""

    key: str
    begins: int
    ends: int
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Problem:
    """travel: as asked for. people: one route each."""

    stops: Sequence[Stop]
    travel: Travel
    people: Sequence[Person]

    @cached_property
    def matrix(self) -> npt.NDArray[np.int64]:
        """Travel times between all places that are named. Raises ValueError where they are no whole numbers."""
        if not callable(self.travel):
            return _whole(np.asarray(self.travel))
        ends = [place for person in self.people for place in (person.start, person.end)]
        count = max([*ends, *(stop.place for stop in self.stops)]) + 1
        return _whole(np.array([[self.travel(a, b) for b in range(count)] for a in range(count)]))


def _whole(matrix: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    if not np.issubdtype(matrix.dtype, np.integer) and matrix.size:
        raise ValueError("travel times are whole numbers of the unit")
    return matrix.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Visit:
    """arrives, begins, leaves: in the unit. late: by how much the work begins after the last closing, 0 for in time."""

    stop: Stop
    arrives: int
    begins: int
    leaves: int
    late: int = 0

    @property
    def waits(self) -> int:
        return self.begins - self.arrives


@dataclass(frozen=True, slots=True)
class Route:
    """leaves: the office, as late as the first stop allows. returns: to its end. late: after the person's time is up."""

    person: Person
    visits: tuple[Visit, ...]
    leaves: int
    returns: int
    travelled: int
    late: int = 0

    @property
    def in_time(self) -> bool:
        return not self.late and not any(visit.late for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Unserved:
    """late: by how much the rest would be late with it in the best place, 0 where it cannot be visited at all."""

    stop: Stop
    why: Sentence
    late: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """prize: of all stops that are visited. tries: of the search."""

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    prize: int
    tries: int = 0

    @property
    def missed(self) -> tuple[Unserved, ...]:
        """Those that had to be visited."""
        return tuple(left for left in self.unserved if left.stop.required)
