"""Judging pairs that somebody else has found: a few rows of a table, each with the few of a large register it may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.index import PERSON_FIELDS, shipped
from koban.lib.linkage.lexicon import Lexicon
from koban.lib.linkage.model import Evidence, Floats, Frequencies, Model, chances, gather, weights
from koban.lib.linkage.reasons import reasons_for
from koban.lib.linkage.records import Record
from koban.lib.linkage.table import Table, compare, features
from koban.lib.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely two records are of one person, and what speaks for and against it, the weightiest first."""

    probability: float
    reasons: tuple[Sentence, ...]


class Even(Frequencies):
    """Every value is as frequent as the mean of its kind: of a register that is not in memory nobody knows better."""

    def __init__(self) -> None:
        self.total, self._known = 1, {}

    def counts(self, name: str, values: NDArray[Any]) -> Floats:
        return np.zeros(len(values))

    def rarity(self, name: str, counts: Floats, own: float) -> Floats:
        return np.ones(len(counts))


def judge(
    pairs: Sequence[tuple[Record, Record]], *, among: int, threshold: float, model: Model | None = None
) -> list[Verdict | None]:
    """A verdict for each pair that reaches the threshold, None for the others. among: records of the register."""
    if not pairs:
        return []
    model = model or shipped()
    left, right = _tables(pairs)
    rows = np.arange(len(pairs), dtype=np.int64)
    levels = compare(left, right, rows, rows)
    evidence: Evidence = gather(left, rows, levels, Even())
    weighed = weights(model, evidence)
    one, _home = chances(model, evidence, weighed, among)
    return [
        Verdict(float(chance), reasons_for(left.comparisons, levels[n], weighed[n]))
        if chance >= threshold
        else None
        for n, chance in enumerate(one)
    ]


def _tables(pairs: Iterable[tuple[Record, Record]]) -> tuple[Table, Table]:
    described, lexicon = features(PERSON_FIELDS), Lexicon()
    left, right = Table(described, lexicon), Table(described, lexicon)
    left.add(pair[0] for pair in pairs)
    right.add(pair[1] for pair in pairs)
    return left, right
