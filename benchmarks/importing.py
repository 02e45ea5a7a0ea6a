"""`python -m benchmarks.importing [--people 1000000] [--rows 100000]`: a table of people into a register of many.

The register is made once, as the office stores it but without pages, and kept under var/benchmarks; each run works on a
copy. Of the rows four in ten are of the register with their number, two in ten without it and with slips, four in ten
new. Prints one JSON line: seconds and peak memory of each phase, and what became of the rows.
"""

import argparse
import csv
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks import crowd, machine

KEPT = Path("var/benchmarks")
DOORS, BATCH, SEED = 20_000, 10_000, 3
KNOWN, MISTOLD = 4, 6  # of ten rows: those of the register with their number; up to here those with slips
COLUMNS = ("姓名", "出生日期", "身份证号", "联系电话", "现住址")


def _around(var: Path) -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "koban.settings", "KOBAN_VAR": str(var)}


def _django() -> None:
    import django  # noqa: PLC0415

    django.setup()


def build(people: int) -> None:
    """The register, in the office of KOBAN_VAR: the very rows that the office's action stores, but without pages."""
    _django()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from koban.kernel import stations  # noqa: PLC0415
    from koban.kernel.stations.models import Station  # noqa: PLC0415
    from koban.registers.residents import filing  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    office = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo", lon=120.1, lat=30.2
    )
    for name in ("ways", "_sounds"):  # the same name is read once
        setattr(filing, name, lru_cache(maxsize=None)(getattr(filing, name)))
    with stations.scope(office.pk):
        doors, now = _doors(timezone.now()), timezone.now()
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA synchronous=OFF")
            connection.cursor().execute("PRAGMA cache_size=-600000")
        for start in range(0, people, BATCH):
            _enter(range(start, min(people, start + BATCH)), doors, now)


def _enter(numbers: range, doors: list[Any], now: Any) -> None:
    from django.db import transaction  # noqa: PLC0415

    from koban.registers.residents import filing  # noqa: PLC0415
    from koban.registers.residents.models import Person, PersonFile, Residence  # noqa: PLC0415

    people, files, homes, names = list[Any](), list[Any](), list[Any](), list[Any]()
    for n in numbers:
        told = filing.Entry(**crowd.told(n)).values()
        person = Person(created_at=now, confirmed_at=now)
        file = PersonFile(person=person, owns_number=True)
        filing.fill(file, told | {"sex": "mf"[int(told["id_number"][16]) % 2 == 0]})
        home = Residence(
            person=person,
            address=doors[n // 50 % DOORS],
            kind="family",
            from_on=now.date(),
            source="import",
            state="confirmed",
        )
        people.append(person)
        files.append(file)
        homes.append(home)
        names.append((person, told["name"]))
    with transaction.atomic():
        for rows in (people, files, homes):
            _stored(rows)
        filing.put_tokens(names)


def _stored(rows: list[Any]) -> None:
    """Without asking Django anew for each row how its statement looks."""
    from django.db import connection  # noqa: PLC0415

    model = type(rows[0])
    fields = model._meta.concrete_fields
    for row in rows:
        row.claim_station()
    told = [
        [field.get_db_prep_save(field.value_from_object(row), connection) for field in fields] for row in rows
    ]
    columns, places = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        cursor.executemany(into, told)


def _doors(now: Any) -> list[Any]:
    from koban.kernel.ledger import SYSTEM  # noqa: PLC0415
    from koban.registers.premises import actions  # noqa: PLC0415
    from koban.registers.premises.models import Address, Street  # noqa: PLC0415

    streets = [Street(name=f"{name}路") for name in _street_names()]
    doors = [
        actions.prepared(Address(street=streets[n // 100], door=str(n % 100 + 1), lon=120.1, lat=30.2))
        for n in range(DOORS)
    ]
    actions.enter([*streets, *doors], by=SYSTEM, at=now)
    return doors


def _street_names() -> list[str]:
    return [f"{a}{b}" for a in crowd.GIVEN[:20] for b in crowd.GIVEN[60:70]]


def table(path: Path, rows: int, people: int) -> None:
    chance, names = random.Random(SEED), _street_names()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(rows):
            one = _row(n, people, chance)
            door = chance.randrange(DOORS)
            home = f"{names[door // 100]}路{door % 100 + 1}号"
            writer.writerow([one["name"], one["birth_on"], one["id_number"], one["phone"], home])


def _row(n: int, people: int, chance: random.Random) -> crowd.Told:
    of_the_register = n * 7 % people
    if n % 10 < KNOWN:
        return crowd.told(of_the_register)
    return crowd.mistold(of_the_register, chance) if n % 10 < MISTOLD else crowd.told(people + n)


def run(path: Path) -> None:
    """The table, by the office's own job."""
    _django()
    from django.utils import timezone  # noqa: PLC0415

    from koban.kernel import stations  # noqa: PLC0415
    from koban.kernel.ledger import SYSTEM  # noqa: PLC0415
    from koban.kernel.stations.models import Station  # noqa: PLC0415
    from koban.registers.importing import actions  # noqa: PLC0415
    from koban.registers.importing.models import Import  # noqa: PLC0415
    from koban.registers.residents.models import Person  # noqa: PLC0415

    by = SYSTEM.__class__(role="officer", label="benchmark")
    with stations.scope(Station.objects.get(code="lamp").pk):
        told: dict[str, Any] = {"people": Person.objects.count(), "idle_mb": _peak()}
        with path.open("rb") as source:
            one = _phase(
                told, "load_up", lambda: actions.begin("people", path.name, source, by=by, at=timezone.now())
            )
        for name, state in (("trial", Import.State.TRYING), ("run", Import.State.RUNNING)):
            one = actions.set_going(one, state, by=by, at=timezone.now())
            one = _phase(told, name, lambda one=one: actions.work(one, by=by, at=timezone.now()))
        print(json.dumps(told | _outcome(one), ensure_ascii=False))


def _outcome(one: Any) -> dict[str, Any]:
    from koban.registers.importing.models import ImportRow  # noqa: PLC0415

    rows = ImportRow.objects.filter(of=one).order_by("number").iterator(chunk_size=5_000)
    slips = {"linked": 0, "doubted": 0}
    wrongly = 0
    for row in rows:
        at, linked = (row.number - 2) % 10, row.outcome == ImportRow.Outcome.KNOWN
        if KNOWN <= at < MISTOLD:
            slips["linked"] += linked
            slips["doubted"] += not linked and bool(row.said)
        wrongly += linked and at >= MISTOLD
    counts = {"taken": one.taken, "known": one.known, "refused": one.refused, "state": one.state}
    return counts | {"with_slips": slips, "new_but_linked": wrongly}


def _phase(told: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    started, cpu, busy = time.perf_counter(), time.process_time(), machine.busy_s()
    result = work()
    wall, own = time.perf_counter() - started, time.process_time() - cpu
    told[name] = {
        "s": round(wall, 1), "cpu_s": round(own, 1), "peak_mb": _peak(),
        "other_cpus_busy": round(max(0.0, machine.busy_s() - busy - own) / wall, 2),
    }  # fmt: skip
    return result


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _register(people: int) -> Path:
    """Where the register is kept; made if it is not there yet."""
    kept = KEPT / f"people-{people}"
    if not (kept / "made.txt").exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "benchmarks.importing", "--build", str(people)],
            env=_around(kept),
            check=True,
        )
        (kept / "made.txt").write_text(f"{time.perf_counter() - began:.0f} s\n")
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--build", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.build:
        build(asked.build)
    elif asked.table:
        run(asked.table)
    else:
        _measure(asked.people, asked.rows)


def _measure(people: int, rows: int) -> None:
    kept, folder = _register(people), Path(tempfile.mkdtemp(prefix="koban-importing-"))
    try:
        shutil.copytree(kept, folder / "var")
        table(folder / "people.csv", rows, people)
        told = [sys.executable, "-m", "benchmarks.importing", "--table", str(folder / "people.csv")]
        subprocess.run(told, env=_around(folder / "var"), check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
