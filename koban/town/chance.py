"""Chance that can be repeated: each part of the town draws from a stream of its own, named after it.

A new draw in one part therefore moves nothing in another.
"""

import math
import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, *name: object) -> random.Random:
    """The stream of this name under this seed: the same two give the same numbers on every machine."""
    return random.Random("/".join(str(part) for part in (seed, *name)))


class Weighted(Generic[T]):
    """Draw from items by weight, again and again. Raises ValueError if no weight is above zero."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self.items = items
        self.sums = list(accumulate(weights))
        if not self.sums or self.sums[-1] <= 0:
            raise ValueError("nothing to draw from")

    def draw(self, chance: random.Random) -> T:
        return chance.choices(self.items, cum_weights=self.sums)[0]


def poisson(chance: random.Random, mean: float) -> int:
    """How many events fall in a span in which `mean` are expected (Knuth's product, so for means below 500)."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
