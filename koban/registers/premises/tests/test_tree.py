"""The address tree and its history: added, renamed, merged, split, ended, and still found."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from koban.kernel.ledger import reading
from koban.kernel.ledger.actor import Actor
from koban.kernel.ledger.verify import verify
from koban.lib import geo
from koban.lib.errors import Denied, Refused, Stale
from koban.registers.premises import actions, queries, rules
from koban.registers.premises.models import Address, FormerName, Street, Succession
from koban.registers.premises.tests.conftest import TODAY, TOLD, called, door, inside

AUXILIARY = Actor(role="auxiliary", label="003")


@pytest.mark.parametrize(
    "parts, label, kind",
    [
        (rules.Parts("12"), "灯湖路12号", "door"),
        (rules.Parts("甲12号"), "灯湖路甲12号", "door"),
        (rules.Parts("12", "3"), "灯湖路12号3号楼", "building"),
        (rules.Parts("12", "东楼"), "灯湖路12号东楼", "building"),
        (rules.Parts("12", "3", "2"), "灯湖路12号3号楼2单元", "unit"),
        (rules.Parts("12", "", "2", "5"), "灯湖路12号2单元5层", "floor"),
        (rules.Parts("12", "3", "2", "5", "501"), "灯湖路12号3号楼2单元501室", "dwelling"),
    ],
)
def test_an_address_is_called_as_one_writes_it(parts, label, kind):
    assert rules.label("灯湖路", parts) == label
    assert rules.kind_of(parts) == kind


def test_an_english_name_follows_from_the_same_parts():
    assert rules.label_en("Denghu Road", rules.Parts("12", "3", "2", "5", "501")) == "12 Denghu Road, 3-2-501"
    assert rules.label_en("", rules.Parts("12")) == ""


@pytest.mark.parametrize("kind", rules.LEVELS)
@pytest.mark.parametrize("above", rules.LEVELS)
def test_what_lies_inside_stands_deeper_so_that_no_chain_comes_back(kind, above):
    assert (rules.misplaced(kind, above) is None) == (rules.LEVELS[kind] > rules.LEVELS[above])


def test_a_house_is_built_from_the_door_inwards(office):
    unit = actions.add(inside(called("灯湖路12号"), unit="2"), **TOLD)
    flat = actions.add(inside(unit, floor="5", room="501"), **TOLD)
    assert (unit.kind, flat.kind, flat.label) == ("unit", "dwelling", "灯湖路12号2单元501室")
    assert list(Address.objects.dwellings()) == [flat]
    with pytest.raises(Refused, match="inside a door"):
        actions.add(inside(flat, unit="9", room=""), **TOLD)
    with pytest.raises(Refused, match="already"):
        actions.add(inside(unit, floor="5", room="501"), **TOLD)


def test_the_database_refuses_an_address_inside_itself(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(label="灯湖路12号").update(parent=called("灯湖路12号").pk)


def test_an_address_in_another_street_does_not_fit(office):
    stranger = inside(called("灯湖路12号"), unit="2")
    stranger.street = Street.objects.get(name="月桥街")
    with pytest.raises(Refused, match="same street"):
        actions.add(stranger, **TOLD)


def test_a_street_gets_a_new_name_and_is_found_by_both(office):
    street = Street.objects.get(name="灯湖路")
    actions.rename_street(street, "望湖路", "Wanghu Road", on=TODAY, **TOLD)
    assert [str(found.label) for found in queries.search("望湖路12号")[:1]] == ["望湖路12号"]
    assert queries.exact("灯湖路12号") == called("望湖路12号")
    assert called("望湖路12号").label_en == "12 Wanghu Road"
    assert FormerName.objects.count() == 2
    assert verify(office).ok


def test_two_addresses_become_one_and_the_old_name_leads_to_it(office):
    old, new = called("灯湖路120号"), called("灯湖路12号")
    actions.merge([old, new], new, on=TODAY, **TOLD)
    assert queries.successors(called("灯湖路120号")) == [new]
    assert queries.exact("灯湖路120号") == new
    assert Address.objects.get(pk=old.pk).to_on == TODAY
    with pytest.raises(Refused, match="ended already"):
        actions.merge([new], old, on=TODAY, **TOLD)
    assert verify(office).ok


def test_an_address_becomes_two_of_which_one_keeps_the_number(office):
    old = called("灯湖路12号")
    into = [door(old.street, "12", 24.94), door(old.street, "甲12", 24.9401)]
    first, second = actions.split(old, into, on=TODAY, **TOLD)
    assert {one.pk for one in queries.successors(old.__class__.objects.get(pk=old.pk))} == {
        first.pk,
        second.pk,
    }
    assert first.label == "灯湖路12号"
    assert Succession.objects.filter(old=old).count() == 2
    assert reading.latest()[0].verb == "premises.split"
    assert verify(office).ok


@pytest.mark.parametrize("count", [0, 1])
def test_a_split_into_fewer_than_two_is_none(office, count):
    old = called("灯湖路12号")
    with pytest.raises(Refused, match="at least two"):
        actions.split(old, [door(old.street, "9", 24.94)][:count], on=TODAY, **TOLD)


def test_an_address_is_not_ended_while_something_stands_in_it(office):
    home = called("灯湖路12号")
    actions.add(inside(home, unit="2"), **TOLD)
    with pytest.raises(Refused, match="inside"):
        actions.end(home, on=TODAY, **TOLD)


def test_an_address_does_not_end_before_it_began(office):
    street = Street.objects.get(name="月桥街")
    young = actions.add(door(street, "5", 24.951, from_on=date(2026, 5, 1)), **TOLD)
    with pytest.raises(Refused, match="before it begins"):
        actions.end(young, on=date(2026, 4, 1), **TOLD)


def test_a_number_that_ended_may_be_given_again(office):
    old = called("月桥街3号")
    actions.end(old, on=TODAY, **TOLD)
    again = actions.add(door(old.street, "3", 24.951, from_on=TODAY), **TOLD)
    assert list(Address.objects.on(date(2026, 5, 3)).filter(label="月桥街3号")) == [old]
    assert list(Address.objects.on(TODAY).filter(label="月桥街3号")) == [again]


def test_what_lies_inside_moves_with_the_door(office):
    home = called("灯湖路12号")
    flat = actions.add(inside(home, room="101"), **TOLD)
    actions.move_point(home, geo.Point(24.9405, 60.1705), **TOLD)
    flat.refresh_from_db()
    assert (flat.lon, flat.cell) == (24.9405, geo.cell(24.9405, 60.1705))


def test_a_stale_edit_is_refused(office):
    home = called("灯湖路12号")
    seen = home.digest()
    actions.move_point(home, geo.Point(24.9405, 60.1705), seen=seen, **TOLD)
    with pytest.raises(Stale):
        actions.move_point(home, geo.Point(24.9406, 60.1705), seen=seen, **TOLD)


def test_auxiliaries_add_but_do_not_order(office):
    told = {**TOLD, "by": AUXILIARY}
    home = called("灯湖路12号")
    actions.add(inside(home, unit="2"), **told)
    with pytest.raises(Denied):
        actions.end(home, on=TODAY, **told)
