"""No path shows a resident without an open matter in the reader's hands, and without a page and a row before.

A resident with values that stand nowhere else is planted: in the register, in matters, in a request of their own. Then
every address of the house, as the URL table has it, is asked by every role that may, with everything that could name the
resident: ids, pinyin, telephone, number of the document. New pages are covered when they land.
"""

import itertools
import json
import logging
import re
import time
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.duties.datarights import actions as datarights
from koban.kernel import stations
from koban.kernel.access.addresses import addresses
from koban.kernel.access.models import Tries
from koban.kernel.access.roles import ROLES, may
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import SYSTEM, reading
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied
from koban.lib.identity import check_digit
from koban.lib.ids import uuid7
from koban.matters import actions as matters
from koban.matters import looks, own, unit_looks
from koban.matters.models import Holding, Matter, Party
from koban.matters.places import Place
from koban.registers.premises import actions as premises
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Address, Street, Unit
from koban.registers.residents import actions as residents
from koban.registers.residents.models import Look

pytestmark = pytest.mark.django_db
NAME, PHONE, EMAIL, ORIGIN = "龘靐齾", "000-7654321", "planted.zyx@example.org", "饕餮之乡"
ID_NUMBER = "34052419770707007" + check_digit("34052419770707007")
PLANTED = (NAME, NAME[1:], PHONE, PHONE.replace("-", ""), EMAIL, ORIGIN, ID_NUMBER, "1977-07-07")
QUERIES = (NAME[:2], "0007654321", ID_NUMBER)  # what finds them; the whole name is never what is typed
STAFF_ROLES = [key for key, role in ROLES.items() if role.is_post]
NOT_OURS = re.compile(r"^(account_|socialaccount_|mfa_|openid_connect_|django\.views|static|lock)")


def made(code, kind, parent):
    path = f"{parent.path if parent else ''}{code}/"
    return Station.objects.create(
        code=code, name=code, kind=kind, parent=parent, path=path, pack="demo", lon=120.1, lat=30.2
    )


@pytest.fixture
def house(db):
    """A line with oversight beside it; an account of every role; one more officer who holds the matter."""
    county = made("county", "county", None)
    station = made("above", "station", county)
    office, body = made("lake", "office", station), made("watch", "oversight", county)
    home = {"chief": station, "bureau": county, "inspector": body}
    accounts = {
        role: make_account(role, role=role, station=home.get(role, office), password="")
        for role in STAFF_ROLES
    }
    holder = make_account("holder", role="officer", station=office, password="")
    return SimpleNamespace(office=office, accounts=accounts, holder=holder)


@pytest.fixture
def planted(house):
    """The resident, at home, in an open matter that `holder` holds, in a closed one, and with a request of their own."""
    now = timezone.now()
    with stations.scope(house.office.pk):
        street = Street(name="镜湖路")
        door = premises.prepared(Address(street=street, door="7", label="镜湖路7号", lon=120.1, lat=30.2))
        premises.enter([street, door], by=SYSTEM, at=now)
        entry = residents.Entry(
            NAME, "1977-07-07", "m", "id_card", ID_NUMBER, PHONE, EMAIL, ORIGIN, home=door, household="one"
        )
        person = residents.enter([entry], by=SYSTEM, at=now)[0]
        sealed = residents.enter([residents.Entry("龘封存"), residents.Entry("李四")], by=SYSTEM, at=now)[0]
        today = timezone.localtime(now).date()
        residents.seal(
            sealed,
            kind="protected",
            ground="x",
            clause="CN-PI-2C",
            from_on=today,
            until_on=today.replace(year=today.year + 1),
            by=SYSTEM,
            at=now,
        )
        number, secret = residents.give_key(person, by=SYSTEM, at=now)
        open_matter = _matter(house, person, sealed, now, Place.at(door))
        closed = _matter(house, person, sealed, now, Place.at(door))
        matters.change(
            closed, "matters.test", by=SYSTEM, at=now, changes={"is_open": False, "closed_at": now}
        )
        asked = datarights.ask(
            person,
            datarights.Asked("correct", f"{NAME} {PHONE}", {"email": EMAIL}),
            by=own.actor(house.office),
            at=now,
            station=house.office,
        )
        party = open_matter.parties.get(person_id=person.pk)
        who = unit_actions.Responsible(NAME, PHONE, person.pk)
        unit = unit_actions.open_unit(Unit(name="小店", kind="shop", address=door), who, by=SYSTEM, at=now)
    return SimpleNamespace(
        person=person, sealed=sealed, door=door, matters=[open_matter, closed, asked.matter], open=open_matter,
        party=party, key=(number, secret), unit=unit,
    )  # fmt: skip


def _matter(house, person, sealed, now, place):
    by = actor_of(house.holder)
    matter = matters.open_matter("incidents", by=by, at=now, station=house.office, type="noise", place=place)
    matters.hold(matter, by.post_id, by=by, at=now)
    party = looks.sealed_party(
        Party(matter=matter, role="reporter", person_id=person.pk), name=NAME, phone=PHONE, email=EMAIL
    )
    other = Party(matter=matter, role="witness", person_id=sealed.pk)
    for row in (party, other):
        row.save()
    matters.change(matter, "matters.party", by=by, at=now, rows=[party, other])
    return matter


def _apart(address):
    """Signing in and ending sessions have tests of their own, and would end the walk."""
    return bool(NOT_OURS.match(address.name)) or address.pattern.startswith(("accounts/", "lock"))


def urls(pattern, planted, office):
    """Every way to fill a pattern with what could name the planted resident; at most twelve."""
    parts = re.findall(r"<(?:(\w+):)?(\w+)>", pattern)
    choices = [_values(kind, name, planted, office) for kind, name in parts]
    found = []
    for chosen in itertools.islice(itertools.product(*choices), 60):
        told = dict(zip((name for _kind, name in parts), chosen, strict=True))
        if {"year", "number"} <= told.keys() and (told["year"], told["number"]) not in _numbers(planted):
            continue
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: quote(str(told[m[1]])), pattern)  # noqa: B023
        found.append("/" + filled.lstrip("/^").replace("\\Z", "").rstrip("$"))
    return found[:12]


def _numbers(planted):
    return {(m.year, m.number) for m in planted.matters}


def _values(kind, name, planted, office):
    if name == "office":
        return [office.code]
    if name == "year":
        return [planted.open.year]
    if name == "number" and kind == "int":
        return [m.number for m in planted.matters]
    if kind == "uuid":
        first = {"matter": planted.open.pk, "party": planted.party.pk, "unit": planted.unit.pk}.get(
            name, planted.person.pk
        )
        return list(dict.fromkeys([first, planted.person.pk, planted.open.pk, planted.party.pk]))
    if kind == "int":
        return [1]
    if name == "plate":
        return [planted.door.plate]
    return ["open", "csv", planted.open.printed]


def asked_by(client, url, planted, query):
    """The answers of an address to reading and writing, with all that could name the resident."""
    told = {"q": query, "query": query, "search": query, "person": str(planted.person.pk), "words": "x", "text": "x",
            "name": query, "phone": query, "number": planted.open.printed, "export": "csv",
            "at": str(planted.open.station_id)}  # fmt: skip
    Tries.objects.all().delete()
    cache.clear()
    yield "GET", client.get(url, told)
    for kind in ("csv", "xlsx"):
        if "export" in url or url.rstrip("/").endswith(("matters", "ledger")):
            yield f"GET {kind}", client.get(url, told | {"export": kind})
    yield "POST", client.post(url, told | {"key": str(uuid7())})


def shown(response):
    """Everything that the answer carries: headers and body, with what JSON escapes made plain."""
    if response.streaming:
        return ""
    body = response.content.decode("utf-8", "replace")
    if "json" in response.headers.get("Content-Type", ""):
        body += json.dumps(json.loads(body or "null"), ensure_ascii=False)
    return f"{response.headers} {body}"


def leaks(response, query):
    """Planted values in an answer, but for what was typed in the question itself."""
    text = shown(response).replace(query, "")
    return [value for value in PLANTED if value in text]


def walk(client, role, planted, office, *, query):
    for address in addresses():
        if _apart(address) or address.need is None:
            continue
        acts_as = "public" if "<slug:office>" in address.pattern else role
        if not (may(acts_as, address.need.read) or may(acts_as, address.need.write)):
            continue
        for url in urls(address.pattern, planted, office):
            for method, response in asked_by(client, url, planted, query):
                yield f"{role} {method} {url}", response


@pytest.mark.parametrize("role", [*STAFF_ROLES, "public"])
def test_no_role_sees_a_resident_without_holding_an_open_matter(house, planted, role, caplog):
    """Whoever holds nothing sees nothing, whatever they ask; the record stays silent too."""
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if role != "public":
        sign_in(client, house.accounts[role])
    found = [
        (where, values)
        for query in (QUERIES if role in ("officer", "public") else QUERIES[:1])
        for where, response in _fresh(
            walk(client, role, planted, house.office, query=query), house, role, client
        )
        if (values := leaks(response, query)) and not _held(house, role, planted)
    ]
    assert found == []
    assert [
        record.name for record in caplog.records if any(value in record.getMessage() for value in PLANTED)
    ] == []


def _fresh(steps, house, role, client):
    """Signs in again where a step of the walk ended the session."""
    for where, response in steps:
        yield where, response
        if role != "public" and ("lock" in where or "logout" in where or response.status_code == 302):
            sign_in(client, house.accounts[role])


def _held(house, role, planted):
    """Whether the walk itself took one of the matters in hand: then it may look, and its looks are tested below."""
    if role == "public":
        return False
    with stations.scope(house.office.pk):
        return any(looks.holds(actor_of(house.accounts[role]), matter.pk) for matter in planted.matters)


def test_whoever_holds_the_matter_sees_only_after_a_page_and_a_row(house, planted):
    """Each answer that shows a value is preceded by its page, sealed with a row for the resident or the party."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    sign_in(client, house.holder)
    seen, silent, before = 0, [], told(house)
    for where, response in walk(client, "officer", planted, house.office, query=QUERIES[0]):
        sign_in(client, house.holder)
        after = told(house)
        _open_again(house, planted)
        if leaks(response, QUERIES[0]):
            seen += 1
            if after == before:
                silent.append(where)
        before = after
    assert seen, "the walk found the ways in that there are"
    assert silent == []
    with stations.scope(house.office.pk):
        assert Look.objects.filter(person=planted.person, label="holder", action="look").exists()
        assert Look.objects.filter(person=planted.person, label="holder", action="find").exists()


def _open_again(house, planted):
    """A step of the walk may have closed the matter, or let it go."""
    with stations.scope(house.office.pk):
        for matter in (planted.open, planted.matters[2]):
            Matter.objects.filter(pk=matter.pk).update(is_open=True, closed_at=None, state="received")
            Holding.objects.get_or_create(
                matter=matter,
                post_id=actor_of(house.holder).post_id,
                to_at=None,
                defaults={"from_at": timezone.now()},
            )


def told(house):
    """How many looks the ledger of the office tells of."""
    with stations.scope(house.office.pk):
        return reading.told_by(house.office.pk).filter(verb__endswith=".look").count()


def test_the_closed_matter_gives_no_right(house, planted):
    by, now = actor_of(house.holder), timezone.now()
    with stations.scope(house.office.pk):
        closed = planted.matters[1]
        closed.refresh_from_db()
        for way in (
            lambda: looks.look_person(closed, [planted.person.pk], ["name"], by=by, at=now),
            lambda: looks.find_person(closed, NAME, by=by, at=now),
            lambda: unit_looks.look_responsible(closed, planted.unit.pk, by=by, at=now),
            lambda: looks.look(
                planted.party.__class__.objects.get(matter=closed, role="reporter"), ["name"], by=by, at=now
            ),
        ):
            with pytest.raises(Denied):
                way()
        assert not Look.objects.exists()


def test_whoever_is_sealed_answers_like_somebody_who_is_not_there(house, planted):
    """The same status, words and number of questions at every address that takes a person."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    sign_in(client, house.holder)
    different = []
    for address in addresses():
        if _apart(address) or address.need is None or not may("officer", address.need.write):
            continue
        for url in urls(address.pattern, planted, house.office):
            # The first settles what a step does once, such as signing on; a page that differs between two who are not
            # there (it tells of the look before) is compared by status and number of questions alone.
            asked = (uuid7(), uuid7(), planted.sealed.pk, uuid7())
            told = [_answer(client, house, url, planted, who) for who in asked]
            parts = 3 if told[1][2] == told[3][2] else 2
            if told[2][:parts] != told[3][:parts]:
                different.append((url, told[2][:2], told[3][:2]))
    assert different == []


def test_whoever_is_sealed_takes_the_time_of_somebody_who_is_not_there(house, planted):
    """The processor's time of a look that opens nothing, the best of many, alternating: no further apart than noise."""
    by, now = actor_of(house.holder), timezone.now()
    nobody = uuid7()
    times: dict[bool, list[float]] = {True: [], False: []}
    with stations.scope(house.office.pk):
        for turn in range(120):
            who = planted.sealed.pk if turn % 2 else nobody
            start = time.process_time()
            with pytest.raises(Absent):
                looks.look_person(planted.open, [who], ["name"], by=by, at=now)
            times[bool(turn % 2)].append(time.process_time() - start)
    sealed, absent = (min(took) for took in (times[True], times[False]))
    assert abs(sealed - absent) < 0.35 * max(sealed, absent), (sealed, absent)


def _answer(client, house, url, planted, who):
    """Status, number of questions and words of an answer about one id; the id, keys and instants taken out."""
    sign_in(client, house.holder)
    _open_again(house, planted)
    Tries.objects.all().delete()
    url = url.replace(str(planted.person.pk), str(who))
    told = {"person": str(who), "query": "x", "key": str(uuid7())}
    connection.queries_log.clear()  # it holds nine thousand and then counts no more
    with CaptureQueriesContext(connection) as asked:
        response = client.post(url, told)
    body = "" if response.streaming else response.content.decode("utf-8", "replace").replace(str(who), "")
    words = re.sub(r"<[^>]+>|\d\d:\d\d(:\d\d)?|[0-9a-f]{8}-[0-9a-f-]{27}", "", body)
    return response.status_code, len(asked), " ".join(words.split())
