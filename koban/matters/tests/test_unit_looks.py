"""Who answers for a unit: only in an open matter in hand, about its door, and told before anything opens."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import Client

from koban.kernel.access.models import Account
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import SYSTEM, reading
from koban.kernel.ledger.verify import verify
from koban.lib.errors import Absent, Denied
from koban.lib.ids import uuid7
from koban.matters import actions as matters
from koban.matters.places import Place
from koban.matters.tests.test_looks import NOON, TODAY, home, li, office, zhang
from koban.matters.unit_looks import look_responsible, units_of
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Address, Street, Unit
from koban.registers.residents import actions
from koban.registers.residents.models import Look

__all__ = ["home", "li", "office", "zhang"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(home, zhang):
    who = unit_actions.Responsible("张伟民", "000-1001", zhang.pk)
    return unit_actions.open_unit(Unit(name="小店", kind="shop", address=home), who, by=SYSTEM, at=NOON)


@pytest.fixture
def held(office, li, home):
    made = matters.open_matter("incidents", by=li, at=NOON, station=office, place=Place.at(home))
    return matters.hold(made, li.post_id, by=li, at=NOON)


def test_a_look_has_a_page_and_for_a_resident_a_row(office, held, shop, zhang, li):
    assert units_of(held) == [shop]
    assert look_responsible(held, shop.pk, by=li, at=NOON) == {"name": "张伟民", "phone": "000-1001"}
    assert Look.objects.get().person_id == zhang.pk
    assert [page.verb for page in reading.latest()[:2]] == ["matters.look", "residents.look"]
    assert verify(office).ok


def test_who_is_not_in_the_register_has_a_page_alone(held, home, li):
    who = unit_actions.Responsible("甲某", "")
    inn = unit_actions.open_unit(Unit(name="客栈", kind="hotel", address=home), who, by=SYSTEM, at=NOON)
    assert look_responsible(held, inn.pk, by=li, at=NOON) == {"name": "甲某", "phone": ""}
    assert reading.latest()[0].verb == "matters.look"
    assert not Look.objects.exists()


def test_only_whoever_holds_the_open_matter_looks(office, held, shop, li):
    wang = actor_of(make_account("wang", role="officer", station=office))
    with pytest.raises(Denied):
        look_responsible(held, shop.pk, by=wang, at=NOON)
    matters.release(held, li.post_id, by=li, at=NOON)
    with pytest.raises(Denied):
        look_responsible(held, shop.pk, by=li, at=NOON)
    assert not Look.objects.exists()


def test_a_matter_opens_only_what_is_at_its_door(office, held, shop, li, zhang):
    street = Street.objects.get(name="灯湖路")
    other = Address.objects.create(
        street=street, door="14", label="灯湖路14号", lon=120, lat=30, cell="x", plate="P14"
    )
    far = unit_actions.open_unit(
        Unit(name="远店", kind="shop", address=other), unit_actions.Responsible("甲某"), by=SYSTEM, at=NOON
    )
    nowhere = matters.open_matter("incidents", by=li, at=NOON, station=office)
    matters.hold(nowhere, li.post_id, by=li, at=NOON)
    for matter, unit in ((held, far.pk), (nowhere, shop.pk), (held, uuid7())):
        with pytest.raises(Absent):
            look_responsible(matter, unit, by=li, at=NOON)
    actions.restrict(zhang, clause="X", from_on=TODAY, until_on=TODAY.replace(year=2027), by=SYSTEM, at=NOON)
    with pytest.raises(Absent):
        look_responsible(held, shop.pk, by=li, at=NOON)
    assert not Look.objects.exists()


def test_the_part_of_the_matter_offers_it_to_its_holder_alone(office, held, shop, li):
    url = f"/desk/matters/{held.pk}/units/{shop.pk}/open/"
    for actor, offered in (
        (li, True),
        (actor_of(make_account("wang", role="officer", station=office)), False),
    ):
        asked = SimpleNamespace(actor=actor)
        part = Template("{% load matters %}{% people matter %}").render(
            Context({"request": asked, "matter": held})
        )
        assert (url in part) is offered
        assert "张伟民" not in part


def test_the_page_opens_to_the_holder_alone(office, held, shop, li):
    client = Client(headers={"accept-language": "en"})
    url = f"/desk/matters/{held.pk}/units/{shop.pk}/open/"
    sign_in(client, make_account("zhao", role="officer", station=office))
    assert client.post(url).status_code == 403
    sign_in(client, Account.objects.get(username="li"))
    opened = client.post(url)
    assert opened.status_code == 200
    assert "000-1001" in opened.content.decode()
    assert opened.headers["Cache-Control"] == "no-store"
