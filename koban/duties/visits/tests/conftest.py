"""A street of three doors with people behind one of them; the key of one of them."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.matters import own
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.residents import actions as residents


@pytest.fixture
def doors(office: Station) -> list[Address]:
    street = Street(name="灯湖路", name_en="Lake Road")
    rows = [
        premises.prepared(
            Address(
                street=street,
                door=str(n),
                label=f"灯湖路{n}号",
                label_en=f"Lake Road {n}",
                lon=120.15,
                lat=30.25,
            )
        )
        for n in (1, 2, 3)
    ]
    premises.enter([street, *rows], by=SYSTEM, at=timezone.now())
    return rows


@pytest.fixture
def sun(doors: list[Address], people: SimpleNamespace) -> SimpleNamespace:
    """A resident of the first door, with the key to the own pages."""
    at, by = timezone.now(), actor_of(people.li)
    person = residents.enter([residents.Entry("孙大", phone="00012345678", home=doors[0])], by=by, at=at)[0]
    number, secret = residents.give_key(person, by=by, at=at)
    return SimpleNamespace(person=person, number=number, secret=secret)


@pytest.fixture
def mine(door: Client, sun: SimpleNamespace, office: Station) -> Client:
    door.post(f"/o/{office.code}/me/enter/", {"number": sun.number, "secret": sun.secret})
    assert own.COOKIE in door.cookies
    return door
