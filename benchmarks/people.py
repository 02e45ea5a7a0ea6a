"""`python -m benchmarks.people [--rows 100000]`: entering residents, a look with its page, a search, a household's page.

On SQLite with full durability, in a temporary folder that is removed afterwards. Prints one JSON line.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEED, BATCH, TURNS = 7, 5_000, 1_000
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华慧巧美云兰",
)


def inside(rows: int) -> None:
    """Everything that needs Django, in a process of its own."""
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from koban.kernel import stations  # noqa: PLC0415
    from koban.kernel.access.testing import actor_of, make_account, sign_in  # noqa: PLC0415
    from koban.kernel.stations.models import Station  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    office = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo", lon=120.1, lat=30.2
    )
    account = make_account("li", role="officer", station=office, password="")
    with stations.scope(office.pk):
        told = _measure(rows, office, account, actor_of(account), sign_in)
    print(json.dumps({"rows": rows, **told, "memory_mb": _memory()}, ensure_ascii=False))


def _measure(rows: int, office: Any, account: Any, by: Any, sign_in: Callable[..., None]) -> dict[str, Any]:
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from koban.kernel import stations  # noqa: PLC0415
    from koban.kernel.ledger import SYSTEM  # noqa: PLC0415
    from koban.matters import actions as matters  # noqa: PLC0415
    from koban.matters import looks  # noqa: PLC0415
    from koban.matters.places import Place  # noqa: PLC0415
    from koban.registers.premises import actions as premises  # noqa: PLC0415
    from koban.registers.premises.models import Address, Street  # noqa: PLC0415
    from koban.registers.residents import actions as residents  # noqa: PLC0415

    now, chance = timezone.now(), random.Random(SEED)
    street = Street(name="镜湖路")
    doors = [
        premises.prepared(Address(street=street, door=str(n), label=f"镜湖路{n}号", lon=120.1, lat=30.2))
        for n in range(400)
    ]
    premises.enter([street, *doors], by=SYSTEM, at=now)
    people, started = [], time.perf_counter()
    for batch in _batches(rows):
        entries = [_entry(residents.Entry, n, doors[n // max(1, rows // 400) % 400], chance) for n in batch]
        people += [person.pk for person in residents.enter(entries, by=SYSTEM, at=now)]
    entered = time.perf_counter() - started
    matter = matters.open_matter("incidents", by=by, at=now, station=office, place=Place.at(doors[0]))
    matters.hold(matter, by.post_id, by=by, at=now)
    home = [one.person_id for one in looks.people_of(matter, now)][:50]
    look = _times(lambda: looks.look_person(matter, [chance.choice(home)], ["name", "phone"], by=by, at=now))
    find = _times(lambda: looks.find_person(matter, _name(chance), by=by, at=now))
    client = Client()
    sign_in(client, account)
    few = matters.open_matter(
        "incidents", by=by, at=now, station=office, place=Place.at(_small(premises, residents, street, now))
    )
    matters.hold(few, by.post_id, by=by, at=now)
    with stations.outside():
        page = _times(lambda: client.get(f"/desk/matters/{few.pk}/household/"), 200)
    return {"enter_per_s": round(rows / entered), "look_ms": look, "find_ms": find, "household_page_ms": page}


def _small(premises: Any, residents: Any, street: Any, now: Any) -> Any:
    """A home of six."""
    from koban.kernel.ledger import SYSTEM  # noqa: PLC0415
    from koban.registers.premises.models import Address  # noqa: PLC0415

    door = premises.prepared(Address(street=street, door="x1", label="镜湖路x1号", lon=120.1, lat=30.2))
    premises.enter([door], by=SYSTEM, at=now)
    residents.enter(
        [residents.Entry(f"张{char}", home=door, household="h") for char in "甲乙丙丁戊己"], by=SYSTEM, at=now
    )
    return door


def _batches(rows: int) -> Iterator[range]:
    for start in range(0, rows, BATCH):
        yield range(start, min(rows, start + BATCH))


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(2))


def _entry(make: Any, n: int, home: Any, chance: random.Random) -> Any:
    born = f"{chance.randrange(1940, 2020)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    return make(
        _name(chance), born, chance.choice("fm"), phone=f"000{n:08}", home=home, household=str(n // 3)
    )


def _times(work: Callable[[], object], turns: int = TURNS) -> dict[str, float]:
    """Wall and CPU milliseconds; on a shared machine the CPU says more."""
    wall, cpu = [], []
    work()
    for _ in range(turns):
        started, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    told = {"": sorted(wall), "cpu_": sorted(cpu)}
    return {
        f"{what}p{part}": round(found[turns * part // 100], 2)
        for what, found in told.items()
        for part in (50, 99)
    }


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true")
    asked = parser.parse_args()
    if asked.inside:
        inside(asked.rows)
        return
    folder = Path(tempfile.mkdtemp(prefix="koban-people-"))
    try:
        around = os.environ | {"DJANGO_SETTINGS_MODULE": "koban.settings", "KOBAN_VAR": str(folder / "var")}
        told = [sys.executable, "-m", "benchmarks.people", "--inside", "--rows", str(asked.rows)]
        subprocess.run(told, env=around, check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
