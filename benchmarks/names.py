"""`python -m benchmarks.names [--people 1000000]`: finding somebody by name, pinyin, initials, telephone or number.

In an open matter, in hand, each with its page and its rows in the ledger, in the register that `benchmarks.importing` makes
and keeps. Prints one JSON line: wall and CPU milliseconds for each way of typing.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import crowd
from benchmarks.importing import _around, _django, _register
from benchmarks.people import _times

SEED, TURNS = 5, 400


def ways(people: int, chance: random.Random) -> dict[str, Callable[[], str]]:
    """What is typed."""
    from koban.lib import text  # noqa: PLC0415

    def one() -> crowd.Told:
        return crowd.told(chance.randrange(people))

    def syllables() -> list[str]:
        return text.name_syllables(one()["name"])

    return {
        "name": lambda: one()["name"], "given name": lambda: one()["name"][1:], "pinyin": lambda: "".join(syllables()),
        "initials": lambda: "".join(part[0] for part in syllables()), "telephone": lambda: one()["phone"],
        "number": lambda: one()["id_number"], "nobody": lambda: "阿" + one()["name"] + "阿",
    }  # fmt: skip


def inside(turns: int) -> None:
    _django()
    from django.utils import timezone  # noqa: PLC0415

    from koban.kernel import stations  # noqa: PLC0415
    from koban.kernel.access.testing import actor_of, make_account  # noqa: PLC0415
    from koban.kernel.stations.models import Station  # noqa: PLC0415
    from koban.matters import actions, looks  # noqa: PLC0415
    from koban.matters.places import Place  # noqa: PLC0415
    from koban.registers.premises.models import Address  # noqa: PLC0415
    from koban.registers.residents.models import Person  # noqa: PLC0415

    office, now, chance = Station.objects.get(code="lamp"), timezone.now(), random.Random(SEED)
    by = actor_of(make_account("li", role="officer", station=office, password=""))
    with stations.scope(office.pk):
        people = Person.objects.count()
        matter = actions.open_matter(
            "incidents", by=by, at=now, station=office, place=Place.at(Address.objects.first())
        )
        actions.hold(matter, by.post_id, by=by, at=now)
        told: dict[str, Any] = {
            way: _times(lambda typed=typed: looks.find_person(matter, typed(), by=by, at=now), turns)
            for way, typed in ways(people, chance).items()
        }
    print(json.dumps({"people": people, **told}, ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        inside(asked.turns)
        return
    kept, folder = _register(asked.people), Path(tempfile.mkdtemp(prefix="koban-names-"))
    try:
        shutil.copytree(kept, folder / "var")
        told = [sys.executable, "-m", "benchmarks.names", "--inside", "--turns", str(asked.turns)]
        subprocess.run(told, env=_around(folder / "var"), check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
