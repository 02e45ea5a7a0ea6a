"""Inside the office's own process: made-up addresses into the index, then what people type. See benchmarks/search.py."""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from koban.kernel import stations  # noqa: E402
from koban.kernel.stations.models import Station  # noqa: E402
from koban.lib import text  # noqa: E402
from koban.lib.ids import uuid7  # noqa: E402
from koban.registers.premises import actions, indexing, rules, searching  # noqa: E402
from koban.registers.premises.models import Address, Street  # noqa: E402

FIRST = (
    "东西南北中上下新老大小长安平和兴福永康文明建设人民解放胜利光荣青春红绿金银玉石"
    "山水湖河江海桥塔寺门城关月星云天龙凤虎马鹤松柏竹梅兰菊桃李杏柳"
)
SECOND = (
    "安宁平兴盛昌隆华阳光明德义仁礼智信泉源溪塘港湾岗坡岭峰林园苑庭院坊巷里井台阁楼亭桥堤岸洲岛村庄屯店铺市镇"
)
SUFFIX = ("路", "街", "巷", "大道", "东路", "西路", "南街", "北街")
DOORS, FLATS = 40, 24
SEED = 7
BATCH = 200 * (FLATS + 1)  # whole doors
FIELDS = Address._meta.concrete_fields
PK = Address._meta.pk
AT = {field.name: place for place, field in enumerate(FIELDS)}


def streets(count: int, chance: random.Random) -> list[str]:
    """So many different names of streets."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(SUFFIX)] = None
        if chance.random() < 0.5:
            found[
                chance.choice(FIRST) + chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(SUFFIX)
            ] = None
    return list(found)[:count]


def places(rows: int, chance: random.Random) -> Iterator[tuple[int, str, str, str, str]]:
    """(street, door, unit, floor, room) of a district: in each street doors, in each door itself and its flats."""
    left, street = rows, 0
    while left:
        for door in range(1, DOORS + 1):
            number = str(door * chance.choice((1, 1, 3)) + chance.randrange(0, 200, 40))
            yield from _house(
                street, f"{number}-{door}" if door % 7 == 0 else f"{door}", min(left, FLATS + 1)
            )
            left = max(0, left - FLATS - 1)
            if not left:
                return
        street += 1


def _house(street: int, door: str, most: int) -> Iterator[tuple[int, str, str, str, str]]:
    inside = [(street, door, "", "", "")]
    inside += [
        (street, door, str(n // 12 + 1), str(n % 12 // 2 + 1), f"{n % 12 // 2 + 1}0{n % 2 + 1}")
        for n in range(FLATS)
    ]
    yield from inside[:most]


def measure(rows: int, count: int, questions: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)

    chance = random.Random(SEED)
    told: dict[str, Any] = {"rows": rows, "stations": count}
    if not Station.objects.exists():
        told |= _filled(rows, count, chance)
        _settle()
    homes = list(Station.objects.order_by("code"))
    told |= _sizes()
    with stations.scope(homes[0].pk):
        told |= _ask(questions, chance)
    return told


def _filled(rows: int, count: int, chance: random.Random) -> dict[str, Any]:
    written, indexed = 0.0, 0.0
    for n in range(count):
        home = Station.objects.create(code=f"s{n}", name=f"第{n}所", kind="office", path=f"s{n}/")
        with stations.scope(home.pk):
            one, two = _fill(rows // count, chance)
            written, indexed = written + one, indexed + two
    return {"rows_s": round(written, 1), "index_s": round(indexed, 1)}


def _fill(rows: int, chance: random.Random) -> tuple[float, float]:
    """Seconds for the rows themselves, and for the index."""
    names = streets(rows // (DOORS * (FLATS + 1)) + 1, chance)
    known = Street.objects.bulk_create(Street(name=name, name_en="") for name in names)
    written, indexed, left = 0.0, 0.0, places(rows, chance)
    while batch := list(islice(left, BATCH)):
        with transaction.atomic():
            before = time.perf_counter()
            doors, told = _made(batch, known)
            _stored(told)
            between = time.perf_counter()
            indexing.put_new(doors)
            written, indexed = written + between - before, indexed + time.perf_counter() - between
    return written, indexed


def _made(
    batch: Sequence[tuple[int, str, str, str, str]], streets: Sequence[Street]
) -> tuple[list[Address], list[list[Any]]]:
    """Doors as they are indexed, and the values of all rows: flats are their door's, but for what says where inside."""
    doors, told = list[Address](), list[list[Any]]()
    for street, door, unit, floor, room in batch:
        if not room:
            doors.append(actions.prepared(Address(street=streets[street], door=door, lon=24.94, lat=60.17)))
            doors[-1].claim_station()
            base = [field.get_db_prep_save(field.pre_save(doors[-1], True), connection) for field in FIELDS]
            told.append(base)
        else:
            label = rules.label(streets[street].name, rules.Parts(door, "", unit, floor, room))
            new = {
                "id": PK.get_db_prep_value(uuid7(), connection), "salt": os.urandom(16), "unit": unit, "floor": floor,
                "room": room, "label": label, "kind": "dwelling", "parent": base[AT["id"]], "plate": actions.new_plate(),
            }  # fmt: skip
            one = list(base)
            for name, value in new.items():
                one[AT[name]] = value
            told.append(one)
    return doors, told


def _stored(told: Sequence[Sequence[Any]]) -> None:
    columns, table = ", ".join(field.column for field in FIELDS), Address._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in told:
                    copy.write_row([getattr(value, "obj", value) for value in row])
        else:
            places = ", ".join(["%s"] * len(FIELDS))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", told)  # noqa: S608  our own names


def _settle() -> None:

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("ANALYZE")


def _sizes() -> dict[str, Any]:

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_total_relation_size('search_entry') + pg_total_relation_size('search_term'),"
                " pg_relation_size('search_entry_terms'), pg_database_size(current_database())"
            )
        else:
            cursor.execute(
                "SELECT SUM(pgsize) FILTER (WHERE name LIKE '%search%'), SUM(pgsize) FILTER (WHERE name LIKE 'search_words%'),"
                " SUM(pgsize) FROM dbstat"
            )
        search, words, whole = cursor.fetchone()
    return {
        "search_mb": round(search / 1e6),
        "words_mb": round(words / 1e6),
        "database_mb": round(whole / 1e6),
    }


Typing = Callable[[str, str, str, str, random.Random], str]


def typings() -> dict[str, Typing]:
    """How people type an address. street, door, unit, room."""

    def pinyin(street: str) -> str:
        return "".join(text.name_syllables(street)).replace("v", "u")

    def slipped(word: str, chance: random.Random) -> str:
        at = chance.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def initials(street: str) -> str:
        return "".join(one[0] for one in text.name_syllables(street))

    return {
        "whole": lambda s, d, u, r, c: f"{s}{d}号{u}单元{r}室",
        "door": lambda s, d, u, r, c: f"{s}{d}号",
        "street": lambda s, d, u, r, c: s,
        "two characters": lambda s, d, u, r, c: s[:2],
        "one character": lambda s, d, u, r, c: s[0],
        "suffix alone": lambda s, d, u, r, c: s[-1],
        "pinyin": lambda s, d, u, r, c: f"{pinyin(s)} {d}",
        "part of the pinyin": lambda s, d, u, r, c: pinyin(s)[:4],
        "one letter": lambda s, d, u, r, c: pinyin(s)[0],
        "initials": lambda s, d, u, r, c: f"{initials(s)} {d}",
        "swapped": lambda s, d, u, r, c: f"{r} {u}单元 {d}号 {s}",
        "number alone": lambda s, d, u, r, c: d,
        "dashes": lambda s, d, u, r, c: f"{s}{d}-{u}-{r}",
        "slip": lambda s, d, u, r, c: f"{slipped(pinyin(s), c)} {d}",
        "wrong character": lambda s, d, u, r, c: f"{s[0]}鑫{s[2:]}{d}号",
        "nowhere": lambda s, d, u, r, c: f"{s}99999号",
    }


def _ask(questions: int, chance: random.Random) -> dict[str, Any]:
    """Milliseconds over all questions, and for each way of typing; how often its street was among eight."""

    ids = list(Address.objects.dwellings().values_list("pk", flat=True)[:: max(1, 200_000 // 5_000)][:5_000])
    rows = list(
        Address.objects.select_related("street").filter(pk__in=chance.sample(ids, min(len(ids), 500)))
    )
    searching.addresses("热身 1", 8)
    every, busy, ways = list[float](), list[float](), dict[str, Any]()
    for name, typing in typings().items():
        took, cpu = list[float](), list[float]()
        hits = 0
        for _n in range(questions // len(typings())):
            one = chance.choice(rows)
            typed = typing(one.street.name, one.door, one.unit, one.room, chance)
            before, worked = time.perf_counter(), time.process_time()
            found = searching.addresses(typed, 8)
            took.append((time.perf_counter() - before) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
            hits += any(row.street_id == one.street_id for row in found)
        every, busy = every + took, busy + cpu
        ways[name] = {"p50": _at(took, 50), "p99": _at(took, 99), "right_street": round(hits / len(took), 2)}
    return {
        "questions": len(every),
        "p50_ms": _at(every, 50),
        "p99_ms": _at(every, 99),
        "cpu_p50_ms": _at(busy, 50),
        "cpu_p99_ms": _at(busy, 99),
        "ways": ways,
    }


def _at(took: list[float], percent: int) -> float:
    return round(statistics.quantiles(took, n=100)[percent - 1], 2)


if __name__ == "__main__":
    print(json.dumps(measure(*(int(one) for one in sys.argv[1:4])), ensure_ascii=False))
