"""Fills the office of a benchmark; a process of its own, so that the measuring one never holds Django.

`python -m benchmarks.seed found` makes the office, its team, sessions and keys, and prints them as JSON;
`python -m benchmarks.seed grow 10000` adds matters until there are so many, true rows with true pages; `doors 1000000` doors;
`forms 200` publishes forms and prints the header with which a telephone asks for their list.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import doors, forms  # noqa: E402
from koban.duties.incidents.models import Incident  # noqa: E402
from koban.duties.incidents.types import CATALOGUE  # noqa: E402
from koban.kernel import stations  # noqa: E402
from koban.kernel.access.actions import give_key  # noqa: E402
from koban.kernel.access.testing import actor_of, make_account, sign_in  # noqa: E402
from koban.kernel.ledger import Actor, book  # noqa: E402
from koban.kernel.stations import numbers  # noqa: E402
from koban.kernel.stations.models import Station  # noqa: E402
from koban.matters.actions import REGISTER  # noqa: E402
from koban.matters.looks import sealed_party  # noqa: E402
from koban.matters.models import Deadline, Matter, Note, Party  # noqa: E402
from koban.matters.places import Place  # noqa: E402
from koban.registers.roster import actions as roster  # noqa: E402

OFFICE = "lamp"
KEYS = 64  # a key may post ten reports a second; a load test wants more
BOARDS = 200
OPEN = 60  # matters that are open at any size: a team of seven cannot have more in hand
ONE_BY_ONE = 1000
LON, LAT = 24.94, 60.17
MACHINE = Actor("machine", label="benchmark")


def found() -> dict[str, Any]:
    """The office with one officer and six auxiliaries on duty. Returns its sessions and keys."""
    station = Station.objects.create(
        code=OFFICE, name="灯湖", name_en="Lamp Lake", kind="office", path="lamp/", lon=LON, lat=LAT
    )
    team = [
        make_account(f"m{n}", role="auxiliary" if n else "officer", station=station, password="")
        for n in range(7)
    ]
    with stations.scope(station.pk):
        for account in team:
            roster.sign_on(account.posts.get(), by=actor_of(account), at=timezone.now())
    security = Actor("security", label="security")
    keys = [
        give_key(f"k{n}", station, ["incidents.take"], by=security, at=timezone.now())[1] for n in range(KEYS)
    ]
    return {"sessions": [_session(team[n % len(team)]) for n in range(BOARDS)], "keys": keys}


def _session(account: Any) -> str:
    client = Client()
    sign_in(client, account)
    return client.cookies["koban_session"].value


def grow(wanted: int) -> None:
    """Add matters until there are `wanted`: the newest OPEN of them open, the others answered and closed."""
    station = Station.objects.get(code=OFFICE)
    with stations.scope(station.pk):
        there = Matter.objects.count()
        while there < wanted:
            count = min(ONE_BY_ONE, wanted - there)
            with transaction.atomic():
                _batch(station, there, count, wanted)
            there += count


def _batch(station: Station, there: int, count: int, wanted: int) -> None:
    now, year = datetime.now(UTC), timezone.localdate().year
    last = numbers.take(REGISTER, year, count)
    rows: list[Any] = []
    entries: list[book.Entry] = []
    for place in range(count):
        at = now - timedelta(minutes=10 * (wanted - there - place))
        made = list(_one(station, last - count + 1 + place, year, at, is_open=there + place >= wanted - OPEN))
        rows += made
        facts = {"number": made[0].printed, "type": made[0].type}
        entries.append(book.Entry("incidents.open", MACHINE, at, made[0].pk, made[0], facts, made))
    models: tuple[Any, ...] = (Matter, Party, Incident, Deadline, Note)
    for model in models:
        model.objects.bulk_create([row for row in rows if isinstance(row, model)], batch_size=500)
    book.write_many(entries)


def _one(station: Station, number: int, year: int, at: datetime, *, is_open: bool) -> Iterator[Any]:
    dice = random.Random(number)
    type_ = dice.choice([one for one in CATALOGUE.types.values() if one.public == "place"])
    ended = None if is_open else at + timedelta(hours=3)
    place = Place("", None, LON + dice.uniform(-0.02, 0.02), LAT + dice.uniform(-0.01, 0.01))
    matter = Matter(
        station=station, kind="incidents", type=type_.code, number=number, year=year, opened_at=at, is_open=is_open,
        state="received" if is_open else "closed", state_since=ended or at, closed_at=ended, priority=dice.choice((2, 3, 3, 4)),
        summary="Somebody is loud in the yard again.", **place.fields(),
    )  # fmt: skip
    yield matter
    party = Party(station=station, matter=matter, role="reporter")
    yield sealed_party(party, name="Zhao Yun", phone="13900000000")
    yield Incident(
        station=station, matter=matter, kind=type_.kind, channel="phone", reporter=party, is_listed=True
    )
    term = at + timedelta(hours=24)
    yield Deadline(
        station=station,
        matter=matter,
        key="answer",
        clause="JN-12345-2",
        starts_at=at,
        due_at=term,
        met_at=ended,
    )
    if ended:
        yield Note(
            station=station,
            matter=matter,
            direction="out",
            purpose="answer",
            text="Done.",
            at=ended,
            label="m0",
        )
    else:
        matter.due_at, matter.due_clause = term, "JN-12345-2"


if __name__ == "__main__":
    if sys.argv[1] == "found":
        print(json.dumps(found()))
    elif sys.argv[1] == "doors":
        doors.enter(Station.objects.get(code=OFFICE), int(sys.argv[2]))
    elif sys.argv[1] == "forms":
        print(forms.publish(Station.objects.get(code=OFFICE), int(sys.argv[2])))
    else:
        grow(int(sys.argv[2]))
