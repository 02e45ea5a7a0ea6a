"""Lettings from a table: people are found or told of, units and homes follow, and all of it can be taken out again."""

import io
from datetime import date

import pytest

from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify
from koban.lib.errors import Denied
from koban.registers.importing import actions as importing
from koban.registers.importing.models import Import
from koban.registers.rentals import actions
from koban.registers.rentals.models import Landlord, LetUnit, Tenancy
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as people
from koban.registers.residents.handles import Person, Residence

HEAD = "地址,出租方式,出租人,出租人证件号码,承租人,承租人证件号码,承租人电话,起租日期,到期日期"
ZHANG, LI = "34052419800101001X", "11010519491231002X"
ROW = f"灯湖路1号,整租,钱多多,{ZHANG},李四,{LI},000-1,2026-03-01,2027-02-28"


@pytest.fixture
def told(office, noon):
    return {"by": actor_of(make_account("li", role="officer", station=office)), "at": noon}


def run(told, *rows, head=HEAD, state="running"):
    text = "\n".join([head, *rows]) + "\n"
    one = importing.begin("lettings", "lettings.csv", io.BytesIO(text.encode()), **told)
    return importing.work(importing.set_going(one, Import.State(state), **told), **told)


def said(one):
    return {row.number: row.said[0]["text"] for row in one.rows.order_by("number") if row.said}


def counts():
    return [model.objects.count() for model in (Person, Residence, Landlord, LetUnit, Tenancy)]


def test_a_letting_comes_with_its_unit_its_landlord_its_tenant_and_their_home(office, doors, told):
    one = run(told, ROW)
    assert (one.taken, one.refused, said(one)) == (1, 0, {})
    letting = Tenancy.objects.select_related("unit__landlord", "residence").get()
    assert letting.person_id == people.by_identity("id_card", LI).pk
    assert letting.unit.landlord.person_id == people.by_identity("id_card", ZHANG).pk
    assert (letting.from_on, letting.ends_on, letting.source) == (
        date(2026, 3, 1),
        date(2027, 2, 28),
        "office",
    )
    assert (letting.residence.state, letting.residence.source) == ("declared", "import")
    assert "李四".encode() not in bytes(letting.called)
    assert verify(office).ok


def test_headings_in_english_are_understood(doors, told):
    head = "address,landlord,owner id,tenant,tenant id,start,until"
    one = run(told, f"灯湖路1号,Qian Duoduo,{ZHANG},Li Si,{LI},2026-03-01,", head=head)
    assert (one.taken, Tenancy.objects.count()) == (1, 1)


def test_whom_the_register_knows_is_not_entered_twice(doors, told, noon):
    residents.enter([residents.Entry("李四", id_kind="id_card", id_number=LI)], by=SYSTEM, at=noon)
    run(told, ROW, ROW.replace("灯湖路1号", "灯湖路2号"))
    assert counts() == [2, 2, 1, 2, 2]


def test_two_tenants_of_one_dwelling_share_its_unit(doors, told):
    run(told, ROW, f"灯湖路1号,单间,钱多多,{ZHANG},王芳,,000-2,2026-04-01,")
    assert counts() == [3, 2, 1, 1, 2]


def test_the_same_table_again_takes_nothing_twice(doors, told):
    run(told, ROW)
    before = counts()
    again = run(told, ROW)
    assert (again.taken, again.known) == (0, 1)
    assert said(again) == {2: "This letting is in the register already."}
    assert counts() == before


def test_a_trial_writes_nothing(doors, told):
    assert run(told, ROW, state="trying").taken == 1
    assert counts() == [0] * 5


@pytest.mark.parametrize("row, why", [
    (ROW.replace("灯湖路1号", "无名路1号"), "There is no such address"),
    (ROW.replace("2027-02-28", "2026-02-28"), "cannot end before"),
    (ROW.replace("2026-03-01", "2026-02-30"), "not a day"),
    (ROW.replace("2026-03-01", ""), "Since when"),
    (ROW.replace(LI, LI[:-1] + "1"), "does not fit"),
    (ROW.replace("李四", ""), "missing"),
    (ROW.replace(LI, ZHANG).replace("李四", "钱多多"), "same person"),
    (ROW.replace(LI, "1.10105E+17"), "rounded"),
    ("灯湖路1号", "Since when"),
])  # fmt: skip
def test_a_bad_row_has_its_sentence_and_leaves_nothing_and_the_good_ones_are_taken(doors, told, row, why):
    one = run(told, row, "灯湖路3号,床位,,,赵六,,000-3,2026-05-01,")
    assert (one.taken, one.refused) == (1, 1)
    assert why in said(one)[2]
    assert counts() == [1, 1, 0, 1, 1]


def test_a_letting_that_says_two_things_is_told_apart_from_one_that_stands_twice(doors, told):
    one = run(told, ROW, ROW, ROW.replace("2027-02-28", "2028-02-28"))
    assert (one.taken, one.refused) == (1, 2)
    assert said(one)[3].startswith("The same stands")
    assert said(one)[4].startswith("Row %(row)d says something else")


def test_an_undo_takes_out_what_the_table_made_and_nothing_else(office, doors, told, noon):
    residents.enter([residents.Entry("李四", id_kind="id_card", id_number=LI)], by=SYSTEM, at=noon)
    one = run(told, ROW, f"灯湖路2号,整租,钱多多,{ZHANG},王芳,,000-2,2026-04-01,")
    ended = Tenancy.objects.get(unit__address__label="灯湖路2号")
    actions.end(ended, on=date(2026, 4, 30), **told)
    one = importing.work(importing.set_going(one, Import.State.UNDOING, **told), **told)
    assert said(one) == {3: "Something hangs on it already."}
    assert counts() == [
        3,
        1,
        1,
        1,
        1,
    ]  # the letting that was ended since keeps its people, its home and its unit
    assert verify(office).ok


def test_an_undo_of_all_leaves_nothing(office, doors, told):
    one = run(told, ROW)
    importing.work(importing.set_going(one, Import.State.UNDOING, **told), **told)
    assert counts() == [0] * 5
    assert verify(office).ok


def test_an_auxiliary_does_not_load_lettings(office, doors, noon):
    by = actor_of(make_account("aux", role="auxiliary", station=office))
    with pytest.raises(Denied):
        importing.begin("lettings", "a.csv", io.BytesIO(b"a\n"), by=by, at=noon)
