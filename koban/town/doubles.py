"""A register of invented people, and a second file about some of them with the slips that such files have.

The truth is in the keys: "r17" in the register and "c17" in the file are one person. Identity numbers begin with a
division that does not exist, telephones with 000.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from koban.lib.linkage import Record
from koban.lib.linkage.folding import reading, syllables, variants
from koban.lib.linkage.numbers import check_digit
from koban.town import names
from koban.town.chance import stream

NOWHERE = "9900"
ROADS, ESTATES = 240, 400
TWINS = 0.02
LAST_YEAR = 2024
STYLES = 4
CHILD = 24


@dataclass(frozen=True, slots=True)
class Home:
    district: str
    quarter: str
    road: str
    door: int
    estate: str
    building: int
    unit: int
    room: int

    def written(self, style: int) -> str:
        """The address in one of four ways."""
        whole = f"{self.road}{self.door}号{self.estate}"
        if style == 0:
            return f"{self.district}{self.quarter}{whole}{self.building}号楼{self.unit}单元{self.room}室"
        if style == 1:
            return f"{self.district}{whole}{self.building}-{self.unit}-{self.room}"
        if style == 2:
            return f"{self.estate}{self.building}栋{self.unit}单元{self.room}"
        return f"{self.road}{self.door}号 {self.building}幢{self.room}室"


@dataclass(frozen=True, slots=True)
class Resident:
    """One invented person as the truth knows them."""

    number: int
    surname: str
    given: str
    sex: str
    birth: str
    id: str
    phone: str
    home: Home

    def record(self) -> Record:
        fields = {
            "name": self.surname + self.given, "sex": self.sex, "birth": self.birth, "id": self.id,
            "phone": self.phone, "address": self.home.written(0),
        }  # fmt: skip
        return Record(f"r{self.number}", fields)


# --- the register -----------------------------------------------------------------------------------------------


def residents(count: int, seed: int) -> Iterator[Resident]:
    """`count` people in households: couples with surnames of their own, their children, twins among them."""
    chance = stream(seed, "doubles", "register")
    homes = _homes(chance)
    number = 0
    while number < count:
        for one in _household(number, homes(), chance)[: count - number]:
            yield one
            number += 1


def _homes(chance: random.Random) -> Callable[[], Home]:
    stem = names.stems()
    roads = [f"{stem(chance)}{chance.choice(('路', '街', '东路', '大道', '巷'))}" for _ in range(ROADS)]
    places = [
        (
            stem(chance) + chance.choice(("花园", "小区", "苑", "新村")),
            chance.choice(roads),
            chance.randrange(1, 400),
        )
        for _ in range(ESTATES)
    ]
    districts = [f"{stem(chance)}区" for _ in range(6)]
    quarters = [f"{stem(chance)}社区" for _ in range(60)]

    def draw() -> Home:
        estate, road, door = chance.choice(places)
        room = chance.randrange(1, 31) * 100 + chance.randrange(1, 5)
        where = _same(estate, districts), _same(road, quarters)
        return Home(*where, road, door, estate, chance.randrange(1, 41), chance.randrange(1, 5), room)

    return draw


def _same(word: str, among: list[str]) -> str:
    """The same one of `among` for the same word, on every machine."""
    return among[sum(map(ord, word)) % len(among)]


def _household(number: int, home: Home, chance: random.Random) -> list[Resident]:
    year = chance.randrange(1940, 2000)
    surnames = [names.surnames().draw(chance) for _ in range(2)]
    phone = _phone(chance)
    adults = [
        _resident(
            number + at,
            surnames[at],
            sex,
            year + chance.randrange(-4, 5),
            home,
            phone if chance.random() < 0.1 else "",
            chance,
        )
        for at, sex in enumerate("mf"[: 1 + (chance.random() < 0.75)])
    ]
    first = number + len(adults)
    return adults + _children(first, surnames[0], year, home, chance) if len(adults) > 1 else adults


def _children(number: int, surname: str, year: int, home: Home, chance: random.Random) -> list[Resident]:
    born = year + CHILD + chance.randrange(8)
    if born > LAST_YEAR or chance.random() < 0.25:
        return []
    eldest = _resident(number, surname, chance.choice("mf"), born, home, "", chance)
    if chance.random() < TWINS:
        return [eldest, _twin(eldest, chance)]
    if chance.random() < 0.35 and born + 4 <= LAST_YEAR:
        return [eldest, _resident(number + 1, surname, chance.choice("mf"), born + 4, home, "", chance)]
    return [eldest]


def _twin(eldest: Resident, chance: random.Random) -> Resident:
    """Born on the same day, numbered right after, and called by the same first character."""
    given = eldest.given
    while given == eldest.given:
        last = names.given("m" if eldest.sex == "男" else "f", int(eldest.birth[:4]), chance)[-1]
        given = eldest.given[:-1] + last
    body = str(int(eldest.id[:17]) + 2)
    number = eldest.number + 1
    return replace(eldest, number=number, given=given, id=body + check_digit(body), phone=_phone(chance))


def _resident(
    number: int, surname: str, sex: str, year: int, home: Home, phone: str, chance: random.Random
) -> Resident:
    birth = f"{min(year, LAST_YEAR)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    last = chance.randrange(0, 490) * 2 + (sex == "m")
    body = f"{NOWHERE}{chance.randrange(1, 30):02d}{birth}{last:03d}"
    given = names.given(sex, year, chance)
    written = "男" if sex == "m" else "女"
    return Resident(
        number, surname, given, written, birth, body + check_digit(body), phone or _phone(chance), home
    )


def _phone(chance: random.Random) -> str:
    return f"000{chance.randrange(10**8):08d}"


# --- the file ---------------------------------------------------------------------------------------------------


def copies(people: Iterable[Resident], seed: int) -> Iterator[Record]:
    """Each of these people once more, as somebody else has written them down."""
    chance = stream(seed, "doubles", "copies")
    homes = _homes(stream(seed, "doubles", "moves"))
    for one in people:
        yield _copy(one, homes, chance)


def _copy(one: Resident, homes: Callable[[], Home], chance: random.Random) -> Record:
    moved = chance.random() < 0.2
    home = homes() if moved else one.home
    phone = _phone(chance) if chance.random() < 0.2 else one.phone
    fields = {
        "name": _name(one, chance),
        "sex": _drawn(chance, (0.03, ""), (0.005, "女" if one.sex == "男" else "男")) or one.sex,
        "birth": _birth(one.birth, chance),
        "id": _number(one.id, chance),
        "phone": "" if chance.random() < 0.35 else slip(phone, chance) if chance.random() < 0.03 else phone,
        "address": home.written(chance.randrange(STYLES)) if chance.random() < 0.95 else "",
    }
    return Record(f"c{one.number}", {name: text for name, text in fields.items() if text})


def _drawn(chance: random.Random, *cases: tuple[float, str]) -> str:
    at = chance.random()
    for share, text in cases:
        if at < share:
            return text
        at -= share
    return ""


def _name(one: Resident, chance: random.Random) -> str:
    whole, at = one.surname + one.given, chance.random()
    if at < 0.03:
        return one.surname + _other(one.given, chance, _homophones())
    if at < 0.06:
        return "".join(_traditional().get(char, char) for char in whole)
    if at < 0.08:
        return f"{''.join(syllables(one.surname, surname=True))} {''.join(syllables(one.given))}".title()
    if at < 0.09:
        return one.surname + one.given[::-1]
    if at < 0.10:
        return one.surname + _other(one.given, chance, {})
    return one.given + one.surname if at < 0.105 else whole


def _other(given: str, chance: random.Random, alike: dict[str, str]) -> str:
    """With one character changed: for one that sounds alike, or for any."""
    at = chance.randrange(len(given))
    pool = alike.get(reading(given[at])) or "".join(sorted(_characters()))
    return given[:at] + chance.choice(pool) + given[at + 1 :]


def _birth(birth: str, chance: random.Random) -> str:
    at = chance.random()
    if at < 0.08:
        return ""
    if at < 0.11:
        return slip(birth, chance)
    if at < 0.115:
        return birth[:4] + birth[6:] + birth[4:6]
    return f"{int(birth[:4]) + chance.choice((-1, 1))}{birth[4:]}" if at < 0.12 else birth


def _number(number: str, chance: random.Random) -> str:
    at = chance.random()
    if at < 0.2:
        return ""
    if at < 0.23:
        return slip(number[:17], chance) + number[17]
    if at < 0.25 and number[6:8] == "19":
        return number[:6] + number[8:17]
    return number[:15] + "000" if 0.25 <= at < 0.26 else number


def slip(digits: str, chance: random.Random) -> str:
    """One digit wrong, or two neighbours swapped."""
    at = chance.randrange(len(digits) - 1)
    if chance.random() < 0.4:
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + chance.choice("0123456789") + digits[at + 1 :]


@cache
def _characters() -> frozenset[str]:
    return frozenset(char for table in names.words()["given"].values() for sex in "mf" for char in table[sex])


@cache
def _homophones() -> dict[str, str]:
    found: dict[str, str] = {}
    for char in sorted(_characters() | frozenset("严颜燕艳国果明铭名伟玮为军君俊均静敬婧靖志智致芝红宏洪弘")):
        found[reading(char)] = found.get(reading(char), "") + char
    return found


@cache
def _traditional() -> dict[str, str]:
    return {simple: chr(old) for old, simple in sorted(variants().items(), reverse=True)}
