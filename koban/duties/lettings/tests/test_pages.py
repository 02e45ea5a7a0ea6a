"""The pages: a landlord's telephone, an agent's door, the desk; each within its questions to the database."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koban.duties.lettings import actions, papers, queries, reminding, reports
from koban.duties.lettings.tests.conftest import TENANT
from koban.kernel import stations
from koban.kernel.ledger import Actor
from koban.kernel.notices.models import Notice
from koban.matters.models import Matter
from koban.registers.rentals import actions as rentals
from koban.registers.rentals.models import Agent, Letter, LetUnit, Tenancy

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)  # of the office; near midnight two days are today
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOON):
        yield


def key(**told):
    return {"key": uuid4().hex, **told}


def address(name, *more):
    return reverse(f"lettings:{name}", args=["lake", *more])


@pytest.fixture
def unit(mine, doors, landlord):
    """A unit that the landlord put on the list by telephone, with the letter signed."""
    answer = mine.post(address("own-unit"), key(place="灯湖路1号", address="", part="whole"))
    assert answer.headers["Location"] == address("own-letter")
    mine.post(address("own-letter"), key(version=papers.newest().version, read="on"))
    return LetUnit.objects.select_related("address").get()


def today():
    return timezone.localdate().isoformat()


def tenant(**change):
    return key(
        **{"name": "李四", "id_number": TENANT, "id_kind": "id_card", "phone": "", "from_on": today()}
        | change
    )


def test_a_landlord_goes_from_the_unit_over_the_letter_to_the_tenant_and_to_the_end(mine, unit):
    assert Letter.objects.count() == 1
    answer = mine.post(address("own-tenant", unit.pk), tenant())
    assert answer.headers["Location"] == address("own")
    page = mine.get(address("own")).content.decode()
    assert "李四" in page
    row = Tenancy.objects.get()
    assert mine.get(address("own-end", row.pk)).status_code == 200
    mine.post(address("own-end", row.pk), key(on=today()))
    row.refresh_from_db()
    assert row.to_on == timezone.localdate()
    assert "李四" not in mine.get(address("own")).content.decode()


@pytest.mark.parametrize(
    "change, said",
    [
        ({"id_number": TENANT[:-1] + "1"}, "last character"),
        ({"id_number": "110105491231002"}, "fifteen"),
        ({"name": ""}, "required"),
        ({"ends_on": "2020-01-01"}, "before the beginning"),
        ({"phone": "call me"}, "not a telephone number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(mine, unit, change, said):
    answer = mine.post(address("own-tenant", unit.pk), tenant(**change))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Tenancy.objects.count() == 0


def test_an_agreed_end_is_changed(mine, unit):
    mine.post(address("own-tenant", unit.pk), tenant(ends_on=today()))
    row = Tenancy.objects.get()
    mine.post(address("own-longer", row.pk), key(ends_on="2099-01-01"))
    row.refresh_from_db()
    assert row.ends_on.year == 2099


def test_a_self_check_is_sent(mine, unit):
    answers = dict.fromkeys(papers.checklist(), "yes") | {"ebike": "no"}
    assert mine.post(address("own-check", unit.pk), key(**answers)).status_code == 302
    unit.refresh_from_db()
    assert (unit.hazards, unit.checked_on) == (1, timezone.localdate())
    assert mine.post(address("own-check", unit.pk), key()).status_code == 422


def test_a_unit_is_no_longer_let(mine, unit):
    assert mine.get(address("own-close", unit.pk)).status_code == 200
    mine.post(address("own-close", unit.pk), key())
    unit.refresh_from_db()
    assert unit.to_on == timezone.localdate()
    assert mine.get(address("own-tenant", unit.pk)).status_code == 404


def test_nobody_opens_the_unit_or_the_letting_of_another(mine, unit, doors, agent):
    other = LetUnit.objects.create(address=doors[1], from_on=timezone.localdate())
    for name in ("own-tenant", "own-check", "own-close"):
        assert mine.get(address(name, other.pk)).status_code == 404
        assert mine.get(address(name, uuid4())).status_code == 404


def test_without_a_key_every_own_page_leads_to_the_door(client, doors):
    for name, more in (("own", ()), ("own-unit", ()), ("own-letter", ()), ("own-tenant", (uuid4(),))):
        assert client.get(address(name, *more)).headers["Location"] == "/o/lake/me/enter/"


def test_a_tenant_reads_the_letting_and_objects(mine, unit, landlord, office):
    told = actions.NewTenant("钱多多", "id_card", "34052419800101001X", timezone.localdate())
    by = Actor("resident", office.pk, label="resident")
    actions.register_tenant(unit, told, source="landlord", by=by, at=timezone.now(), station=office)
    row = Tenancy.objects.get()
    assert row.person_id == landlord.person.pk  # the landlord's own document: for the test they are one
    mine.post(address("own-wrong", row.pk), key(text="没有的事"))
    matter = Matter.objects.get(type="wrong")
    page = mine.get(address("own-matter", matter.pk)).content.decode()
    assert "没有的事" in page


def test_an_agent_reports_by_its_own_key(door, agent, doors):
    wrong = door.post(address("agent-enter"), {"number": agent.number, "secret": "AAAA-BBBB-CCCC"})
    assert wrong.status_code == 422
    door.post(address("agent-enter"), {"number": agent.number, "secret": agent.secret})
    told = tenant(
        place="灯湖路2号", address="", dealt_on=today(), ends_on="", landlord_name="", landlord_phone=""
    )
    assert door.post(address("agent-home"), told).status_code == 302
    assert Tenancy.objects.get().source == "agent"
    page = door.get(address("agent-home")).content.decode()
    assert "in time" in page


def test_a_revoked_key_opens_nothing_at_once(door, agent, doors):
    door.post(address("agent-enter"), {"number": agent.number, "secret": agent.secret})
    rentals.revoke_key(agent.row, by=_li(), at=timezone.now())
    assert door.get(address("agent-home")).headers["Location"] == address("agent-enter")


def _li():
    return Actor("officer", label="li")


def test_the_desk_enters_a_landlord_gives_a_firm_its_key_and_confirms(desk, doors, office):
    told = {
        "name": "赵房东",
        "id_kind": "id_card",
        "id_number": TENANT,
        "phone": "",
        "part": "room",
        "signed": "on",
    }
    assert desk.get(reverse("lettings:new")).status_code == 200
    answer = desk.post(reverse("lettings:new"), key(place="灯湖路3号", address="", **told))
    matter = Matter.objects.get(kind="lettings")
    one = reverse("lettings:detail", args=[matter.year, matter.number])
    assert answer.headers["Location"] == one
    assert Letter.objects.get().way == "paper"
    assert desk.get(one).status_code == 200
    desk.post(reverse("lettings:act", args=[matter.year, matter.number, "register"]), key())
    matter.refresh_from_db()
    assert matter.state == "registered"
    desk.post(reverse("lettings:agents"), key(name="安居房产", kind="agent"))
    firm = reverse("lettings:agent-key", args=[Agent.objects.get().pk])
    assert "F" in desk.post(firm, key()).content.decode()


def test_a_report_without_an_address_offers_to_find_it(desk, agent, doors, office):
    told = reports.Report(
        actions.NewTenant("李四", "id_card", TENANT, timezone.localdate()),
        timezone.localdate(),
        None,
        "后面的平房",
    )
    matter = reports.report(
        agent.row, told, by=Actor("machine", office.pk, label=agent.number), at=timezone.now(), station=office
    )
    one = reverse("lettings:detail", args=[matter.year, matter.number])
    assert "后面的平房" in desk.get(one).content.decode()
    assert desk.get(reverse("lettings:agent-report", args=[agent.row.pk])).status_code == 200
    found = reverse("lettings:act", args=[matter.year, matter.number, "place"])
    assert desk.post(found, key(place="灯湖路", address="")).status_code == 422
    assert desk.post(found, key(place="灯湖路2号", address="")).status_code == 302


@pytest.mark.parametrize("key_", ["ask", "refuse", "hold"])
def test_every_step_of_a_filing(desk, unit, office, key_):
    matter = Matter.objects.get(type="filing")
    told = {"text": "请补充房产证"}
    step = reverse("lettings:act", args=[matter.year, matter.number, key_])
    assert desk.post(step, key(**told)).status_code == 302
    assert desk.get(reverse("lettings:detail", args=[matter.year, matter.number])).status_code == 200


def test_what_was_missing_is_told_and_the_term_runs_anew(desk, mine, unit):
    matter = Matter.objects.get(type="filing")
    officer = Client(HTTP_ACCEPT_LANGUAGE="en")
    officer.cookies.update(desk.cookies)
    officer.post(reverse("lettings:act", args=[matter.year, matter.number, "ask"]), key(text="请补充"))
    mine.post(address("own-matter", matter.pk), key(text="已补充"))
    matter.refresh_from_db()
    assert matter.state == "received"
    assert matter.due_at is not None


def test_who_asks_for_a_step_that_is_not_there(desk, unit):
    matter = Matter.objects.get(type="filing")
    assert (
        desk.post(reverse("lettings:act", args=[matter.year, matter.number, "burn"]), key()).status_code
        == 404
    )
    wrong = reverse("lettings:act", args=[matter.year, matter.number, "stands"])
    assert desk.post(wrong, key(text="x")).status_code == 422


def test_both_are_reminded_of_an_end_once(mine, unit, office):
    mine.post(address("own-tenant", unit.pk), tenant(phone="00099998888", ends_on=today()))
    assert reminding.remind(office, timezone.now()) == 1
    assert reminding.remind(office, timezone.now()) == 0
    assert {notice.key for notice in Notice.objects.all()} == {"lettings.ends"}
    assert Notice.objects.count() == 2


BUDGET = {"list": 6, "units": 6, "unit": 12, "detail": 17, "own": 15}


def asked(client, path):
    with stations.scoping.outside(), CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return [query["sql"] for query in seen if not query["sql"].startswith(FRAMES)]


@pytest.mark.parametrize("name", BUDGET)
def test_a_page_asks_within_its_budget_and_no_more_when_there_is_more(
    name, desk, mine, unit, doors, office, landlord
):
    by = Actor("resident", office.pk, label="resident")
    matter = Matter.objects.get(type="filing")
    officer = Client(HTTP_ACCEPT_LANGUAGE="en")
    officer.cookies.update(desk.cookies)
    paths = {
        "list": reverse("lettings:list"), "units": reverse("lettings:units"),
        "unit": reverse("lettings:unit", args=[unit.pk]),
        "detail": reverse("lettings:detail", args=[matter.year, matter.number]), "own": address("own"),
    }  # fmt: skip
    client = mine if name == "own" else officer
    first = actions.NewTenant("李四", "id_card", TENANT, timezone.localdate())
    actions.register_tenant(unit, first, source="landlord", by=by, at=timezone.now(), station=office)
    asked(client, paths[name])
    few = asked(client, paths[name])
    for place in doors[1:]:
        filed = actions.file_unit(
            landlord.person.pk, place, "whole", by=by, at=timezone.now(), station=office
        )
        told = actions.NewTenant("李四", "id_card", TENANT, timezone.localdate())
        rented = queries.telling(filed).unit
        actions.register_tenant(rented, told, source="landlord", by=by, at=timezone.now(), station=office)
    many = asked(client, paths[name])
    assert len(few) <= BUDGET[name], "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
