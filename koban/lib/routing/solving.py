"""Plans by iterated local search (PyVRP): as much prize as fits, and of equal prizes the shortest way.

Every number that the solver sees is whole, and every plan that leaves here was timed again without it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.search import NeighbourhoodParams

from koban.lib.mistakes import Mistake
from koban.lib.routing.checking import HEAVIEST, TOO_MUCH, out_of_reach, reasons, refuse_nonsense
from koban.lib.routing.model import Person, Plan, Problem, Stop, Travel, Window
from koban.lib.routing.timing import timed

SECONDS = 10.0
NEIGHBOURS = 20  # of the solver's 50: on the public cases a third of the gap, see docs/performance.md
TOLD_EVERY = 0.2  # seconds

FINENESS = 50_000  # steps in which the whole time is told apart where two plans are worth the same

Progress = Callable[[float], None]
"""Told the seconds that went by."""


def plan(
    stops: Sequence[Stop],
    travel: Travel,
    people: Sequence[Person],
    *,
    seconds: float = SECONDS,
    tries: int = 0,
    seed: int = 1,
    progress: Progress | None = None,
) -> Plan:
    """The best plan found in `seconds`, or in so many `tries` where they are given (the same on every machine).

    What is required goes before what is not; then the sum of prizes counts, then the travel. Raises Mistake with a
    sentence for what no order can mend.
    """
    problem = Problem(stops, travel, people)
    refuse_nonsense(problem)
    reachable = [stop for stop in stops if out_of_reach(stop, people, problem.matrix) is None]
    if not reachable:
        return _planned(problem, [[] for _ in people], 0)
    model = _Model(problem, reachable)
    params = pyvrp.SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS))
    result = pyvrp.solve(
        model.data, _Stop(seconds, tries, progress), seed, collect_stats=False, display=False, params=params
    )
    orders = model.orders(result.best) if result.best.is_feasible() else [[] for _ in people]
    return _planned(problem, _filled(problem, orders), result.num_iterations)


def _planned(problem: Problem, orders: Sequence[Sequence[Stop]], tries: int) -> Plan:
    routes = tuple(
        timed(person, order, problem.matrix) for person, order in zip(problem.people, orders, strict=True)
    )
    if not all(route.in_time for route in routes):
        raise AssertionError("the search broke a window")
    prize = sum(visit.stop.prize for route in routes for visit in route.visits)
    return Plan(routes, reasons(problem, orders), prize, tries)


def _filled(problem: Problem, orders: Sequence[list[Stop]]) -> list[list[Stop]]:
    """Whatever still fits somewhere is put there, dearest first."""
    filled = [list(order) for order in orders]
    visited = {stop.key for order in filled for stop in order}
    left = [stop for stop in problem.stops if stop.key not in visited]
    for stop in sorted(left, key=lambda each: (not each.required, -each.prize)):
        _put_in(problem, filled, stop)
    return filled


def _put_in(problem: Problem, orders: list[list[Stop]], stop: Stop) -> None:
    for number, person in enumerate(problem.people):
        for at in range(len(orders[number]) + 1):
            order = [*orders[number][:at], stop, *orders[number][at:]]
            if timed(person, order, problem.matrix).in_time:
                orders[number] = order
                return


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way to visit a stop: in one of its windows."""

    stop: Stop
    window: Window


class _Model:
    """The problem in the solver's words: clients are ways to visit; several windows of a stop exclude each other."""

    def __init__(self, problem: Problem, stops: Sequence[Stop]) -> None:
        self.people = list(problem.people)
        self.required = max(1, sum(stop.prize for stop in stops) + 1)
        self.end = max(person.ends for person in self.people)
        whole = sum(person.ends - person.begins for person in self.people)
        self.step = max(1, whole // FINENESS)
        self.point = whole // self.step + 1  # one point of prize outweighs any travel
        total = sum(self.worth(stop) for stop in stops)
        if total * self.point > HEAVIEST:
            raise Mistake("too_much", TOO_MUCH)
        self.choices = [_Choice(stop, window) for stop in stops for window in self._windows(stop)]
        self.data = self._data(problem.matrix)

    def worth(self, stop: Stop) -> int:
        return stop.prize + (self.required if stop.required else 0)

    def _windows(self, stop: Stop) -> list[Window]:
        windows = stop.windows or (Window(0, self.end),)
        return [Window(each.opens, min(each.closes, self.end)) for each in windows if each.opens <= self.end]

    def _data(self, matrix: npt.NDArray[np.int64]) -> pyvrp.ProblemData:
        groups = self._groups()
        group_of = {client: number for number, group in enumerate(groups) for client in group.clients}
        clients = [self._client(choice, group_of.get(at)) for at, choice in enumerate(self.choices)]
        places = sorted({place for person in self.people for place in (person.start, person.end)})
        depots = [pyvrp.Depot(place) for place in places]
        walks = [self._walk(person, places) for person in self.people]
        spots = [pyvrp.Location(0, 0) for _ in matrix]
        costs: list[Any] = [matrix // self.step]
        return pyvrp.ProblemData(spots, clients, depots, walks, costs, [cast("Any", matrix)], groups)

    def _groups(self) -> list[pyvrp.ClientGroup]:
        ways: dict[str, list[int]] = {}
        for at, choice in enumerate(self.choices):
            ways.setdefault(choice.stop.key, []).append(at)
        return [pyvrp.ClientGroup(clients, required=False) for clients in ways.values() if len(clients) > 1]

    def _client(self, choice: _Choice, group: int | None) -> pyvrp.Client:
        return pyvrp.Client(
            choice.stop.place,
            service_duration=choice.stop.stay,
            tw_early=choice.window.opens,
            tw_late=choice.window.closes,
            prize=self.worth(choice.stop) * self.point,
            required=False,
            group=group,
        )

    def _walk(self, person: Person, places: Sequence[int]) -> pyvrp.VehicleType:
        return pyvrp.VehicleType(
            1,
            start_depot=places.index(person.start),
            end_depot=places.index(person.end),
            tw_early=person.begins,
            tw_late=person.ends,
        )

    def orders(self, solution: pyvrp.Solution) -> list[list[Stop]]:
        """The stops of each person in the order of the solution; nobody goes where the solution sends nobody."""
        orders: list[list[Stop]] = [[] for _ in self.people]
        for route in solution.routes():
            orders[route.vehicle_type()] = [
                self.choices[each.idx].stop for each in route.schedule() if each.is_client()
            ]
        return orders


class _Stop:
    """Ends the search by the clock or by the number of tries, and says how far it is."""

    def __init__(self, seconds: float, tries: int, progress: Progress | None) -> None:
        self.seconds, self.tries, self.progress = seconds, tries, progress
        self.began = self.told = time.perf_counter()
        self.count = 0

    def __call__(self, best_cost: int) -> bool:
        now = time.perf_counter()
        self.count += 1
        if self.progress and now - self.told >= TOLD_EVERY:
            self.told = now
            self.progress(min(now - self.began, self.seconds))
        return self.count > self.tries if self.tries else now - self.began >= self.seconds
