"""A problem in the solver's words: clients are ways to visit a stop; several windows of one exclude each other."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyvrp

from koban.lib.mistakes import Mistake
from koban.lib.routing.checking import HEAVIEST, TOO_MUCH
from koban.lib.routing.model import Person, Problem, Stop, Window

FINENESS = 50_000  # steps in which the whole time is told apart where two plans are worth the same


class Clients:
    """ways: of visiting a stop in one window. worths: by stop. kinds: of people, by what they can walk."""

    def __init__(self, problem: Problem, stops: Sequence[Stop]) -> None:
        self.stops, self.people = list(stops), list(problem.people)
        self.end = max(person.ends for person in self.people)
        self.ways = [(at, window) for at, stop in enumerate(stops) for window in self._windows(stop)]
        self.stop_of = [at for at, _window in self.ways]
        self.matrix = problem.matrix
        self._weigh()
        walks = [(person.begins, person.ends, person.start, person.end) for person in self.people]
        self.kinds = list(dict.fromkeys(walks))
        self.kind_of = [self.kinds.index(walk) for walk in walks]
        self.data = self._data(problem.matrix)

    def _weigh(self) -> None:
        """One point of prize outweighs any travel; one required stop outweighs all points."""
        whole = sum(person.ends - person.begins for person in self.people)
        self.step = max(1, whole // FINENESS)
        self.point = whole // self.step + 1
        above = sum(stop.prize for stop in self.stops) + 1
        self.worths = [stop.prize + (above if stop.required else 0) for stop in self.stops]
        if sum(self.worths) * self.point > HEAVIEST:
            raise Mistake("too_much", TOO_MUCH)

    def _windows(self, stop: Stop) -> list[Window]:
        windows = stop.windows or (Window(0, self.end),)
        return [Window(each.opens, min(each.closes, self.end)) for each in windows if each.opens <= self.end]

    def _data(self, matrix: npt.NDArray[np.int64]) -> pyvrp.ProblemData:
        groups = self._groups()
        group_of = {client: number for number, group in enumerate(groups) for client in group.clients}
        clients = [self._client(at, group_of.get(at)) for at in range(len(self.ways))]
        places = sorted({place for person in self.people for place in (person.start, person.end)})
        depots = [pyvrp.Depot(place) for place in places]
        walks = [_walk(person, places) for person in self.people]
        spots = [pyvrp.Location(0, 0) for _ in matrix]
        costs: list[Any] = [matrix // self.step]
        return pyvrp.ProblemData(spots, clients, depots, walks, costs, [cast("Any", matrix)], groups)

    def _groups(self) -> list[pyvrp.ClientGroup]:
        ways: dict[int, list[int]] = {}
        for client, stop in enumerate(self.stop_of):
            ways.setdefault(stop, []).append(client)
        return [pyvrp.ClientGroup(clients, required=False) for clients in ways.values() if len(clients) > 1]

    def _client(self, at: int, group: int | None) -> pyvrp.Client:
        number, window = self.ways[at]
        stop = self.stops[number]
        return pyvrp.Client(
            stop.place,
            service_duration=stop.stay,
            tw_early=window.opens,
            tw_late=window.closes,
            prize=self.worths[number] * self.point,
            required=False,
            group=group,
        )

    def solution(self, clients: Sequence[Sequence[int]]) -> pyvrp.Solution:
        """What the solver makes of clients in order, for each person."""
        routes = [pyvrp.Route(self.data, list(some), person) for person, some in enumerate(clients) if some]
        return pyvrp.Solution(self.data, routes)

    def orders(self, solution: pyvrp.Solution) -> list[list[Stop]]:
        """The stops of each person in the order of the solution; nobody goes where the solution sends nobody."""
        orders: list[list[Stop]] = [[] for _ in self.people]
        for route in solution.routes():
            orders[route.vehicle_type()] = [
                self.stops[self.stop_of[each.idx]] for each in route.schedule() if each.is_client()
            ]
        return orders


def _walk(person: Person, places: Sequence[int]) -> pyvrp.VehicleType:
    return pyvrp.VehicleType(
        1,
        start_depot=places.index(person.start),
        end_depot=places.index(person.end),
        tw_early=person.begins,
        tw_late=person.ends,
    )
