"""A residence is declared by whoever knows of it, confirmed with one click, and ends when they leave."""

from datetime import date, timedelta

import pytest

from koban.duties.permits import told
from koban.duties.permits.actions import applications, departures, registrations
from koban.duties.permits.actions.registrations import declare
from koban.duties.permits.models import Declaration, Occupant
from koban.duties.permits.receiving import receive
from koban.duties.permits.tests.made import NOON, TODAY, address, entry, someone, stay
from koban.kernel.ledger import PUBLIC
from koban.kernel.ledger.verify import verify
from koban.lib.errors import Denied, Refused
from koban.matters.models import Matter, Note, Party
from koban.matters.places import Place
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register


def declared(desk, *args, by=PUBLIC, at=NOON, **more):
    return declare(stay(desk.home, *args, **more), by=by, at=at, station=desk.station).matter


def homes(matter):
    return [
        register.residence(one.residence_id) for one in Occupant.objects.filter(matter=matter).order_by("id")
    ]


def test_a_family_of_three_is_declared_on_one_page_and_confirmed_with_one_click(at_desk):
    three = [someone("张三"), someone("李四", order=2), someone("张小", birth="20200505", order=3)]
    matter = declared(at_desk, *three)
    assert [home.state for home in homes(matter)] == ["declared"] * 3
    assert len({home.household_id for home in homes(matter)}) == 1
    matter = registrations.confirm(matter, by=at_desk.li, at=NOON)
    assert (matter.state, matter.is_open) == ("confirmed", False)
    assert [home.state for home in homes(matter)] == ["confirmed"] * 3
    assert all(register.person(one.person_id).confirmed_at for one in Occupant.objects.filter(matter=matter))
    assert verify(at_desk.station).ok


def test_only_an_officer_confirms(at_desk):
    matter = declared(at_desk)
    with pytest.raises(Denied):
        registrations.confirm(matter, by=at_desk.aux, at=NOON)


def test_no_value_of_a_person_stands_open_in_the_matter(at_desk):
    matter = declared(at_desk, reply=told.Reply("房东", "00013800000000", "sms"))
    row = Matter.objects.filter(pk=matter.pk).values().get()
    assert "张三" not in str(row)
    assert "房东" not in str(Party.objects.filter(matter=matter).values())


def test_the_same_document_becomes_one_person_when_it_is_confirmed(at_desk):
    known = residents.enter([entry()], by=at_desk.li, at=NOON)[0]
    matter = registrations.confirm(declared(at_desk), by=at_desk.li, at=NOON)
    occupant = Occupant.objects.select_related("party").get(matter=matter)
    assert occupant.person_id == occupant.party.person_id == known.pk
    assert [home.state for home in register.residences_of(known)] == ["confirmed"]


def test_who_is_declared_twice_at_the_same_home_lives_there_once(at_desk):
    first, second = declared(at_desk), declared(at_desk, source="self")
    registrations.confirm(first, by=at_desk.li, at=NOON)
    registrations.confirm(second, by=at_desk.li, at=NOON)
    person = register.person(Occupant.objects.get(matter=second).person_id)
    assert [
        home.state
        for home in register.residences_of(person)
        if home.to_on is None and home.state != "refused"
    ] == ["confirmed"]
    assert verify(at_desk.station).ok


def test_a_name_alone_joins_nobody(at_desk):
    residents.enter([entry(order=7)], by=at_desk.li, at=NOON)
    matter = registrations.confirm(declared(at_desk), by=at_desk.li, at=NOON)
    assert (
        register.by_identity("id_card", entry().id_number).pk == Occupant.objects.get(matter=matter).person_id
    )


def test_words_without_an_address_wait_until_somebody_chooses_it(at_desk):
    words = told.Residence([someone()], Place("the yellow house"), "self", "web", TODAY)
    matter = declare(words, by=PUBLIC, at=NOON, station=at_desk.station).matter
    with pytest.raises(Refused, match="address"):
        registrations.confirm(matter, by=at_desk.li, at=NOON)
    matter = registrations.place_it(matter, at_desk.home, by=at_desk.aux, at=NOON)
    assert matter.address_id == at_desk.home.pk
    with pytest.raises(Refused, match="already"):
        registrations.place_it(matter, at_desk.home, by=at_desk.aux, at=NOON)
    assert registrations.confirm(matter, by=at_desk.li, at=NOON).state == "confirmed"


@pytest.mark.parametrize(
    "pack, source, days_ago, in_time",
    [
        ("cn", "self", 3, True),
        ("cn", "self", 4, False),
        ("cn", "landlord", 4, False),
        ("cn-zj", "landlord", 4, True),  # three working days from Thursday: Tuesday
        ("cn-zj", "landlord", 7, False),
        ("cn-zj", "self", 4, False),
    ],
)
def test_whether_it_was_told_in_time(at_desk, pack, source, days_ago, in_time):
    at_desk.station.pack = pack
    matter = declared(at_desk, source=source, days_ago=days_ago)
    assert Declaration.objects.get(matter=matter).is_in_time is in_time


@pytest.mark.parametrize(
    "change, clause",
    [
        ({"days_ago": 0, "to_on": TODAY + timedelta(days=1)}, "CN-RES-1A"),
        ({"house": "hotel"}, "CN-RES-1C"),
        ({"days_ago": 1, "to_on": TODAY - timedelta(days=5)}, ""),
        ({"days_ago": -400}, ""),
    ],
)
def test_what_is_not_registered_says_why(at_desk, change, clause):
    with pytest.raises(Refused) as why:
        declared(at_desk, **change)
    assert why.value.clause == clause
    assert Matter.objects.count() == 0


def test_a_registration_with_a_last_day_ends_by_itself(at_desk):
    matter = registrations.confirm(declared(at_desk, to_on=date(2026, 12, 31)), by=at_desk.li, at=NOON)
    assert homes(matter)[0].ends_on == date(2026, 12, 31)
    assert residents.end_due(date(2027, 1, 1), by=at_desk.li, at=NOON) == 1
    assert homes(matter)[0].ended_why == "expired"


def test_a_refusal_is_read_by_whoever_declared_it(at_desk):
    matter = registrations.refuse(
        declared(at_desk), reason="Nobody of that name lives there.", by=at_desk.li, at=NOON
    )
    assert matter.state == "refused"
    assert homes(matter)[0].state == "refused"
    assert Note.objects.get(matter=matter, direction="out").text == "Nobody of that name lives there."
    with pytest.raises(Refused, match="reads"):
        registrations.refuse(declared(at_desk), reason=" ", by=at_desk.li, at=NOON)


def test_who_leaves_by_their_own_word_has_left_at_once(at_desk):
    matter = registrations.confirm(declared(at_desk), by=at_desk.li, at=NOON)
    taken = departures.depart(
        homes(matter), TODAY, source="self", way="web", by=PUBLIC, at=NOON, station=at_desk.station
    )
    assert taken.matter.state == "done"
    assert (homes(matter)[0].state, homes(matter)[0].to_on) == ("ended", TODAY)


def test_what_a_landlord_says_of_leaving_waits_for_the_office(at_desk):
    matter = registrations.confirm(declared(at_desk), by=at_desk.li, at=NOON)
    told_ = departures.depart(
        homes(matter), TODAY, source="landlord", way="web", by=PUBLIC, at=NOON, station=at_desk.station
    )
    assert (told_.matter.state, homes(matter)[0].state) == ("declared", "confirmed")
    assert registrations.confirm(told_.matter, by=at_desk.li, at=NOON).state == "done"
    assert homes(matter)[0].state == "ended"
    assert verify(at_desk.station).ok


def test_several_are_confirmed_at_once(at_desk):
    other = address("14", by=at_desk.li)
    found = [
        declared(at_desk),
        declare(stay(other, someone("王五", order=9)), by=PUBLIC, at=NOON, station=at_desk.station).matter,
    ]
    assert registrations.confirm_all(found, by=at_desk.li, at=NOON) == 2
    assert not Matter.objects.open().exists()


def test_a_withdrawn_declaration_can_be_taken_up_again(at_desk):
    matter = applications.withdraw(declared(at_desk), reason="typed wrong", by=PUBLIC, at=NOON)
    assert matter.state == "withdrawn"
    matter = applications.reopen(matter, reason="was right", by=at_desk.li, at=NOON, station=at_desk.station)
    assert (matter.state, matter.due_clause) == ("declared", "OFFICE-REG-1")


def test_a_referral_brings_the_people_who_are_declared_at_its_address(at_desk):
    source = declared(at_desk)
    matter = receive(source, summary="new tenants", type="", by=at_desk.aux, at=NOON, station=at_desk.station)
    assert Occupant.objects.filter(matter=matter).count() == 1
    assert registrations.confirm(matter, by=at_desk.li, at=NOON).state == "confirmed"


def test_a_referral_without_people_waits_for_somebody_to_add_them(at_desk):
    source = declared(at_desk)
    Party.objects.filter(matter=source).update(person_id=None)
    matter = receive(source, summary="somebody new", type="", by=at_desk.li, at=NOON, station=at_desk.station)
    with pytest.raises(Refused, match="Nobody"):
        registrations.confirm(matter, by=at_desk.li, at=NOON)
    registrations.add_people(matter, [someone("赵六", order=11)], by=at_desk.aux, at=NOON)
    assert registrations.confirm(matter, by=at_desk.li, at=NOON).state == "confirmed"
