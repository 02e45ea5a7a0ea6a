"""What residents of the town do with their own pages: a key to try, looks at them, requests answered and open.

Comes after the town is stored: a look is committed before anything opens, so it cannot be part of one great transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from koban.duties.datarights import actions as datarights
from koban.duties.datarights.actions import Asked
from koban.duties.datarights.models import Request
from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.matters import looks, own
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register
from koban.registers.residents import usage
from koban.registers.residents.handles import Person
from koban.town.chance import stream
from koban.town.names import words
from koban.town.sheet import drawn_secret

PEOPLE = 4  # residents with a key who ask something


@dataclass(frozen=True)
class Scene:
    """One office with its people at hand. people: handles."""

    station: Station
    officer: Actor
    helper: Actor
    people: Sequence[UUID]
    seed: int
    now: datetime


def fill(scene: Scene) -> tuple[str, str]:
    """Play it; the key of the first resident, for the greeting."""
    with working_at(scene.station):
        chance = stream(scene.seed, "own pages")
        people = [register.person(pk) for pk in scene.people[:PEOPLE]]
        keys = [_key(scene, person, drawn_secret(chance)) for person in people]
        for n, person in enumerate(people):
            _answered(scene, person, scene.now - timedelta(days=9 - n, hours=3))
        _objection(scene, people[0], scene.now - timedelta(days=1))
        _open(scene, people[1:], scene.now - timedelta(hours=5))
        return keys[0]


def _key(scene: Scene, person: Person, secret: str) -> tuple[str, str]:
    return residents.give_key(person, by=SYSTEM, at=scene.now - timedelta(days=12), secret=secret)


def _told(name: str) -> str:
    return str(words()["own_pages"][name])


def _answered(scene: Scene, person: Person, at: datetime) -> None:
    """Somebody asks why; an auxiliary takes it in hand and looks; the officer answers."""
    me, request = own.actor(scene.station), _ask(scene, person, Asked("explain", _told("explain")), at)
    datarights.take(request, by=scene.helper, at=at + timedelta(hours=1))
    looks.look_person(
        request.matter, [person.pk], ["name", "phone"], by=scene.helper, at=at + timedelta(hours=1)
    )
    datarights.write_in(request, _told("thanks"), by=me, at=at + timedelta(hours=2))
    datarights.grant(
        request, _told("answer"), by=scene.officer, at=at + timedelta(hours=4), station=scene.station
    )


def _objection(scene: Scene, person: Person, at: datetime) -> None:
    look = usage.looks_of(person, now=at).filter(action="look").first()
    if look is not None:
        _ask(scene, person, Asked("object", _told("object"), look=look.pk), at)


def _open(scene: Scene, people: Sequence[Person], at: datetime) -> None:
    wishes = (
        Asked("correct", _told("correct"), {"phone": "00020269999"}),
        Asked("restrict", _told("restrict")),
        Asked("delete", _told("delete")),
    )
    for person, asked in zip(people, wishes, strict=False):
        _ask(scene, person, asked, at)


def _ask(scene: Scene, person: Person, asked: Asked, at: datetime) -> Request:
    return datarights.ask(person, asked, by=own.actor(scene.station), at=at, station=scene.station)
