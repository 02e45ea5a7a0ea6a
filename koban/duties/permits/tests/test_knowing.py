"""At the desk somebody is looked up first: the look is paged, what the register knows is typed by nobody."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from koban.duties.permits.actions import nights
from koban.duties.permits.models import Application, Declaration, Occupant, Permit
from koban.duties.permits.tests.made import entry, number
from koban.duties.permits.tests.test_pages import application, keyed, person, stay
from koban.kernel.ledger import SYSTEM, reading
from koban.matters.models import Matter, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def zhang(at_desk):
    """Somebody whom the register has, with a home."""
    who = residents.enter([entry(phone="00013800000")], by=at_desk.li, at=timezone.now())[0]
    told: Any = {"kind": "tenant", "from_on": LONG_AGO, "source": "office", "state": "confirmed"}
    residents.move_in(who, at_desk.home, **told, by=at_desk.li, at=timezone.now())
    return who


def at(name, *args):
    return reverse(f"permits:{name}", args=args)


def begun(desk, data, name="new"):
    """The page of what the first question begins, and its matter."""
    page = desk.post(at(name), data, follow=True)
    return page, Matter.objects.get()


def fill(matter):
    return at("fill", matter.year, matter.number)


def pages_of(matter):
    return [(page.verb, page.facts.get("action", "")) for page in reading.of_matter(matter.pk)]


def asked(key="k1", **change):
    return keyed({**stay_empty(), **change}, key)


def stay_empty():
    return {
        "people": "1",
        "source": "landlord",
        "kind": "tenant",
        "place": "",
        "from_on": "",
        "reply_by": "page",
    }


def test_the_first_question_begins_a_matter_in_hand_and_shows_who_is_meant(at_desk, desk, zhang):
    page, matter = begun(desk, asked(look="0", **person()))
    assert page.redirect_chain == [(fill(matter), 307)]
    assert (matter.state, matter.type, matter.holder_id is not None) == ("begun", "registration", True)
    assert f"0:{zhang.pk}" in page.content.decode()
    assert pages_of(matter) == [("permits.open", ""), ("residents.look", "find")]


def test_asked_twice_with_one_key_it_begins_once(at_desk, desk, zhang):
    for _turn in range(2):
        desk.post(at("new"), asked(look="0", **person()))
    assert Matter.objects.count() == 1


def test_whoever_is_chosen_is_typed_by_nobody_and_declared_as_they_are(at_desk, desk, zhang):
    _page, matter = begun(desk, asked(look="0", **person()))
    chosen = desk.post(fill(matter), asked(choose=f"0:{zhang.pk}", **person())).content.decode()
    assert "张三" in chosen
    assert 'value="00013800000"' in chosen  # the telephone is proposed
    assert 'name="p0-name"' not in chosen
    today = timezone.localdate().isoformat()
    data = stay(at_desk, people="0", chosen=str(zhang.pk), from_on=today)
    sent = desk.post(fill(matter), keyed({k: v for k, v in data.items() if k[:3] != "p0-"}, "k3"))
    assert sent.status_code == 200
    matter.refresh_from_db()
    assert (matter.state, bool(matter.receipt), matter.due_at is not None) == ("declared", True, True)
    assert Occupant.objects.get(matter=matter).person_id == zhang.pk
    assert Declaration.objects.get(matter=matter).way == "desk"
    assert register.by_identity("id_card", number()) == zhang


def test_the_rest_of_the_household_stays_as_it_was_typed(at_desk, desk, zhang):
    both = asked(people="2", **person(), **person(1, "李四", 2))
    _page, matter = begun(desk, both | {"look": "0"})
    html = desk.post(fill(matter), both | {"choose": f"0:{zhang.pk}"}).content.decode()
    assert 'name="p0-name" value="李四"' in html
    assert 'name="people" value="1"' in html


@pytest.mark.parametrize(
    "typed, found",
    [
        ({"p0-id_number": number()}, True),
        ({"p0-id_number": number(order=9)}, False),
        ({"p0-name": "张三", "p0-born_on": "1990-01-01"}, True),
        ({"p0-name": "张三", "p0-born_on": "1990-01-02"}, False),
    ],
)
def test_by_the_number_or_by_name_and_birth_date(at_desk, desk, zhang, typed, found):
    page, _matter = begun(desk, asked(look="0", **{"p0-id_kind": "id_card"}, **typed))
    assert (f"0:{zhang.pk}" in page.content.decode()) is found
    assert ("Nobody is found by this" in page.content.decode()) is not found


def test_a_name_alone_finds_nobody(at_desk, desk, zhang):
    page, matter = begun(desk, asked(look="0", **{"p0-name": "张三"}))
    assert "or the name and the birth date" in page.content.decode()
    assert pages_of(matter) == [("permits.open", "")]


def test_who_is_sealed_is_answered_like_who_is_not_there(at_desk, desk, zhang):
    today = timezone.localdate()
    told: Any = {"kind": "protected", "ground": "court", "clause": "CN-PI-1", "from_on": today}
    residents.seal(zhang, **told, until_on=today + timedelta(days=30), by=at_desk.li, at=timezone.now())
    page, matter = begun(desk, asked(look="0", **person()))
    absent = desk.post(fill(matter), asked(look="0", **person(order=9)))
    words = [html.content.decode().count("Nobody is found by this") for html in (page, absent)]
    assert words == [1, 1]
    nobody = desk.post(fill(matter), asked(choose=f"0:{matter.pk}"))
    sealed = desk.post(fill(matter), asked(choose=f"0:{zhang.pk}"))
    assert (nobody.status_code, sealed.status_code) == (404, 404)
    assert said(nobody) == said(sealed)


def said(page):
    """The words of a page."""
    return re.findall(r"<(?:h1|p)[ >].*?</", page.content.decode(), re.DOTALL)


def test_somebody_who_was_not_shown_cannot_be_declared(at_desk, desk, zhang):
    _page, matter = begun(desk, asked(look="0", **person(order=9)))
    data = stay(at_desk, people="0", chosen=str(zhang.pk))
    assert desk.post(fill(matter), keyed(data, "k2")).status_code == 404
    assert Occupant.objects.count() == 0


def test_an_application_takes_person_home_and_since_from_the_register(at_desk, desk, zhang):
    _page, matter = begun(desk, asked(look="0", **person()), "apply_desk")
    html = desk.post(fill(matter), asked(choose=f"0:{zhang.pk}", **person())).content.decode()
    assert str(at_desk.home.pk) in html
    assert 'value="2020-01-01"' in html
    data = {k: v for k, v in application(at_desk).items() if k[:3] != "p0-"} | {"chosen": str(zhang.pk)}
    assert desk.post(fill(matter), keyed(data, "k2")).status_code == 200
    assert Application.objects.get().person_id == zhang.pk
    assert Matter.objects.get().state == "declared"
    assert Party.objects.get(matter=matter).person_id == zhang.pk


def test_what_was_begun_shows_its_own_page_and_is_taken_once(at_desk, desk, zhang):
    _page, matter = begun(desk, asked(look="0", **person()))
    detail = at("detail", matter.year, matter.number)
    assert desk.get(detail).url == fill(matter)
    assert desk.post(fill(matter), keyed(stay(at_desk), "k2")).status_code == 200
    assert desk.get(fill(matter)).url == detail
    assert desk.post(fill(matter), keyed(stay(at_desk), "k3")).status_code == 302


def test_what_nobody_finishes_closes_by_itself_and_stays_closed(at_desk, desk, zhang):
    _page, matter = begun(desk, asked(look="0", **person()))
    now = timezone.now()
    assert nights.drop_begun(datetime(2020, 1, 1, tzinfo=UTC), by=SYSTEM, at=now) == 0
    assert nights.drop_begun(now, by=SYSTEM, at=now) == 1
    matter.refresh_from_db()
    assert (matter.state, matter.is_open) == ("withdrawn", False)
    again = desk.post(at("reopen", matter.year, matter.number), keyed({"reason": "x"}, "k9"))
    assert again.status_code == 422


@pytest.fixture
def permit(at_desk, zhang):
    row = Permit(matter=_done(at_desk), person_id=zhang.pk, ground="job", address=at_desk.home)
    row.year, row.number, row.issued_on = 2026, 1, LONG_AGO
    row.counts_from_on, row.years_done, row.due_on = LONG_AGO, 6, date(2099, 1, 1)
    row.save(force_insert=True)
    return row


def _done(desk):
    from koban.duties.permits.actions import beginning  # noqa: PLC0415

    return beginning.begin("permit", by=desk.li, at=timezone.now(), station=desk.station)


PROXY = {"kin": "relative", "proxy_name": "李四", "cannot_come": "on", "seen": ["identity", "proxy_identity"]}


@pytest.mark.parametrize(
    "change, words",
    [
        ({}, None),
        ({"under_age": "on", "cannot_come": ""}, None),
        ({"proxy_name": ""}, "Write the name of whoever acts"),
        ({"seen": ["identity"]}, "Both identity papers"),
        ({"cannot_come": ""}, "one applies oneself"),
    ],
)
@pytest.mark.parametrize("type", ["change", "replacement", "cancellation"])
def test_who_acts_for_a_holder_at_the_desk_and_on_what_papers(at_desk, desk, permit, type, change, words):
    own = {"place": at_desk.home.label, "ground": "job", "why": "lost"}
    sent = desk.post(at("card_ask", permit.printed, type), keyed({**own, **PROXY, **change, "send": "1"}))
    assert (sent.status_code, words is None or words in sent.content.decode()) == (
        422 if words else 302,
        True,
    )
    if words is None:
        row = Application.objects.get()
        assert (row.is_proxy, row.proxy_clause) == (True, "CN-RES-6")
        facts = next(iter(reading.of_matter(row.matter_id))).facts
        assert (facts["proxy"], facts["seen"]) == ("relative", ["identity", "proxy_identity"])
