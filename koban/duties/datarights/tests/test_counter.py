"""Requests of residents without a key: taken at the desk in a matter that is in hand, and handed over by another duty."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from koban.duties.datarights import actions, counter, queries
from koban.duties.datarights.actions import Asked
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied, Refused
from koban.lib.ids import uuid7
from koban.matters import actions as matters
from koban.matters import joins, looks
from koban.matters.models import Link, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import usage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def office():
    return Station.objects.create(code="here", name="本所", kind="office", path="here/", pack="cn")


@pytest.fixture(autouse=True)
def scope(office):
    with stations.scope(office.pk):
        yield


@pytest.fixture
def account(office):
    return make_account("li", role="officer", station=office)


@pytest.fixture
def li(account):
    return actor_of(account)


@pytest.fixture
def wang(office):
    return actor_of(make_account("wang", role="officer", station=office))


@pytest.fixture
def zhang():
    return residents.enter([residents.Entry("张伟民", phone="000-1001")], by=SYSTEM, at=NOON)[0]


def belong(matter, person, by):
    party = Party(matter=matter, role="involved", person_id=person.pk)
    party.save()
    matters.change(matter, "matters.party", by=by, at=NOON, rows=[party])


@pytest.fixture
def report(li, zhang, office):
    """A report that li holds, with one resident of the register."""
    matter = matters.open_matter("incidents", by=li, at=NOON, station=office)
    matters.hold(matter, li.post_id, by=li, at=NOON)
    belong(matter, zhang, li)
    return matter


def at_desk(report, who, office, by, asked=None):
    return counter.ask_at_desk(report, who, asked or Asked("access"), by=by, at=NOON, station=office)


def test_what_is_asked_at_the_desk_has_its_term_and_its_source(report, zhang, li, office):
    request = at_desk(report, zhang.pk, office, li)
    assert request.person_id == zhang.pk
    assert request.matter.due_clause == "OFFICE-DATA-1"
    assert Link.objects.get(source=report).target_id == request.matter_id
    assert verify(office).ok


def test_only_for_somebody_of_a_matter_in_hand(report, zhang, li, wang, office):
    with pytest.raises(Denied):
        at_desk(report, zhang.pk, office, wang)
    other = residents.enter([residents.Entry("李四")], by=SYSTEM, at=NOON)[0]
    with pytest.raises(Absent):
        at_desk(report, other.pk, office, li)


def test_a_referral_brings_the_one_resident_and_the_words_sealed(report, zhang, li, office):
    opened = joins.refer(report, "datarights", reason="想看自己的信息", by=li, at=NOON, station=office)
    request = queries.of_person(zhang.pk).get()
    assert opened.pk == request.matter_id
    assert request.kind == "access"
    assert opened.summary == ""
    actions.take(request, by=li, at=NOON)
    assert actions.open_words(request, by=li, at=NOON)[0] == "想看自己的信息"


@pytest.mark.parametrize("count", [0, 2])
def test_a_referral_that_does_not_say_whose_data_is_refused(report, li, office, count):
    Party.objects.filter(matter=report).delete()
    for person in residents.enter([residents.Entry(f"李{n}") for n in range(count)], by=SYSTEM, at=NOON):
        belong(report, person, li)
    with pytest.raises(Refused, match="whose data"):
        joins.refer(report, "datarights", reason="x", by=li, at=NOON, station=office)


# On the pages


@pytest.fixture
def desk(account):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, account)
    return client


def send(client, url, **told):
    with stations.outside():
        return client.post(url, {"key": str(uuid7()), **told})


TOLD = {"kind": "correct", "phone": "000-2002", "shown": "on"}


def test_a_correction_is_asked_at_the_desk(desk, report, zhang, li):
    url = f"/desk/datarights/new/{report.pk}/"
    with stations.outside():
        page = desk.get(url).content.decode()
    assert str(zhang.pk) in page
    assert "张伟民" not in page
    assert send(desk, url, person=str(zhang.pk), **TOLD).status_code == 302
    request = queries.of_person(zhang.pk).get()
    actions.take(request, by=li, at=timezone.now())
    assert actions.open_words(request, by=li, at=timezone.now())[1] == {"phone": "000-2002"}


def looked_at(report, zhang, by):
    """A look at zhang in the report, as its person may read it."""
    with stations.outside(), stations.scope(report.station_id):
        looks.look_person(report, [zhang.pk], ["name"], by=by, at=NOON)
    return usage.looks_of(zhang, now=timezone.now()).first()


def opened_by(client, url, **told):
    with stations.outside():
        return client.post(url, told)


@pytest.mark.django_db(transaction=True)
def test_an_objection_at_the_desk_names_the_look(desk, report, zhang, li):
    look, url = looked_at(report, zhang, li), f"/desk/datarights/new/{report.pk}/"
    told = {"person": str(zhang.pk), "kind": "object", "words": "不认识这个人", "shown": "on"}
    first = send(desk, url, **told)
    assert first.status_code == 422
    assert str(look.pk) in first.content.decode()
    assert f"page {look.page_number}" in first.content.decode()
    assert send(desk, url, **told, look=str(look.pk)).status_code == 302
    request = queries.of_person(zhang.pk).get()
    assert (request.kind, request.look_id, request.looked_post) == ("object", look.pk, li.post_id)


def test_where_nobody_looked_there_is_nothing_to_object_to(desk, report, zhang):
    told = {"person": str(zhang.pk), "kind": "object", "words": "x", "shown": "on"}
    page = send(desk, f"/desk/datarights/new/{report.pk}/", **told)
    assert "no look to object to" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_printed_for_whoever_holds_the_request_and_nobody_else(desk, report, zhang, li):
    told = {"person": str(zhang.pk), "kind": "copy", "shown": "on"}
    assert send(desk, f"/desk/datarights/new/{report.pk}/", **told).status_code == 302
    request = queries.of_person(zhang.pk).get()
    url = f"/desk/datarights/{request.matter.year}/{request.matter.number}/copy/"
    assert opened_by(desk, url).status_code == 403
    actions.take(request, by=li, at=timezone.now())
    page = opened_by(desk, url)
    assert page.status_code == 200
    assert "张伟民" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    fields = {name for row in usage.looks_of(zhang, now=timezone.now()) for name in row.fields}
    assert {"name", "phone", "contacts"} <= fields


@pytest.mark.django_db(transaction=True)
def test_only_who_asked_for_a_copy_or_to_see_gets_one(desk, report, zhang, li):
    assert send(desk, f"/desk/datarights/new/{report.pk}/", person=str(zhang.pk), **TOLD).status_code == 302
    request = queries.of_person(zhang.pk).get()
    actions.take(request, by=li, at=timezone.now())
    assert (
        opened_by(desk, f"/desk/datarights/{request.matter.year}/{request.matter.number}/copy/").status_code
        == 404
    )


@pytest.mark.parametrize("change", [{"shown": ""}, {"phone": ""}, {"kind": "object"}, {"person": "nobody"}])
def test_what_the_form_does_not_take(desk, report, zhang, change):
    answer = send(desk, f"/desk/datarights/new/{report.pk}/", **{"person": str(zhang.pk), **TOLD, **change})
    assert answer.status_code == 422
    assert not queries.of_person(zhang.pk).exists()
