"""Who goes how fast on which kind of way: data, with the tags of OpenStreetMap as its words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
ROUND = ("roundabout", "circular")
KEYS = frozenset(
    ["access", "foot", "vehicle", "bicycle", "motor_vehicle", "oneway", "oneway:bicycle", "junction"]
)
"""What is read of a way besides highway=."""

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Profile:
    """speeds, pushed: kilometres an hour by highway=. See profiles.toml."""

    key: str
    speeds: Mapping[str, float]
    pushed: Mapping[str, float]
    asks: tuple[str, ...]
    against: bool
    at_stop_s: int

    def directions(self, tags: Tags) -> tuple[bool, bool]:
        """Whether this way can be used forwards, and backwards."""
        kind = tags.get("highway", "")
        if self.speed(kind) == 0 or not self._may(tags, kind):
            return False, False
        way = 0 if self.against or kind in self.pushed else self._one_way(tags)
        return way >= 0, way <= 0

    def speed(self, kind: str) -> float:
        return self.speeds.get(kind) or self.pushed.get(kind) or 0.0

    def _may(self, tags: Tags, kind: str) -> bool:
        told = [tags[key] for key in self.asks if key in tags]
        if not told:
            return True
        # A footway closed to bicycles is one where they are pushed.
        return told[-1] not in CLOSED or (kind in self.pushed and "access" not in tags)

    def _one_way(self, tags: Tags) -> int:
        if self.key == "bicycle" and tags.get("oneway:bicycle") == "no":
            return 0
        if "oneway" in tags:
            return ONE_WAY.get(tags["oneway"], 0)
        return 1 if tags.get("junction") in ROUND or tags.get("highway") == "motorway" else 0


def _read() -> tuple[dict[str, Profile], frozenset[str]]:
    told = tomllib.loads((Path(__file__).parent / "profiles.toml").read_text(encoding="utf-8"))
    closed = frozenset(told.pop("access")["closed"])
    return {
        key: Profile(
            key, row["speeds"], row.get("pushed", {}), tuple(row["asks"]), row["against"], row["at_stop_s"]
        )
        for key, row in told.items()
    }, closed


PROFILES, CLOSED = _read()
KINDS = tuple(dict.fromkeys(kind for each in PROFILES.values() for kind in (*each.speeds, *each.pushed)))
"""Values of highway= that somebody can use, in a lasting order."""
