"""Looking at residents in a matter: who may, at whom, and what is written before anything is opened."""

from datetime import UTC, date, datetime, timedelta

import pytest

from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied
from koban.lib.ids import uuid7
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.models import Party
from koban.matters.places import Place
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.residents import actions
from koban.registers.residents.models import Look

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
TODAY = date(2026, 5, 4)
ZHANG = actions.Entry("张伟民", "1980-01-01", "m", "id_card", "34052419800101001X", "000-1001")


@pytest.fixture
def office():
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/", pack="cn")
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def home(office):
    street = Street(name="灯湖路")
    door = premises.prepared(Address(street=street, door="12", label="灯湖路12号", lon=120.0, lat=30.0))
    premises.enter([street, door], by=SYSTEM, at=NOON)
    return door


@pytest.fixture
def li(office):
    return actor_of(make_account("li", role="officer", station=office))


@pytest.fixture
def zhang(office):
    return actions.enter([ZHANG], by=SYSTEM, at=NOON)[0]


@pytest.fixture
def matter(office, li):
    made = matters.open_matter("incidents", by=li, at=NOON, station=office)
    return matters.hold(made, li.post_id, by=li, at=NOON)


@pytest.fixture
def named(matter, zhang):
    party = Party(matter=matter, role="involved", person_id=zhang.pk)
    party.save()
    matters.change(matter, "matters.test", by=SYSTEM, at=NOON, rows=[party])
    return party


def test_a_look_opens_what_the_duty_needs_and_is_told_first(office, matter, named, zhang, li):
    opened = looks.look_person(matter, [zhang.pk], ["name", "phone"], by=li, at=NOON)
    assert opened == {zhang.pk: {"name": "张伟民", "phone": "000-1001"}}
    row = Look.objects.get()
    assert (row.person_id, row.matter_id, row.fields, row.label) == (
        zhang.pk,
        matter.pk,
        ["name", "phone"],
        "li",
    )
    assert verify(office).ok


def test_only_whoever_holds_the_open_matter_looks(matter, named, zhang, li, office):
    wang = actor_of(make_account("wang", role="officer", station=office))
    with pytest.raises(Denied):
        looks.look_person(matter, [zhang.pk], ["name"], by=wang, at=NOON)
    matters.release(matter, li.post_id, by=li, at=NOON)
    with pytest.raises(Denied):
        looks.look_person(matter, [zhang.pk], ["name"], by=li, at=NOON)
    assert not Look.objects.exists()


@pytest.mark.parametrize("fields", [["id_number"], ["name", "birth_on"], ["home"]])
def test_a_field_that_the_duty_does_not_need_stays_shut(matter, named, zhang, li, fields):
    with pytest.raises(Denied):
        looks.look_person(matter, [zhang.pk], fields, by=li, at=NOON)


def test_people_belong_to_a_matter_as_party_as_dweller_or_by_a_search(matter, zhang, li, home):
    with pytest.raises(Absent):
        looks.look_person(matter, [zhang.pk], ["name"], by=li, at=NOON)
    looks.find_person(matter, "zwm", by=li, at=NOON)
    assert looks.look_person(matter, [zhang.pk], ["name"], by=li, at=NOON)
    other = matters.open_matter("incidents", by=li, at=NOON, station=matter.station, place=Place.at(home))
    matters.hold(other, li.post_id, by=li, at=NOON)
    with pytest.raises(Absent):
        looks.look_person(other, [zhang.pk], ["name"], by=li, at=NOON)
    actions.move_in(zhang, home, kind="tenant", from_on=TODAY, source="self", by=SYSTEM, at=NOON)
    assert looks.look_person(other, [zhang.pk], ["name"], by=li, at=NOON)
    assert [someone.person_id for someone in looks.people_of(other, NOON)] == [zhang.pk]


@pytest.mark.parametrize("query, found", [
    ("张伟民", True), ("伟民", True), ("张伟", True), ("zhangweimin", True), ("zhang weimin", True), ("weimin zhang", True),
    ("zhang wei min", True), ("ZWM", True), ("0001001", True), ("34052419800101001x", True),
    ("张", False), ("李伟民", False), ("0001002", False), ("11010519491231002X", False), ("", False), ("%", False),
])  # fmt: skip
def test_how_a_resident_is_found(matter, zhang, li, query, found):
    assert bool(looks.find_person(matter, query, by=li, at=NOON)) is found
    assert Look.objects.filter(action="find").count() == found


@pytest.mark.parametrize("closed", ["seal", "restrict", "merge", "unknown"])
def test_whoever_is_closed_off_answers_like_nobody(
    matter, named, zhang, li, closed, django_assert_num_queries, home
):
    until = TODAY + timedelta(days=30)
    who = zhang.pk
    if closed == "seal":
        actions.seal(
            zhang,
            kind="protected",
            ground="danger",
            clause="X",
            from_on=TODAY,
            until_on=until,
            by=SYSTEM,
            at=NOON,
        )
    elif closed == "restrict":
        actions.restrict(zhang, clause="X", from_on=TODAY, until_on=until, by=SYSTEM, at=NOON)
    elif closed == "merge":
        kept = actions.enter([actions.Entry("张伟民")], by=SYSTEM, at=NOON)[0]
        actions.merge(kept, zhang, reason="one person", by=li, at=NOON)
    else:
        who = uuid7()
    with django_assert_num_queries(5), pytest.raises(Absent) as told:
        looks.look_person(matter, [who], ["name"], by=li, at=NOON)
    assert str(told.value) == ""
    if closed != "unknown":
        assert looks.people_of(matter, NOON) == []


# Whom to call


def test_contacts_are_opened_in_a_matter_that_opens_them_with_a_page_and_a_row(matter, zhang, li):
    actions.add_contact(
        zhang, relation="family", name="张红", phone="000-2002", purpose="contact_card", by=SYSTEM, at=NOON
    )
    matters.change(matter, "matters.party", by=li, at=NOON, rows=[_party(matter, zhang)])
    opened = looks.look_contacts(matter, [zhang.pk], by=li, at=NOON)
    assert opened == {zhang.pk: [("family", "张红", "000-2002")]}
    assert Look.objects.get(person=zhang, fields=["contacts"]).matter_id == matter.pk
    assert verify(matter.station).ok


def test_contacts_stay_shut_to_whoever_does_not_hold_the_matter(matter, zhang, office):
    wang = actor_of(make_account("wang", role="officer", station=office))
    with pytest.raises(Denied):
        looks.look_contacts(matter, [zhang.pk], by=wang, at=NOON)
    assert not Look.objects.filter(fields=["contacts"]).exists()


def test_contacts_of_somebody_else_are_absent(matter, zhang, li):
    with pytest.raises(Absent):
        looks.look_contacts(matter, [zhang.pk], by=li, at=NOON)


def _party(matter, person):
    party = Party(matter=matter, role="involved", person_id=person.pk)
    party.save(force_insert=True)
    return party
