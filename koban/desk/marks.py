"""How far a board has read: the number of the last page of each of its stations, as one short text.

One station: `1234`. Several: their numbers in the order of the stations' ids, `17.402.-1`; -1 where nothing stands yet.
"""

import re
from collections.abc import Collection, Mapping
from uuid import UUID

from koban.kernel.ledger import reading

_MARK = re.compile(r"-?\d{1,18}(\.-?\d{1,18})*", re.ASCII)


def written(numbers: Mapping[UUID, int]) -> str:
    """The mark for these last numbers."""
    return ".".join(str(numbers[key]) for key in sorted(numbers))


def understood(mark: str, stations: Collection[UUID]) -> dict[UUID, int] | None:
    """The last numbers that `mark` tells for `stations`; None where it is not a mark of exactly these."""
    if not _MARK.fullmatch(mark):
        return None
    numbers = [int(number) for number in mark.split(".")]
    return dict(zip(sorted(stations), numbers, strict=True)) if len(numbers) == len(stations) else None


def now(stations: Collection[UUID]) -> dict[UUID, int]:
    """The last number of each station's ledger (one query)."""
    if len(stations) == 1:
        (only,) = stations
        return {only: reading.size(only) - 1}
    sizes = reading.sizes()
    return {key: sizes.get(key, 0) - 1 for key in stations}
