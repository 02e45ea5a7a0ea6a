"""Requests about own data: asked on the own pages, decided at the desk, answered on the own pages."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from koban.duties.datarights import actions, queries
from koban.duties.datarights.actions import Asked
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied, Refused
from koban.lib.ids import uuid7
from koban.matters import actions as matters
from koban.matters import looks, own
from koban.matters.models import Party
from koban.registers.residents import actions as residents
from koban.registers.residents import glass
from koban.registers.residents.models import Look, PersonFile

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
ZHANG = residents.Entry(
    "张伟民", "1980-01-01", "m", "id_card", "34052419800101001X", "000-1001", "a@example.org"
)


@pytest.fixture
def office():
    return Station.objects.create(code="here", name="本所", kind="office", path="here/", pack="cn")


@pytest.fixture(autouse=True)
def scope(office):
    with stations.scope(office.pk):
        yield


@pytest.fixture
def accounts(office):
    return {
        name: make_account(name, role=role, station=office)
        for name, role in (("li", "officer"), ("wang", "officer"), ("mei", "auxiliary"))
    }


@pytest.fixture
def li(accounts):
    return actor_of(accounts["li"])


@pytest.fixture
def wang(accounts):
    return actor_of(accounts["wang"])


@pytest.fixture
def zhang():
    return residents.enter([ZHANG], by=SYSTEM, at=NOON)[0]


@pytest.fixture
def me(office):
    return own.actor(office)


@pytest.fixture
def ask(zhang, me, office):
    def asked(kind, **told):
        return actions.ask(zhang, Asked(kind, **told), by=me, at=NOON, station=office)

    return asked


@pytest.fixture
def seen(zhang, li, office):
    """A look of li at zhang, in a matter."""
    matter = matters.open_matter("incidents", by=li, at=NOON, station=office)
    matters.hold(matter, li.post_id, by=li, at=NOON)
    party = Party(matter=matter, role="involved", person_id=zhang.pk)
    party.save()
    matters.change(matter, "matters.party", by=li, at=NOON, rows=[party])
    looks.look_person(matter, [zhang.pk], ["name"], by=li, at=NOON)
    return Look.objects.get(action="look")


def values(person):
    return glass.own(person, by=SYSTEM, at=NOON)[0]


def test_a_request_has_a_term_and_its_words_are_sealed(ask, office):
    request = ask("explain", words="为什么要我的电话？")
    assert request.matter.due_clause == "OFFICE-DATA-1"
    assert request.matter.summary == ""
    assert "为什么".encode() not in bytes(request.words)
    assert verify(office).ok


def test_a_correction_is_done_with_the_answer_and_not_before(ask, zhang, li, office):
    request = ask("correct", changes={"phone": "000-2002"})
    actions.take(request, by=li, at=NOON)
    assert actions.open_words(request, by=li, at=NOON) == ("", {"phone": "000-2002"})
    assert values(zhang)["phone"] == "000-1001"
    actions.grant(request, "已更正。", by=li, at=NOON, station=office)
    assert values(zhang)["phone"] == "000-2002"
    assert queries.numbered(request.matter.year, request.matter.number).matter.state == "granted"
    assert verify(office).ok


@pytest.mark.parametrize("told, said", [
    ({"kind": "correct"}, "at least one field"),
    ({"kind": "correct", "changes": {"id_kind": "id_card", "id_number": "340524198001010013"}}, "does not fit"),
    ({"kind": "object", "words": "不该看"}, "no such look"),
    ({"kind": "object"}, "what it is about"),
    ({"kind": "sell"}, "what it is about"),
])  # fmt: skip
def test_what_cannot_be_asked(ask, told, said):
    with pytest.raises(Refused, match=said):
        ask(**told)


def test_whoever_looked_does_not_decide_on_the_objection(ask, seen, li, wang, office):
    request = ask("object", words="我没有报警", look=seen.pk)
    with pytest.raises(Refused, match="look of your own"):
        actions.grant(request, "没有问题。", by=li, at=NOON, station=office)
    actions.refuse(request, "查阅与事项有关。", by=wang, at=NOON)
    assert queries.numbered(request.matter.year, request.matter.number).matter.state == "refused"


def test_a_look_at_somebody_else_cannot_be_objected_to(seen, me, office):
    other = residents.enter([residents.Entry("李四")], by=SYSTEM, at=NOON)[0]
    with pytest.raises(Refused, match="no such look"):
        actions.ask(other, Asked("object", "x", look=seen.pk), by=me, at=NOON, station=office)


def test_auxiliaries_take_and_write_but_do_not_decide(ask, accounts, office):
    request, mei = ask("explain"), actor_of(accounts["mei"])
    actions.take(request, by=mei, at=NOON)
    actions.write_out(request, "我们在核实。", by=mei, at=NOON)
    with pytest.raises(Denied):
        actions.grant(request, "好", by=mei, at=NOON, station=office)


@pytest.mark.parametrize("days, allowed", [(0, False), (1, True), (365, True), (366, False)])
def test_a_restriction_has_an_end(ask, li, office, zhang, days, allowed):
    request, until = ask("restrict"), date(2026, 5, 4) + timedelta(days=days)
    if not allowed:
        with pytest.raises(Refused):
            actions.grant(request, "好", by=li, at=NOON, station=office, until=until)
        return
    actions.grant(request, "好", by=li, at=NOON, station=office, until=until)
    assert looks.people_of(request.matter, NOON) == []


def test_what_is_deleted_is_gone(ask, li, office, zhang):
    request = ask("delete", words="请删除我的邮箱")
    with pytest.raises(Refused, match="ground"):
        actions.grant(request, "好", by=li, at=NOON, station=office, fields=["email"], ground="wish")
    actions.grant(request, "好", by=li, at=NOON, station=office, fields=["email"], ground="consent")
    assert values(zhang)["email"] == ""
    assert values(zhang)["name"] == "张伟民"
    again = ask("delete")
    actions.grant(again, "好", by=li, at=NOON, station=office, fields=["name"], ground="term")
    file = PersonFile.objects.get(person=zhang)
    assert not any(
        bytes(getattr(file, field)) for field in (*glass.FIELDS, "name_index", "id_index", "phone_index")
    )
    assert verify(office).ok


def test_words_open_only_to_whoever_holds_the_open_request(ask, li, wang):
    request = ask("explain", words="x")
    actions.take(request, by=li, at=NOON)
    with pytest.raises(Denied):
        actions.open_words(request, by=wang, at=NOON)


# On the pages


@pytest.fixture
def resident(zhang, office):
    number, secret = residents.give_key(zhang, by=SYSTEM, at=timezone.now())
    client = Client(headers={"accept-language": "en"})
    with stations.outside():
        client.post(f"/o/{office.code}/me/enter/", {"number": number, "secret": secret})
    return client


def send(client, url, **told):
    with stations.outside():
        return client.post(url, {"key": str(uuid7()), **told})


def get(client, url):
    with stations.outside():
        return client.get(url)


def test_a_resident_finds_a_look_disputes_it_and_is_answered(resident, seen, accounts, office):
    page = get(resident, "/o/here/me/looks/").content.decode()
    assert "li" in page
    assert seen.matter_id is not None
    assert f"?look={seen.pk}" in page
    asked = send(resident, "/o/here/me/requests/new/object/", look=str(seen.pk), words="我没有报警")
    assert asked.status_code == 302, asked.content.decode()
    number = queries.requests()[0].matter
    desk = Client(headers={"accept-language": "en"})
    sign_in(desk, accounts["wang"])
    url = f"/desk/datarights/{number.year}/{number.number}/"
    assert send(desk, f"{url}take/").status_code == 302
    assert "我没有报警" not in get(desk, url).content.decode()
    assert "我没有报警" in send(desk, f"{url}words/").content.decode()
    assert send(desk, f"{url}grant/", text="您说得对，查阅不当。").status_code == 302
    shown = get(resident, asked.url).content.decode()
    assert "您说得对，查阅不当。" in shown
    assert number.printed in get(resident, "/o/here/me/looks/").content.decode()
    again = send(resident, f"{asked.url}again/", reason="还不够")
    assert again.status_code == 302
    assert queries.requests()[0].matter.state == "received"


def test_my_data_are_shown_and_the_own_look_is_told(resident, zhang):
    page = get(resident, "/o/here/me/data/").content.decode()
    assert "34052419800101001X" in page
    assert "张伟民" in page
    assert Look.objects.get(action="own").role == "resident"
    assert "your own data" in get(resident, "/o/here/me/looks/").content.decode()


def test_a_copy_is_taken_at_once_and_can_be_read_by_machines(resident, zhang):
    answer = send(resident, "/o/here/me/requests/copy/")
    told = json.loads(answer.content)
    assert told["person"]["name"] == "张伟民"
    assert told["looks"][0]["action"] == "copy"
    assert queries.requests()[0].matter.state == "granted"


def test_nobody_reads_the_request_of_another(resident, office, me):
    other = residents.enter([residents.Entry("李四")], by=SYSTEM, at=NOON)[0]
    theirs = actions.ask(other, Asked("explain"), by=me, at=NOON, station=office)
    url = f"/o/here/me/requests/{theirs.matter.year}/{theirs.matter.number}/"
    assert get(resident, url).status_code == 404
    assert send(resident, f"{url}withdraw/").status_code == 404
    with pytest.raises(Absent):
        queries.own(uuid7(), theirs.matter.year, theirs.matter.number)
