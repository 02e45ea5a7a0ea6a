"""Good routes that any search came by, and the best team of them: one lucky half of a plan is not lost with its other half."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks

from koban.lib.routing.clients import Clients

NEAR = 0.97  # of the best prize: plans below it are not looked into
MOST = 3_000  # routes of a kind that are kept
STARTS = 30

Prizes = npt.NDArray[np.int64]
Visits = tuple[int, ...]
"""Clients of the model, in order."""


class Pool(IteratedLocalSearchCallbacks):
    """Listens to searches. A kind of route: all people with the same hours and ends walk it."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.prizes: Prizes = np.array(clients.worths, dtype=np.int64)
        self.shortest: list[dict[frozenset[int], tuple[int, Visits]]] = [{} for _ in clients.kinds]

    def on_best(self, best: pyvrp.Solution) -> None:
        self.add(best)

    def on_iteration(
        self,
        current: pyvrp.Solution,
        candidate: pyvrp.Solution,
        best: pyvrp.Solution,
        cost_evaluator: pyvrp.CostEvaluator,
    ) -> None:
        """Keep what a candidate brings that is nearly as good as the best."""
        if candidate.prizes() >= NEAR * best.prizes() and candidate.is_feasible():
            self.add(candidate)

    def add(self, solution: pyvrp.Solution) -> None:
        """Keep the shortest order of every set of stops. Infeasible routes are left where they are."""
        for route in solution.routes():
            if route.is_feasible():
                visits = tuple(each.idx for each in route.schedule() if each.is_client())
                kept = self.shortest[self.clients.kind_of[route.vehicle_type()]]
                stops = frozenset(self.clients.stop_of[client] for client in visits)
                if stops not in kept or kept[stops][0] > route.distance():
                    kept[stops] = (route.distance(), visits)

    def offer(self, kind: int, routes: Iterable[Visits]) -> None:
        """Take routes that were found by other means, for people of a kind."""
        person = self.clients.kind_of.index(kind)
        for visits in routes:
            self.add(self.clients.solution([[]] * person + [visits]))

    def free_of(self, person: int, team: Sequence[Sequence[int]]) -> Prizes:
        """What the stops are worth to one person of a team, besides those of the others."""
        free = self.prizes.copy()
        free[
            [self.clients.stop_of[client] for n, some in enumerate(team) if n != person for client in some]
        ] = 0
        return free

    def best_team(self, chance: np.random.Generator) -> list[list[int]]:
        """Clients for each person: routes that together collect most, each stop once."""
        self._thin()
        tables = [self._table(kind) for kind in range(len(self.shortest))]
        teams = [self._climb(tables, chance) for _ in range(STARTS)]
        _prize, chosen = max(teams, key=lambda team: team[0])
        return self._parted(chosen)

    def _thin(self) -> None:
        for kind, kept in enumerate(self.shortest):
            if len(kept) > MOST:
                dear = sorted(kept.items(), key=lambda each: -int(self.prizes[list(each[0])].sum()))
                self.shortest[kind] = dict(dear[:MOST])

    def _table(self, kind: int) -> npt.NDArray[np.bool_]:
        """Routes by stops. The last route of a kind is to stay in the office."""
        table = np.zeros((len(self.shortest[kind]) + 1, len(self.prizes)), dtype=np.bool_)
        for row, stops in enumerate(self.shortest[kind]):
            table[row, list(stops)] = True
        return table

    def _climb(
        self, tables: Sequence[npt.NDArray[np.bool_]], chance: np.random.Generator
    ) -> tuple[int, list[int]]:
        """From a random team: exchange the route of one person for the best beside the others, while that helps."""
        kinds = self.clients.kind_of
        chosen = [int(chance.integers(len(tables[kind]))) for kind in kinds]
        most, last = -1, -2
        while most > last:
            last = most
            for person, kind in enumerate(kinds):
                others = [
                    tables[k][row]
                    for n, (k, row) in enumerate(zip(kinds, chosen, strict=True))
                    if n != person
                ]
                free = ~np.any(others, axis=0) if others else np.ones(len(self.prizes), dtype=np.bool_)
                gains = tables[kind] @ (self.prizes * free)
                row = int(gains.argmax())
                prize = int(gains[row]) + int(self.prizes[~free].sum())
                if prize > most:
                    most, chosen[person] = prize, row
        return most, chosen

    def _parted(self, chosen: Sequence[int]) -> list[list[int]]:
        seen: set[int] = set()
        parted: list[list[int]] = []
        for kind, row in zip(self.clients.kind_of, chosen, strict=True):
            routes = [visits for _length, visits in self.shortest[kind].values()] + [()]
            fresh = [client for client in routes[row] if self.clients.stop_of[client] not in seen]
            seen |= {self.clients.stop_of[client] for client in fresh}
            parted.append(fresh)
        return parted
