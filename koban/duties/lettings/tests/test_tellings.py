"""What landlords, tenants and agents tell, and what the office makes of it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from koban.duties.lettings import actions, deciding, papers, queries, reports
from koban.duties.lettings.actions import NewTenant
from koban.duties.lettings.flow import FLOW
from koban.duties.lettings.reports import Report
from koban.duties.lettings.tests.conftest import TENANT
from koban.kernel.access.testing import actor_of
from koban.kernel.flow import diagram, diagram_in
from koban.kernel.ledger import Actor, reading
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.matters.duty import all_duties
from koban.matters.models import Referral
from koban.registers.premises.models import Address
from koban.registers.rentals import own as named
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import LetUnit, Tenancy
from koban.registers.residents import queries as people_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def resident(office: Station) -> Actor:
    return Actor("resident", office.pk, label="resident")


@pytest.fixture
def unit(landlord: SimpleNamespace, doors: list[Address], office: Station) -> LetUnit:
    by = resident(office)
    matter = actions.file_unit(landlord.person.pk, doors[0], "whole", by=by, at=AT, station=office)
    return queries.telling(matter).unit


def tenant(**change) -> NewTenant:
    told: dict = {
        "name": "李四",
        "id_kind": "id_card",
        "id_number": TENANT,
        "from_on": AT.date(),
        "phone": "00011112222",
    }
    return NewTenant(**told | change)


def register(unit: LetUnit, office: Station, at: datetime = AT, **change: object):
    return actions.register_tenant(
        unit, tenant(**change), source="landlord", by=resident(office), at=at, station=office
    )


def test_a_landlord_files_a_unit_and_the_office_confirms_it_with_one_click(unit, office, people):
    matter = queries.of_unit(unit)[0].matter
    assert matter.due_at.astimezone(ZoneInfo(office.tz)).date() == date(2026, 3, 5)  # OFFICE-LET-2
    deciding.confirm(matter, by=actor_of(people.li), at=AT)
    unit.refresh_from_db()
    assert unit.confirmed_at == AT
    matter.refresh_from_db()
    assert (matter.state, matter.is_open) == ("registered", False)


def test_an_auxiliary_confirms_nothing(unit, office, people):
    with pytest.raises(Denied):
        deciding.confirm(queries.of_unit(unit)[0].matter, by=actor_of(people.aux1), at=AT)


def test_the_same_unit_is_not_filed_twice(unit, landlord, doors, office):
    with pytest.raises(Refused, match="already"):
        actions.file_unit(landlord.person.pk, doors[0], "whole", by=resident(office), at=AT, station=office)


def test_a_new_tenant_becomes_a_declared_person_a_home_and_a_letting(unit, office):
    matter = register(unit, office)
    tenancy = Tenancy.objects.get()
    assert tenancy.residence.state == "declared"
    assert tenancy.residence.source == "landlord"
    assert people_of.by_identity("id_card", TENANT).pk == tenancy.person_id
    told = queries.telling(matter)
    assert (told.clause, told.due_on, told.is_late) == ("ZJ-RENT-1", date(2026, 3, 5), False)


def test_the_registration_is_asked_for_at_once_by_the_key_of_the_duty(unit, office):
    matter = register(unit, office)
    if "permits" in all_duties():
        assert Referral.objects.get(matter=matter).to == "permits"
        assert matter.state == "passed_on"
    else:
        assert matter.state == "received"


def test_somebody_known_by_the_document_is_not_entered_twice(unit, doors, landlord, office):
    first = register(unit, office)
    actions.end_tenancy(Tenancy.objects.get(), AT.date(), by=resident(office), at=AT, station=office)
    second = register(unit, office, at=AT + timedelta(days=1), from_on=AT.date() + timedelta(days=1))
    assert queries.telling(first).tenancy.person_id == queries.telling(second).tenancy.person_id


def test_nobody_stands_twice_on_the_list_of_a_unit(unit, office):
    register(unit, office)
    with pytest.raises(Refused, match="already"):
        register(unit, office)
    assert Tenancy.objects.count() == 1


def test_the_end_ends_letting_and_home_and_forgets_the_name(unit, office, landlord):
    register(unit, office)
    tenancy = Tenancy.objects.select_related("unit", "residence").get()
    by = resident(office)
    told = named.names(tenancy.unit.landlord, [tenancy], by=by, at=AT)
    assert told == {tenancy.pk: "李四"}
    actions.end_tenancy(tenancy, AT.date(), by=by, at=AT, station=office)
    tenancy = Tenancy.objects.select_related("unit", "residence").get()
    assert (tenancy.to_on, tenancy.residence.state, bytes(tenancy.called)) == (AT.date(), "ended", b"")
    assert named.names(tenancy.unit.landlord, [tenancy], by=by, at=AT) == {}


def test_the_names_of_the_own_list_are_a_page_before_they_are_shown(unit, office, landlord):
    register(unit, office)
    tenancy = Tenancy.objects.select_related("unit").get()
    named.names(tenancy.unit.landlord, [tenancy], by=resident(office), at=AT)
    page = reading.latest(1)[0]
    assert page.verb == "rentals.own"
    assert "李四" not in str(page.facts)


def test_nobody_reads_the_list_of_another_landlord(unit, office, doors, agent):
    other = LetUnit.objects.create(address=doors[1], from_on=AT.date())
    stranger = Tenancy(unit=other)
    with pytest.raises(ValueError, match="another landlord"):
        named.names(unit.landlord, [stranger], by=resident(office), at=AT)


def test_the_letter_is_signed_with_its_words_and_its_end(unit, office):
    letter = actions.sign_letter(
        unit.landlord, "zh-hans", version=papers.newest().version, by=resident(office), at=AT, station=office
    )
    read = papers.newest().read("zh-hans", queries.letter_terms(office, AT.date()))
    assert letter.sha256 == read.sha256
    assert (letter.from_on, letter.to_on) == (date(2026, 3, 2), date(2027, 3, 2))
    with pytest.raises(Refused, match="have changed"):
        actions.sign_letter(unit.landlord, "en", version="2020-1", by=resident(office), at=AT, station=office)


def test_a_self_check_that_finds_something_becomes_a_matter(unit, office):
    whole = dict.fromkeys(papers.checklist(), "yes")
    by = resident(office)
    assert actions.check(unit, whole, by=by, at=AT, station=office) is None
    matter = actions.check(unit, whole | {"gas": "no"}, by=by, at=AT, station=office)
    assert matter is not None
    assert [item.key for item in queries.sheet(matter).findings] == ["gas"]
    unit.refresh_from_db()
    assert unit.hazards == 1


def test_a_tenant_says_that_it_is_wrong_and_the_officer_sets_it_right(unit, office, people):
    register(unit, office)
    tenancy = Tenancy.objects.select_related("unit__address", "residence").get()
    by = resident(office)
    matter = actions.object_to(
        tenancy, "我没有租过", person_id=tenancy.person_id, by=by, at=AT, station=office
    )
    assert matter.due_at.astimezone(ZoneInfo(office.tz)).date() == date(2026, 3, 9)  # OFFICE-LET-7
    with pytest.raises(Refused, match="already"):
        again = Tenancy.objects.select_related("unit__address").get()
        actions.object_to(again, "", person_id=tenancy.person_id, by=by, at=AT, station=office)
    deciding.settle(matter, "您说得对，已更正。", is_void=True, by=actor_of(people.li), at=AT)
    tenancy.refresh_from_db()
    assert tenancy.void_at == AT
    assert Tenancy.objects.select_related("residence").get().residence.state == "refused"


def test_nobody_objects_for_somebody_else(unit, office, landlord):
    register(unit, office)
    tenancy = Tenancy.objects.select_related("unit__address").get()
    with pytest.raises(Refused, match="not about you"):
        actions.object_to(
            tenancy, "x", person_id=landlord.person.pk, by=resident(office), at=AT, station=office
        )


@pytest.mark.parametrize("dealt_on, is_late", [(date(2026, 2, 27), False), (date(2026, 2, 20), True)])
def test_an_agent_reports_within_three_working_days_or_late(agent, doors, office, dealt_on, is_late):
    told = Report(tenant(), dealt_on, doors[1], landlord_name="房东", landlord_phone="00033334444")
    by = Actor("machine", office.pk, label=agent.number)
    matter = reports.report(agent.row, told, by=by, at=AT, station=office)
    telling = queries.telling(matter)
    assert (telling.clause, telling.is_late) == ("ZJ-RENT-4", is_late)
    assert telling.unit.landlord_id is None
    assert telling.tenancy.source == "agent"


def test_a_report_without_an_address_waits_until_the_office_finds_it(agent, doors, office, people):
    by = Actor("machine", office.pk, label=agent.number)
    told = Report(tenant(), AT.date(), None, "灯湖路后面的小屋")
    matter = reports.report(agent.row, told, by=by, at=AT, station=office)
    assert (matter.state, queries.telling(matter).tenancy) == ("received", None)
    with pytest.raises(Refused, match="Find the address"):
        deciding.confirm(matter, by=actor_of(people.li), at=AT)
    reports.place(matter, doors[2], by=actor_of(people.aux1), at=AT, station=office)
    assert Tenancy.objects.get().unit.address == doors[2]


def test_the_landlord_joins_a_unit_that_an_agent_told_of(agent, doors, office, landlord):
    by = Actor("machine", office.pk, label=agent.number)
    reports.report(agent.row, Report(tenant(), AT.date(), doors[1]), by=by, at=AT, station=office)
    actions.file_unit(landlord.person.pk, doors[1], "whole", by=resident(office), at=AT, station=office)
    assert LetUnit.objects.get(address=doors[1]).landlord == lets.landlord_of(landlord.person.pk)


def test_another_duty_refers_to_lettings_and_lettings_to_another(unit, office, people):
    by = actor_of(people.li)
    matter = deciding.enquire(unit, "门锁坏了", by=by, at=AT, station=office)
    opened = deciding.refer(matter, "incidents", "请看一下门锁", by=by, at=AT, station=office)
    assert opened.kind == "incidents"
    back = deciding.receive(opened, summary="这里有人出租", type="", by=by, at=AT, station=office)
    assert queries.telling(back).unit == unit


def test_every_write_names_every_row_it_wrote(unit, office):
    register(unit, office)
    tenancy = Tenancy.objects.get()
    seals = [page.seals for page in reading.latest(30)]
    assert any(f"rentals.tenancy:{tenancy.pk}" in sealed for sealed in seals)


def test_the_diagram_in_the_readme_is_the_flow():
    readme = Path(actions.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert diagram_in(readme) == diagram(FLOW)


def test_what_is_past_is_told_at_most_a_year_back(unit, office):
    with pytest.raises(Refused, match="more than a year"):
        register(unit, office, from_on=date(2024, 1, 1))
