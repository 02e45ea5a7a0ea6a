"""Homes, households, doubles, documents and ends of registrations."""

from datetime import UTC, date, datetime, timedelta

import pytest

from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied, Refused
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.residents import actions, queries
from koban.registers.residents.models import Residence

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
TODAY = date(2026, 5, 4)
NUMBER = "34052419800101001X"


@pytest.fixture
def office():
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def doors(office):
    street = Street(name="灯湖路")
    found = [
        premises.prepared(Address(street=street, door=str(n), label=f"灯湖路{n}号", lon=120.0, lat=30.0))
        for n in (1, 2)
    ]
    premises.enter([street, *found], by=SYSTEM, at=NOON)
    return found


@pytest.fixture
def li(office):
    return actor_of(make_account("li", role="officer", station=office))


def one(name="张伟民", **told):
    return actions.enter([actions.Entry(name, **told)], by=SYSTEM, at=NOON)[0]


def test_people_of_one_word_and_home_keep_house_together(office, doors):
    entries = [
        actions.Entry(name, home=doors[0], household="h", since=date(2020, 1, n))
        for n, name in enumerate("甲乙丙", 1)
    ]
    actions.enter([*entries, actions.Entry("丁", home=doors[1], household="h")], by=SYSTEM, at=NOON)
    homes = list(queries.residences_at(doors[0], TODAY))
    assert len({home.household_id for home in homes}) == 1
    assert homes[0].household.from_on == date(2020, 1, 1)
    assert queries.count_at(doors, TODAY) == 4
    assert verify(office).ok


@pytest.mark.parametrize("told, said", [
    ({"birth_on": "1981-01-01", "id_kind": "id_card", "id_number": NUMBER}, "differ"),
    ({"birth_on": "1980-13-01"}, "birth date"),
    ({"sex": "x"}, "female or male"),
    ({"id_kind": "id_card", "id_number": "340524198001010013"}, "does not fit"),
    ({"name": "  "}, "name"),
    ({"name": "张" * 101}, "too long"),
])  # fmt: skip
def test_what_cannot_be_entered(office, told, said):
    with pytest.raises(Refused, match=said):
        one(**told)


def test_two_people_on_one_number_are_refused_but_a_word_shuts_nobody_out(office, li):
    first = one(id_kind="id_card", id_number=NUMBER)
    with pytest.raises(Refused, match="merge"):
        one("李四", id_kind="id_card", id_number=NUMBER)
    said = actions.declare(
        actions.Entry("王五", id_kind="id_card", id_number=NUMBER), by=Actor("public", office.pk), at=NOON
    )
    assert queries.by_identity("id_card", NUMBER.lower()) == first
    with pytest.raises(Refused, match="merge"):
        actions.confirm(said, by=li, at=NOON)


def test_moving_in_twice_is_moving_in_once(doors, li):
    zhang, told = one(), {"kind": "tenant", "from_on": TODAY, "source": "landlord", "by": li, "at": NOON}
    assert actions.move_in(zhang, doors[0], **told) == actions.move_in(zhang, doors[0], **told)
    home = actions.confirm_residence(Residence.objects.get(), by=li, at=NOON)
    with pytest.raises(Refused, match="does not wait"):
        actions.refuse_residence(home, reason="unknown", by=li, at=NOON)
    with pytest.raises(Refused, match="before moving in"):
        actions.move_out(home, on=TODAY - timedelta(days=1), why="moved", by=li, at=NOON)
    actions.move_out(home, on=TODAY, why="moved", by=li, at=NOON)
    assert queries.current_home(zhang, TODAY) == home
    assert queries.current_home(zhang, TODAY + timedelta(days=1)) is None


@pytest.mark.parametrize("role", ["auxiliary", "public", "resident"])
def test_only_who_decides_confirms_a_home(office, doors, role):
    with pytest.raises(Denied):
        actions.move_in(
            one(), doors[0], kind="tenant", from_on=TODAY, source="self", state="confirmed",
            by=Actor(role, office.pk), at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize("ends, ended", [(-1, 1), (0, 0), (1, 0)])
def test_registrations_end_by_themselves_after_their_last_day(doors, ends, ended):
    start = TODAY - timedelta(days=10)
    actions.move_in(
        one(),
        doors[0],
        kind="guest",
        from_on=start,
        source="host",
        ends_on=TODAY + timedelta(days=ends),
        by=SYSTEM,
        at=NOON,
    )
    assert actions.end_due(TODAY, by=SYSTEM, at=NOON) == ended
    if ended:
        home = Residence.objects.get()
        assert (home.state, home.ended_why, home.to_on) == ("ended", "expired", TODAY - timedelta(days=1))


def test_a_merge_moves_everything_and_can_be_undone_without_loss(office, doors, li):
    kept, gone = one(phone="000-1"), one("张玮民", id_kind="id_card", id_number=NUMBER, home=doors[0])
    number, secret = actions.give_key(gone, by=li, at=NOON)
    actions.consent(gone, purpose="usage", until_on=TODAY, by=li, at=NOON)
    merged = actions.merge(kept, gone, reason="same person at the desk", by=li, at=NOON)
    assert queries.person(gone.pk) == kept
    assert queries.current_home(kept, TODAY).address == doors[0]
    assert queries.by_key(number, secret) == kept
    with pytest.raises(Refused, match="merged already"):
        actions.merge(kept, gone, reason="again", by=li, at=NOON)
    actions.unmerge(merged, reason="two after all", by=li, at=NOON)
    assert queries.current_home(gone, TODAY).address == doors[0]
    assert queries.current_home(kept, TODAY) is None
    assert queries.by_key(number, secret) == gone
    assert queries.by_identity("id_card", NUMBER) == gone
    assert queries.consents_of(gone).count() == 1
    assert verify(office).ok


@pytest.mark.parametrize("told, reasons", [
    ({"name": "张伟民", "birth_on": "1980-01-01"}, ["the same name", "the same birth date"]),
    ({"name": "张伟民", "phone": "+86 000-1001"}, None),
    ({"name": "张伟民", "phone": "000 1001"}, ["the same name", "the same telephone"]),
    ({"name": "张伟民"}, None),
    ({"name": "李四", "phone": "000-1001"}, None),
])  # fmt: skip
def test_doubles_are_suggested_with_reasons(office, told, reasons):
    zhang = one(birth_on="1980-01-01", phone="000-1001")
    other = one(**told)
    found = queries.duplicates_of(zhang, TODAY)
    if reasons is None:
        assert found == []
    else:
        assert [(double.person, [str(why) for why in double.reasons]) for double in found] == [
            (other, reasons)
        ]


def test_a_key_that_was_ended_is_like_one_that_never_was(office, li):
    zhang = one()
    number, secret = actions.give_key(zhang, by=li, at=NOON)
    actions.revoke_key(zhang, by=li, at=NOON)
    for wrong in ((number, secret), (number, "x"), ("2026-000999", secret)):
        with pytest.raises(Absent):
            queries.by_key(*wrong)


def test_an_erased_person_is_closed_and_their_home_stays_a_count(office, doors, li):
    zhang = one(home=doors[0])
    actions.erase(zhang, ["name"], ground="term", clause="CN-PI-2B", matter_id=None, by=li, at=NOON)
    with pytest.raises(Absent):
        queries.person(zhang.pk)
    assert queries.count_at([doors[0]], TODAY) == 1
    assert list(queries.residences_at(doors[0], TODAY)) == []
    assert verify(office).ok
