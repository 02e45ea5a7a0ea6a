"""How well pairs agree with a known truth. For evaluation alone: nothing learns from it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

Keys = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """right, wrong: pairs found. missed: true pairs that were not."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def against_entities(
    found: Iterable[Keys], left: Mapping[str, str], right: Mapping[str, str] | None = None
) -> Agreement:
    """left, right: the entity of each key; without `right`, pairs are inside `left`."""
    other = left if right is None else right
    unique = {tuple(sorted(pair)) if right is None else pair for pair in found}
    hits = sum(1 for a, b in unique if left.get(a) is not None and left.get(a) == other.get(b))
    counts, others = Counter(left.values()), Counter(other.values())
    whole = (
        sum(count * (count - 1) // 2 for count in counts.values())
        if right is None
        else sum(count * others[entity] for entity, count in counts.items())
    )
    return Agreement(hits, len(unique) - hits, whole - hits)


def against_pairs(found: Iterable[Keys], true: Collection[Keys]) -> Agreement:
    """true: every pair that belongs together."""
    unique, known = set(found), set(true)
    hits = len(unique & known)
    return Agreement(hits, len(unique) - hits, len(known) - hits)
