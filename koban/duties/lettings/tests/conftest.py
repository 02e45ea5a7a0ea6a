"""An office of Zhejiang with a street of three doors, a landlord with a key, and an agent with one."""

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
from koban.registers.rentals import actions as rentals
from koban.registers.residents import actions as residents

LANDLORD = "34052419800101001X"  # a documented vector: nobody's
TENANT = "11010519491231002X"


@pytest.fixture
def doors(office: Station) -> list[Address]:
    office.pack = "cn-zj"
    office.save(update_fields=["pack"])
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
def landlord(doors: list[Address], people: SimpleNamespace) -> SimpleNamespace:
    """A confirmed resident who lets nothing yet, with the key to the own pages."""
    at, by = timezone.now(), actor_of(people.li)
    entry = residents.Entry("钱多多", id_kind="id_card", id_number=LANDLORD, phone="00012345678")
    person = residents.enter([entry], by=by, at=at)[0]
    number, secret = residents.give_key(person, by=by, at=at)
    return SimpleNamespace(person=person, number=number, secret=secret)


@pytest.fixture
def mine(door: Client, landlord: SimpleNamespace, office: Station) -> Client:
    """A telephone on which the landlord's own pages are open."""
    told = {"number": landlord.number, "secret": landlord.secret}
    answer = door.post(f"/o/{office.code}/me/enter/", told)
    assert own.COOKIE in door.cookies, answer.status_code
    return door


@pytest.fixture
def agent(doors: list[Address], people: SimpleNamespace) -> SimpleNamespace:
    by, at = actor_of(people.li), timezone.now()
    row = rentals.enter_agent("安居房产", "agent", on=at.date(), by=by, at=at)
    number, secret = rentals.give_key(row, by=by, at=at)
    row.refresh_from_db()
    return SimpleNamespace(row=row, number=number, secret=secret)
