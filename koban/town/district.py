"""The generated district, whole: the same map, seed and size give the same town, to the last letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from shapely.geometry import Point, Polygon

from koban.lib import tiles
from koban.lib.osm import Address, Extract, read
from koban.lib.streets import Network
from koban.town import beats as cuts
from koban.town import ground, people, premises
from koban.town.chance import stream
from koban.town.model import Beat, District, Door, Dwelling, House, Office, Premises, Road
from koban.town.names import DATA, words
from koban.town.population import Grid, read_grid

SHARES = (0.55, 0.45)
"""Of the people: the office of the demonstration, and its neighbour."""
OFFICE_CODES = ("denghu", "wangqiao")


@dataclass(frozen=True, slots=True)
class Map:
    """An extract that the town can stand on. number, floor: how an address is written there."""

    key: str
    extract: str
    grid: str
    title: str
    title_en: str


MAPS: Mapping[str, Map] = {
    "helsinki": Map("helsinki", "helsinki-centre.osm.pbf", "helsinki_population_grid_2020.gpkg",
                    "Helsinki", "Helsinki"),
    "taipei": Map("taipei", "taipei-zhongshan.osm.pbf", "", "臺北市中山區", "Zhongshan, Taipei"),
}  # fmt: skip
TOWN_STARTS = date(2026, 1, 1)
RESIDENTS = 10_000


def district(
    *,
    seed: int = 7,
    residents: int = RESIDENTS,
    names: str = "invented",
    on: date = TOWN_STARTS,
    place: str = "helsinki",
) -> District:
    """Generate the district. residents: of the first office; its neighbour gets as many as its ground asks for.

    names: "invented" or "map". on: the day on which ages hold. place: a key of MAPS.
    Raises ValueError for any other `names` or `place`, or if `residents` is negative.
    """
    if names not in ("invented", "map") or place not in MAPS or residents < 0:
        raise ValueError(f"no town with names={names!r}, place={place!r}, residents={residents}")
    chosen = MAPS[place]
    extract = read(DATA / "osm" / chosen.extract)
    grid = read_grid(DATA / "population" / chosen.grid) if chosen.grid else Grid()
    return _Builder(extract, grid, chosen, seed, residents, names == "invented", on).build()


@dataclass(slots=True)
class _Builder:
    extract: Extract
    grid: Grid
    map: Map
    seed: int
    residents: int
    invent: bool
    on: date

    def build(self) -> District:
        roads = ground.roads(self.extract, stream(self.seed, "roads"), invent=self.invent)
        standing = ground.houses(self.extract, self.grid, stream(self.seed, "houses"), invent=self.invent)
        plain = ground.doors(self.extract, roads, standing, invent=self.invent)
        parts = self._parts(standing)
        beats = self._beats(parts)
        named = [_road(i, road) for i, road in enumerate(roads)]
        doors = [
            _door(i, *_settled(d, standing, beats), named[d.road], self.invent) for i, d in enumerate(plain)
        ]
        houses = [_house(i, house) for i, house in enumerate(standing)]
        return self._inhabited(named, houses, doors, beats, parts)

    def _parts(self, standing: Sequence[ground.PlainHouse]) -> list[list[Polygon]]:
        homes = [(house.shape.representative_point(), house.people_weight) for house in standing]
        return cuts.beats(homes, SHARES, self.extract.box)

    def _beats(self, parts: Sequence[Sequence[Polygon]]) -> list[Beat]:
        town = words()["town"]
        names = ((town["short"], town["short_en"]), (town["neighbour"][:2], town["neighbour_en"].split()[0]))
        return [
            Beat(office * len(shapes) + i, f"{OFFICE_CODES[office]}-{i + 1}", f"{zh}第{'一二'[i]}警务区",
                 f"{en} beat {i + 1}", office, shape)
            for office, (shapes, (zh, en)) in enumerate(zip(parts, names, strict=True))
            for i, shape in enumerate(shapes)
        ]  # fmt: skip

    def _inhabited(
        self,
        roads: list[Road],
        houses: list[House],
        doors: list[Door],
        beats: list[Beat],
        parts: Sequence[Sequence[Polygon]],
    ) -> District:
        wanted = self._wanted(houses, doors)
        known, chance = self._known_dwellings(roads, doors), stream(self.seed, "people")
        settled = people.settle(wanted, known, chance, self.on, style=self._style(roads))
        shops = premises.premises(self.extract, doors, roads, stream(self.seed, "shops"), invent=self.invent)
        kept = premises.kept(shops, settled.residents, stream(self.seed, "keepers"), self.on.year)
        title = words()["town"] if self.invent else {"name": self.map.title, "name_en": self.map.title_en}
        return District(
            seed=self.seed, title=title["name"], title_en=title["name_en"], invented=self.invent, on=self.on,
            box=self.extract.box, roads=tuple(roads), houses=tuple(houses), doors=tuple(doors),
            dwellings=tuple(settled.dwellings), households=tuple(settled.households),
            residents=tuple(settled.residents), premises=tuple(kept),
            assets=tuple(premises.assets(self.extract, doors, kept)), beats=tuple(beats),
            offices=tuple(_office(i, shapes, doors, houses) for i, shapes in enumerate(parts)),
            tile_names=self._tile_names(roads, houses, kept),
        )  # fmt: skip

    def _wanted(self, houses: Sequence[House], doors: Sequence[Door]) -> list[tuple[House, list[Door], int]]:
        """How many people each house gets: the office's number shared out by weight, the neighbour's in proportion."""
        behind: dict[int, list[Door]] = defaultdict(list)
        for door in doors:
            if door.house is not None:
                behind[door.house].append(door)
        lived_in = [house for house in houses if house.flats and behind[house.id]]
        ours = [h for h in lived_in if behind[h.id][0].office == 0]
        per_weight = self.residents / (sum(h.people_weight for h in ours) or 1.0)
        counts = _rounded([h.people_weight * per_weight for h in lived_in])
        _make_up(counts, [behind[h.id][0].office == 0 for h in lived_in], self.residents)
        return [(h, behind[h.id], count) for h, count in zip(lived_in, counts, strict=True)]

    def _style(self, roads: Sequence[Road]) -> str:
        """How the map's country writes a flat behind a house number."""
        chinese = any(ground.CHINESE.search(road.name) for road in roads)
        return "mainland" if self.invent else "taiwan" if chinese else "latin"

    def _known_dwellings(self, roads: Sequence[Road], doors: Sequence[Door]) -> list[Dwelling]:
        """Dwellings that the map names by floor and unit; only a Chinese map does so one by one."""
        if self.invent:
            return []
        by_number = {(roads[door.road].original, door.number): door.id for door in doors}
        known: dict[tuple[int, str, str], Dwelling] = {}
        for address in self.extract.addresses:
            door = by_number[(address.street, ground.number_of(address.number, invent=False))]
            key = (door, address.floor, address.unit)
            if address.floor.isdecimal() and key not in known:
                known[key] = _mapped_dwelling(len(known), door, address)
        return list(known.values())

    def _tile_names(
        self, roads: Sequence[Road], houses: Sequence[House], shops: Sequence[Premises]
    ) -> tiles.Names:
        if not self.invent:
            return tiles.Names.of_map(self.extract)
        return tiles.Names(
            {road.original: (road.name, road.name_en) for road in roads},
            {house.osm_id: house.name for house in houses},
            {shop.osm_id: shop.name for shop in shops},
        )


def _rounded(wanted: Sequence[float]) -> list[int]:
    return [round(count) for count in wanted]


def _make_up(counts: list[int], ours: Sequence[bool], total: int) -> None:
    """Rounding may miss the total by a few: the largest houses of the office take or give one each."""
    order = sorted((i for i, own in enumerate(ours) if own), key=lambda i: -counts[i])
    missing = total - sum(count for count, own in zip(counts, ours, strict=True) if own)
    for n in range(abs(missing) if order else 0):
        counts[order[n % len(order)]] += 1 if missing > 0 else -1


def _mapped_dwelling(number: int, door: int, address: Address) -> Dwelling:
    text = f"{address.floor}樓" + (f"之{address.unit}" if address.unit else "")
    return Dwelling(number, door, "", int(address.floor), address.unit, text, rented=False)


def _road(number: int, road: ground.PlainRoad) -> Road:
    name = road.name
    return Road(number, name.text, name.pinyin, name.english, road.original, road.kind, road.line)


def _house(number: int, house: ground.PlainHouse) -> House:
    middle = house.shape.representative_point()
    return House(number, house.osm_id, house.kind, house.name.text, house.name.english, house.flats, house.levels,
                 house.area_m2, house.people_weight, middle.x, middle.y, house.shape)  # fmt: skip


def _door(number: int, door: ground.PlainDoor, beat: Beat, road: Road, invent: bool) -> Door:
    text, text_en = _address(road, door.number, invent)
    return Door(number, door.road, door.number, text, text_en, door.house, door.lon, door.lat, beat.office, beat.id,
                door.invented)  # fmt: skip


def _address(road: Road, number: str, invent: bool) -> tuple[str, str]:
    """Chinese and English form: 灯湖路12号, No. 12 Denghu Road; elsewhere as people write it there."""
    if ground.CHINESE.search(road.name):
        return f"{road.name}{number}{'号' if invent else '號'}", f"No. {number} {road.name_en}"
    return f"{road.name} {number}", f"{road.name_en} {number}"


def _settled(
    door: ground.PlainDoor, standing: Sequence[ground.PlainHouse], beats: Sequence[Beat]
) -> tuple[ground.PlainDoor, Beat]:
    """A door and its beat. One that opens across the border stands in the middle of its house, so that it lies inside."""
    beat = _beat(door, standing, beats)
    if door.house is None or beat.shape.covers(Point(door.lon, door.lat)):
        return door, beat
    middle = standing[door.house].shape.representative_point()
    return replace(door, lon=middle.x, lat=middle.y), beat


def _beat(door: ground.PlainDoor, standing: Sequence[ground.PlainHouse], beats: Sequence[Beat]) -> Beat:
    """All doors of a house belong to one beat, also when the house stands on the border."""
    by_house = None if door.house is None else standing[door.house].shape.representative_point()
    point = by_house or Point(door.lon, door.lat)
    return min(beats, key=lambda beat: beat.shape.distance(point))


def _office(number: int, shapes: Sequence[Polygon], doors: Sequence[Door], houses: Sequence[House]) -> Office:
    """An office stands behind the door that is nearest to the middle of its people."""
    town = words()["town"]
    own = [door for door in doors if door.office == number and door.house is not None]
    weights = [houses[door.house].people_weight + 1e-9 for door in own if door.house is not None]
    lon = sum(d.lon * w for d, w in zip(own, weights, strict=True)) / sum(weights)
    lat = sum(d.lat * w for d, w in zip(own, weights, strict=True)) / sum(weights)
    door = min(own, key=lambda d: ((d.lon - lon) / 2) ** 2 + (d.lat - lat) ** 2)
    key = ("office", "neighbour")[number]
    ground_of = cuts.whole(shapes)
    return Office(number, OFFICE_CODES[number], town[key], town[f"{key}_en"], door.id, door.lon, door.lat, ground_of,
                  SHARES[number])  # fmt: skip


def base_map(town: District, path: Path, place: str = "helsinki") -> int:
    """Write the base map of the town into a PMTiles file, under the town's own names; how many tiles it has."""
    extract = read(DATA / "osm" / MAPS[place].extract)
    doors = [(door.number, door.lon, door.lat) for door in town.doors]
    drawn = tiles.features(extract, town.tile_names, doors)
    return tiles.build(drawn, path, box=town.box, title=town.title)


def street_network(path: Path, place: str = "helsinki") -> None:
    """Write what rounds are planned on: the streets of the map, without any name."""
    Network.read(DATA / "osm" / MAPS[place].extract).write(path)
