"""Invented people: who lives together, how old they are, what they are called, behind which door."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from koban.town import names
from koban.town.chance import Weighted
from koban.town.model import Door, Dwelling, House, Household, Resident

ROOM_STYLES: dict[str, Callable[[int, int, int], str]] = {
    "mainland": lambda unit, floor, room: f"{unit}单元{floor}{room:02d}室",
    "taiwan": lambda unit, floor, room: f"{floor}樓之{room + (unit - 1) * ROOMS_ON_A_LANDING}",
    "latin": lambda unit, floor, room: f" {chr(64 + unit)} {floor}{room:02d}",
}
"""What follows the house number, from (unit, floor, room on the landing), each counted from one."""
PHONE_PREFIX = "000"
"""No call can begin so: 00 leads abroad from China, and no country code begins with 0 (ITU-T E.164)."""
VACANT_SHARE, RENTED_SHARE = 0.06, 0.34
ROOMS_ON_A_LANDING = 4
ADULT, OLDEST = 20, 97
DAYS_IN_A_YEAR = 365.25

Ages = list[tuple[int, str]]
"""(age in years, sex) of each member, the one who names the household first."""


def _single(chance: random.Random) -> Ages:
    return [(chance.randint(ADULT, 44), chance.choice("fm"))]


def _old_single(chance: random.Random) -> Ages:
    return [(min(OLDEST, int(chance.triangular(62, 97, 72))), chance.choices("fm", (2, 1))[0])]


def _couple(chance: random.Random) -> Ages:
    man = int(chance.triangular(23, 60, 32))
    return [(man, "m"), (max(ADULT, man + chance.randint(-4, 2)), "f")]


def _old_couple(chance: random.Random) -> Ages:
    man = int(chance.triangular(60, 92, 68))
    return [(man, "m"), (max(56, man + chance.randint(-5, 2)), "f")]


def _family(chance: random.Random) -> Ages:
    man = chance.randint(26, 52)
    woman = max(23, man + chance.randint(-4, 2))
    eldest = chance.randint(0, max(0, min(22, woman - 22)))
    children = [
        (max(0, eldest - chance.randint(0, 6) * i), chance.choice("fm"))
        for i in range(chance.choice((1, 1, 2)))
    ]
    return [(man, "m"), (woman, "f"), *children]


def _three_generations(chance: random.Random) -> Ages:
    parents = _family(chance)
    elder = parents[0][0] + chance.randint(22, 30)
    return [*parents, (min(OLDEST, elder), chance.choices("fm", (3, 2))[0])]


def _one_parent(chance: random.Random) -> Ages:
    parent = chance.randint(25, 50)
    return [
        (parent, chance.choices("fm", (4, 1))[0]),
        (chance.randint(0, min(20, parent - 20)), chance.choice("fm")),
    ]


def _sharers(chance: random.Random) -> Ages:
    return [(chance.randint(19, 34), chance.choice("fm")) for _ in range(chance.randint(2, 4))]


@dataclass(frozen=True, slots=True)
class Shape:
    """One way of living together, and how often it is met."""

    draw: Callable[[random.Random], Ages]
    share: float
    related: bool = True


SHAPES = (
    Shape(_single, 0.20), Shape(_old_single, 0.09), Shape(_couple, 0.18), Shape(_old_couple, 0.12),
    Shape(_family, 0.22), Shape(_three_generations, 0.09), Shape(_one_parent, 0.04),
    Shape(_sharers, 0.06, related=False),
)  # fmt: skip


Wanted = tuple[House, Sequence[Door], int]
"""A house, its doors, and how many people it gets."""


@dataclass(slots=True)
class People:
    """What `settle` builds up; positions are ids."""

    dwellings: list[Dwelling]
    households: list[Household]
    residents: list[Resident]


def settle(
    wanted: Sequence[Wanted], known: Sequence[Dwelling], chance: random.Random, on: date, *, style: str
) -> People:
    """Households for each house until it holds the wanted number of people.

    known: dwellings that the map itself names; they fill first. style: a key of ROOM_STYLES.
    """
    people = People(list(known), [], [])
    mixture = Weighted(SHAPES, [shape.share for shape in SHAPES])
    by_door: dict[int, list[int]] = {}
    for dwelling in known:
        by_door.setdefault(dwelling.door, []).append(dwelling.id)
    for house, doors, count in wanted:
        rooms = _rooms(people, (house, doors), by_door, chance, ROOM_STYLES[style])
        _fill(people, rooms, count, mixture, chance, on)
    return people


def _fill(
    people: People,
    rooms: Iterator[int],
    count: int,
    mixture: Weighted[Shape],
    chance: random.Random,
    on: date,
) -> None:
    while count > 0:
        dwelling = next(rooms)
        if chance.random() < VACANT_SHARE:
            continue
        shape = mixture.draw(chance)
        ages = shape.draw(chance)[:count]
        _move_in(people, dwelling, ages, shape.related, chance, on)
        count -= len(ages)


def _rooms(
    people: People,
    where: tuple[House, Sequence[Door]],
    by_door: dict[int, list[int]],
    chance: random.Random,
    style: Callable[[int, int, int], str],
) -> Iterator[int]:
    """Dwellings behind these doors: those of the map, then as many as are asked for, door by door, floor by floor."""
    house, doors = where
    for door in doors:
        yield from by_door.get(door.id, [])
    number = 0
    while True:
        door, on_door = doors[number % len(doors)], number // len(doors)
        unit, floor, room = _place(on_door, house.levels)
        text = style(unit, floor, room)
        rented = chance.random() < RENTED_SHARE
        dwelling = Dwelling(
            len(people.dwellings), door.id, str(unit), floor, f"{floor}{room:02d}", text, rented
        )
        people.dwellings.append(dwelling)
        yield dwelling.id
        number += 1


def _place(number: int, levels: int) -> tuple[int, int, int]:
    """(unit, floor, room on the landing) of the nth dwelling; the ground floor is left to shops where there are more."""
    lowest = 2 if levels > 1 else 1
    floors = max(1, levels - lowest + 1)
    unit, rest = divmod(number, floors * ROOMS_ON_A_LANDING)
    floor, room = divmod(rest, ROOMS_ON_A_LANDING)
    return unit + 1, floor + lowest, room + 1


def _move_in(
    people: People, dwelling: int, ages: Ages, related: bool, chance: random.Random, on: date
) -> None:
    household = len(people.households)
    surname = names.surnames().draw(chance)
    since = on - timedelta(days=int(chance.triangular(5, 30 * 365, 5 * 365)))
    first = len(people.residents)
    for position, (age, sex) in enumerate(ages):
        own = surname if _shares_name(position, age, ages, related) else names.surnames().draw(chance)
        people.residents.append(_person(first + position, household, own, (age, sex), since, chance, on))
    members = tuple(range(first, len(people.residents)))
    people.households.append(Household(household, dwelling, members))


def _shares_name(position: int, age: int, ages: Ages, related: bool) -> bool:
    """A child carries the first adult's surname; a wife, a flatmate and a grandmother keep their own."""
    return position == 0 or (related and age + 15 < ages[0][0])


def _person(
    number: int,
    household: int,
    surname: str,
    who: tuple[int, str],
    since: date,
    chance: random.Random,
    on: date,
) -> Resident:
    age, sex = who
    born = on - timedelta(days=int(age * DAYS_IN_A_YEAR) + chance.randint(1, 364))
    is_dotted = chance.random() < names.DOTTED_SHARE
    name = names.dotted(chance) if is_dotted else names.person(surname, sex, born.year, chance)
    phone = f"{PHONE_PREFIX}{chance.randrange(10**8):08d}"
    return Resident(
        number, household, name.text, name.pinyin, name.english, sex, born, phone, max(born, since)
    )
