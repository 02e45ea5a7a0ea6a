"""What stands out among readers of people's data: values in, verdicts out."""

from collections.abc import Sequence
from statistics import median_low


def middle(counts: Sequence[int]) -> int:
    """The median of what colleagues saw in the same time; 0 where nobody else looked."""
    return median_low(counts) if counts else 0


def stands_out(mine: int, colleagues: Sequence[int], *, percent: int, least: int) -> bool:
    """Whether a reader saw far more people than colleagues (OFFICE-LOOKS-1, -2).

    percent: of the colleagues' median, of one where nobody else looked. least: fewer raise no alarm.
    """
    return mine >= least and mine * 100 >= percent * max(1, middle(colleagues))
