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
from koban.matters import joins
from koban.matters.models import Link, Party
from koban.registers.residents import actions as residents

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


@pytest.mark.parametrize("change", [{"shown": ""}, {"phone": ""}, {"kind": "object"}, {"person": "nobody"}])
def test_what_the_form_does_not_take(desk, report, zhang, change):
    answer = send(desk, f"/desk/datarights/new/{report.pk}/", **{"person": str(zhang.pk), **TOLD, **change})
    assert answer.status_code == 422
    assert not queries.of_person(zhang.pk).exists()
