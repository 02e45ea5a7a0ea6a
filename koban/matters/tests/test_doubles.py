"""Two entries of one person, found, compared, made one and made two again in a matter that is in hand."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.flow import spoken
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied
from koban.lib.ids import uuid7
from koban.matters import actions, doubles, looks
from koban.matters.models import Party
from koban.matters.places import Place
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.residents import actions as residents
from koban.registers.residents.models import Look

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
ZHANG = residents.Entry("张伟民", "1980-01-01", "m", phone="000-1001")


@pytest.fixture
def office():
    return Station.objects.create(code="here", name="本所", kind="office", path="here/", pack="cn")


@pytest.fixture(autouse=True)
def scope(office):
    with stations.scope(office.pk):
        yield


@pytest.fixture
def accounts(office):
    roles = {"li": "officer", "wang": "officer", "mei": "auxiliary"}
    return {name: make_account(name, role=role, station=office) for name, role in roles.items()}


@pytest.fixture
def li(accounts):
    return actor_of(accounts["li"])


@pytest.fixture
def pair():
    return [residents.enter([ZHANG], by=SYSTEM, at=NOON)[0] for _ in range(2)]


@pytest.fixture
def home():
    street = Street(name="湖路", name_en="Lake Road")
    told = {"label": "湖路 1 号", "label_en": "1 Lake Road", "lon": 24.94, "lat": 60.17}
    address = premises.prepared(Address(street=street, door="1", **told))
    premises.enter([street, address], by=SYSTEM, at=NOON)
    return address


@pytest.fixture
def matter(li, pair, office, home):
    """A report that li holds, with the first of the pair."""
    place = Place(address=home, lon=home.lon, lat=home.lat)
    made = actions.open_matter("incidents", by=li, at=NOON, station=office, place=place)
    actions.hold(made, li.post_id, by=li, at=NOON)
    party = Party(matter=made, role="involved", person_id=pair[0].pk)
    party.save()
    actions.change(made, "matters.party", by=li, at=NOON, rows=[party])
    return made


def test_a_suggestion_says_why_and_opens_nothing(matter, pair):
    (found,) = doubles.suspects(matter, NOON)
    assert found.doubles[0].person == pair[1]
    assert {str(why) for why in found.doubles[0].reasons} >= {"the same name", "the same telephone"}
    assert not Look.objects.exists()


def test_comparing_is_a_look_at_both_with_reasons(matter, pair, li):
    rows, reasons = doubles.look_both(matter, pair[0].pk, pair[1].pk, by=li, at=NOON)
    assert ("name", "张伟民", "张伟民") in rows
    assert "Same telephone" in [str(spoken(why)) for why in reasons]
    assert set(Look.objects.values_list("person_id", flat=True)) == {one.pk for one in pair}


def test_who_is_not_taken_for_the_same_is_not_opened_and_not_merged(matter, pair, li):
    other = residents.enter([residents.Entry("李四")], by=SYSTEM, at=NOON)[0]
    with pytest.raises(Absent):
        doubles.look_both(matter, pair[0].pk, other.pk, by=li, at=NOON)
    with pytest.raises(Absent):
        doubles.merge(matter, pair[0].pk, other.pk, reason="x", by=li, at=NOON)


@pytest.mark.parametrize("name", ["wang", "mei"])
def test_only_an_officer_who_holds_the_matter(matter, pair, accounts, name):
    with pytest.raises(Denied):
        doubles.merge(matter, pair[0].pk, pair[1].pk, reason="x", by=actor_of(accounts[name]), at=NOON)


@pytest.mark.parametrize("kept", [0, 1])
def test_merged_and_made_two_again(matter, pair, li, office, kept):
    """Who is kept stands in the matter, whichever it was."""
    done = doubles.merge(matter, pair[kept].pk, pair[1 - kept].pk, reason="同一证件", by=li, at=NOON)
    assert [one.person_id for one in looks.people_of(matter, NOON)] == [pair[kept].pk]
    assert doubles.suspects(matter, NOON) == []
    assert doubles.merges(matter, NOON) == [done]
    doubles.unmerge(matter, done.pk, reason="弄错了", by=li, at=NOON)
    assert doubles.merges(matter, NOON) == []
    assert len(doubles.suspects(matter, NOON)) == 1 + kept
    assert verify(office).ok


# On the pages


@pytest.fixture
def desk(accounts):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, accounts["li"])
    return client


def send(client, url, **told):
    with stations.outside():
        return client.post(url, {"key": str(uuid7()), **told})


def get(client, url):
    with stations.outside():
        return client.get(url)


def test_the_page_of_doubles(desk, matter, pair):
    url = f"/desk/matters/{matter.pk}/people/doubles/"
    two = {"one": str(pair[0].pk), "other": str(pair[1].pk)}
    assert "张伟民" not in get(desk, url).content.decode()
    assert "张伟民" in send(desk, f"{url}compare/", **two).content.decode()
    assert send(desk, f"{url}merge/", **two).status_code == 422
    assert send(desk, f"{url}merge/", **two, keep="one", reason="同一证件").status_code == 302
    assert "同一证件" in get(desk, url).content.decode()
    (done,) = doubles.merges(matter, NOON)
    assert send(desk, f"{url}{done.pk}/", reason="").status_code == 422
    assert send(desk, f"{url}{done.pk}/", reason="弄错了").status_code == 302


def fill(home, count):
    for n in range(count):
        entry = residents.Entry(f"李{n}", home=home, since=NOON.date(), phone="000-1001")
        residents.enter([entry], by=SYSTEM, at=NOON)


@pytest.mark.parametrize("path, most", [("household/", 24), ("people/doubles/", 30)])
def test_a_page_asks_as_often_for_twenty_as_for_two(desk, matter, home, path, most):
    url, counts = f"/desk/matters/{matter.pk}/{path}", []
    for count in (2, 18):
        fill(home, count)
        get(desk, url)
        with CaptureQueriesContext(connection) as asked:
            assert get(desk, url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= most, counts
