"""The search: several short ones from scratch, each of another temper, then some that go on from the best team of routes.

One long search of PyVRP ends in another valley for each seed. What several short ones found together is worth more
than the time of one: docs/performance.md has the numbers.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.search import NeighbourhoodParams, PerturbationParams

from koban.lib.routing.clients import Clients
from koban.lib.routing.labels import Grower
from koban.lib.routing.pool import Pool

TOLD_EVERY = 0.2  # seconds
SETTLED = 3_000  # tries without a better plan, where every stop is visited already

Progress = Callable[[float], None]
"""Told the seconds that went by."""
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Temper:
    """neighbours: considered of each stop. shake: most changes at once. patience: plans that a worse one is held against."""

    neighbours: int
    shake: int
    patience: int


COLD = (Temper(20, 25, 300), Temper(20, 10, 300), Temper(15, 25, 300))
WARM = (Temper(20, 10, 100), Temper(30, 25, 100))


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds by the clock, or so many tries where they are given."""

    seconds: float
    tries: int
    seed: int
    progress: Progress | None
    clock: Clock


def search(clients: Clients, limits: Limits) -> tuple[pyvrp.Solution, int]:
    """The best solution and the number of tries."""
    pool, chance = Pool(clients), np.random.default_rng(limits.seed)
    best, tries = clients.solution([]), 0
    watch = _Watch(limits)
    tempers = (*COLD, *WARM)
    for number, temper in enumerate(tempers):
        start = None
        if number == len(COLD) and not _complete(clients, best):
            _grow(clients, pool, chance, watch)
        if temper in WARM:
            start = best = _better(best, clients.solution(pool.best_team(chance)))
        watch.turn(len(tempers) - number, complete=_complete(clients, best))
        result = _turn(clients, pool, temper, watch, limits.seed + number, start)
        best, tries = _better(best, result.best), tries + result.num_iterations
    return _better(best, clients.solution(pool.best_team(chance))), tries


def _grow(clients: Clients, pool: Pool, chance: np.random.Generator, watch: "_Watch") -> None:
    """Offer each of the best team the best routes for what the others leave, as long as that helps and time allows."""
    grower = Grower(clients, clients.matrix)
    for kind, walk in enumerate(clients.kinds):
        pool.offer(kind, grower.routes(walk, pool.prizes))
    for person, kind in enumerate(clients.kind_of):
        if watch.is_late:
            return
        free = pool.free_of(person, pool.best_team(chance))
        pool.offer(kind, grower.routes(clients.kinds[kind], free))


def _turn(
    clients: Clients, pool: Pool, temper: Temper, watch: "_Watch", seed: int, start: pyvrp.Solution | None
) -> pyvrp.Result:
    params = pyvrp.SolveParams(
        ils=pyvrp.IteratedLocalSearchParams(history_length=temper.patience, callbacks=pool),
        neighbourhood=NeighbourhoodParams(num_neighbours=temper.neighbours),
        perturbation=PerturbationParams(1, temper.shake),
    )
    with warnings.catch_warnings():
        # Told where it finds nothing that keeps the windows; that is seen by what comes out.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        return pyvrp.solve(
            clients.data,
            watch,
            seed,
            collect_stats=False,
            display=False,
            params=params,
            initial_solution=start,
        )


def _better(one: pyvrp.Solution, other: pyvrp.Solution) -> pyvrp.Solution:
    def rank(solution: pyvrp.Solution) -> tuple[bool, int, int]:
        return solution.is_feasible(), solution.prizes(), -solution.distance()

    return max(one, other, key=rank)


def _complete(clients: Clients, best: pyvrp.Solution) -> bool:
    return best.is_feasible() and best.prizes() == sum(clients.worths) * clients.point


class _Watch:
    """Ends each turn by its share of the time or of the tries, and says how far it is."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.began = self.told = limits.clock()
        self.left = limits.tries

    def turn(self, turns: int, *, complete: bool) -> None:
        """The next of so many turns begins."""
        now = self.limits.clock()
        self.until = now + (self.began + self.limits.seconds - now) / turns
        self.most = self.left // turns
        self.count, self.lowest, self.since, self.complete = 0, 0, 0, complete

    @property
    def is_late(self) -> bool:
        """Hardly any time is left for the searches that follow."""
        gone = self.limits.clock() - self.began
        return not self.limits.tries and gone > 0.8 * self.limits.seconds

    def __call__(self, best_cost: int) -> bool:
        now = self.limits.clock()
        self._tell(now)
        if best_cost < self.lowest or not self.count:
            self.lowest, self.since = best_cost, self.count
        self.count += 1
        if self.complete and self.count - self.since > SETTLED:
            return True
        if not self.limits.tries:
            return now >= self.until
        if self.count > self.most:
            self.left -= self.most
        return self.count > self.most

    def _tell(self, now: float) -> None:
        if self.limits.progress and now - self.told >= TOLD_EVERY:
            self.told = now
            self.limits.progress(min(now - self.began, self.limits.seconds))
