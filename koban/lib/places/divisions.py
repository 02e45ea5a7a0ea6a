"""Administrative divisions by their code (GB/T 2260, CN-GEO-1), as they are and as they were called.

6 digits: province, city, county; 9: township or street office; 12: community, known by the first nine.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

DATA = Path(__file__).with_name("divisions.csv.gz")
LENGTHS = (6, 9, 12)
NEWEST = "201904"

NOT_A_CODE = gettext_noop("A division code has 6, 9 or 12 digits.")
NOBODY_KNOWS = gettext_noop("There is no division with the code %(division)s, and there was none.")


@dataclass(frozen=True, slots=True)
class Name:
    """What a code was called. first, last: revisions such as 198012; "" where only today's list has it."""

    name: str
    first: str
    last: str

    @property
    def is_current(self) -> bool:
        return self.last in ("", NEWEST)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, tuple[Name, ...]]:
    found: dict[str, list[Name]] = {}
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["code"], []).append(Name(row["name"], row["first"], row["last"]))
    return {code: tuple(sorted(names, key=lambda one: one.last or NEWEST)) for code, names in found.items()}


def names(code: str) -> tuple[Name, ...]:
    """Every name of a code, the oldest first; empty for a code that nobody knows. Retired codes are known."""
    return _table().get(code[:9] if len(code) == 12 else code, ())


def division(code: str) -> str:
    """A code that there is or was. Raises Mistake ("form", "unknown")."""
    if not code.isdecimal() or not code.isascii() or len(code) not in LENGTHS:
        raise Mistake("form", NOT_A_CODE)
    if not names(code) and not names(code[:6]):
        raise Mistake("unknown", NOBODY_KNOWS, division=code)
    return code


def path(code: str) -> list[str]:
    """Newest names from the province down: 山东省, 济南市, 历下区, 解放路街道. What has no name is left out."""
    steps = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code[:6], code[:9]))
    return [found[-1].name for step in steps if len(step) in LENGTHS and (found := names(step))]
