"""Where calls come from: doors, shops and lamps of one office, a few of them much more often than the rest."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from koban.town.almanac import gamma_weights
from koban.town.chance import Weighted, stream
from koban.town.ground import Finder
from koban.town.model import District, Door, Resident

NIGHT_PLACES = frozenset({"bar", "entertainment", "restaurant", "hotel"})
MAIN_ROADS = frozenset({"primary", "secondary"})
YOUNGEST_CALLER = 14
OUT_OF_DOORS_M = 20.0


@dataclass(frozen=True, slots=True)
class Spot:
    """asset: id of the public asset that it is about, if any."""

    door: Door
    lon: float
    lat: float
    near: str
    near_en: str
    asset: int | None = None


class Spots:
    """Draws the place of a call of one office."""

    def __init__(self, town: District, office: int) -> None:
        self.town, self.office = town, office
        self.doors = [door for door in town.doors if door.office == office]
        shops = [(shop.lon, shop.lat) for shop in town.premises]
        self.shops = Finder.of_points(shops, town.box) if shops else None
        self.draws = self._draws()
        self.by_door, self.callers = self._people()

    def draw(self, kinds: Weighted[str], chance: random.Random) -> Spot:
        """A place of one of the kinds of `calls.toml`: home, shop, bar, asset, transit, green, any."""
        return self.draws[kinds.draw(chance)](chance)

    def caller(self, spot: Spot, chance: random.Random) -> Resident:
        """Somebody who lives behind that door, or else anybody of the office's ground."""
        near = self.by_door.get(spot.door.id)
        return chance.choice(near if near and chance.random() < 0.7 else self.callers)

    def beside(self, spot: Spot, chance: random.Random) -> Spot:
        """The same event as the next caller sees it: another door close by."""
        reach = 0.0006
        close = [d for d in self.doors if abs(d.lon - spot.lon) < 2 * reach and abs(d.lat - spot.lat) < reach]
        return self._spot(chance.choice(close or [spot.door]), chance)

    def _people(self) -> tuple[Mapping[int, list[Resident]], list[Resident]]:
        by_door: dict[int, list[Resident]] = defaultdict(list)
        for person in self.town.residents:
            door = self.town.door_of(person)
            if door.office == self.office and self.town.on.year - person.born.year > YOUNGEST_CALLER:
                by_door[door.id].append(person)
        return by_door, [person for people in by_door.values() for person in people]

    def _draws(self) -> dict[str, Callable[[random.Random], Spot]]:
        homes = {d.door for d in self.town.dwellings}
        by_kind = {
            "home": [door for door in self.doors if door.id in homes],
            "shop": self._doors_of(lambda kind: True),
            "bar": self._doors_of(lambda kind: kind in NIGHT_PLACES),
            "transit": [d for d in self.doors if self.town.roads[d.road].kind in MAIN_ROADS],
            "green": self.doors,
            "any": self.doors,
        }
        draws = {kind: self._door_draw(kind, doors or self.doors) for kind, doors in by_kind.items()}
        return draws | {"asset": self._asset_draw() or draws["any"]}

    def _doors_of(self, wanted: Callable[[str], bool]) -> list[Door]:
        found = (self.town.doors[shop.door] for shop in self.town.premises if wanted(shop.kind))
        return [door for door in found if door.office == self.office]

    def _door_draw(self, kind: str, doors: Sequence[Door]) -> Callable[[random.Random], Spot]:
        weights = gamma_weights(len(doors), stream(self.town.seed, "hot", kind, self.office))
        weighted = Weighted(doors, weights)
        reach = 0.0 if kind in ("home", "shop", "bar") else OUT_OF_DOORS_M
        return lambda chance: self._spot(weighted.draw(chance), chance, reach)

    def _asset_draw(self) -> Callable[[random.Random], Spot] | None:
        assets = [asset for asset in self.town.assets if asset.office == self.office]
        if not assets:
            return None
        weighted = Weighted(
            assets, gamma_weights(len(assets), stream(self.town.seed, "hot", "asset", self.office))
        )

        def draw(chance: random.Random) -> Spot:
            asset = weighted.draw(chance)
            near, near_en = self._near(asset.lon, asset.lat)
            return Spot(self.town.doors[asset.door], asset.lon, asset.lat, near, near_en, asset.id)

        return draw

    def _spot(self, door: Door, chance: random.Random, reach_m: float = 0.0) -> Spot:
        lon = door.lon + chance.uniform(-1, 1) * reach_m / 60_000
        lat = door.lat + chance.uniform(-1, 1) * reach_m / 111_000
        return Spot(door, round(lon, 6), round(lat, 6), *self._near(lon, lat))

    def _near(self, lon: float, lat: float) -> tuple[str, str]:
        """Name of the nearest shop, which is how people say where they are."""
        nearest = self.shops.nearest(lon, lat, within_m=10_000.0) if self.shops else None
        if nearest is None:
            return self.town.title, self.town.title_en
        shop = self.town.premises[nearest]
        return shop.name, shop.name_en
