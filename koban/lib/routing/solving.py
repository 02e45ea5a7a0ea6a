"""Plans: as much prize as fits, and of equal prizes the shortest way.

Every number that the solver sees is whole, and every plan that leaves here was timed again without it.
"""

import time
from collections.abc import Sequence

from koban.lib.routing.checking import out_of_reach, reasons, refuse_nonsense
from koban.lib.routing.clients import Clients
from koban.lib.routing.model import Person, Plan, Problem, Stop, Travel
from koban.lib.routing.searching import Clock, Limits, Progress, search
from koban.lib.routing.timing import timed

SECONDS = 10.0


def plan(
    stops: Sequence[Stop],
    travel: Travel,
    people: Sequence[Person],
    *,
    seconds: float = SECONDS,
    tries: int = 0,
    seed: int = 1,
    progress: Progress | None = None,
    clock: Clock = time.perf_counter,
) -> Plan:
    """The best plan found in `seconds`, or in so many `tries` where they are given (the same on every machine).

    What is required goes before what is not; then the sum of prizes counts, then the travel. It ends early where all
    stops are visited and the way is settled. Raises Mistake with a sentence for what no order can mend.
    """
    problem = Problem(stops, travel, people)
    refuse_nonsense(problem)
    reachable = [stop for stop in stops if out_of_reach(stop, people, problem.matrix) is None]
    if not reachable:
        return _planned(problem, [[] for _ in people], 0)
    clients = Clients(problem, reachable)
    best, done = search(clients, Limits(seconds, tries, seed, progress, clock))
    orders = clients.orders(best) if best.is_feasible() else [[] for _ in people]
    return _planned(problem, _filled(problem, orders), done)


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
