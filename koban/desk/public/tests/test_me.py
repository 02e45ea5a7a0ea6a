"""My pages: a key opens them, to one person, for a while."""

from datetime import UTC, datetime

import pytest

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM
from koban.registers.residents import actions

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def zhang(office):
    with stations.scope(office.pk):
        return actions.enter([actions.Entry("张伟民", "1980-01-01", phone="000-1001")], by=SYSTEM, at=NOON)[0]


@pytest.fixture
def key(office, zhang):
    with stations.scope(office.pk):
        number, secret = actions.give_key(zhang, by=SYSTEM, at=NOON)
    return {"number": number, "secret": secret}


@pytest.fixture
def me(office):
    return f"/o/{office.code}/me/"


def test_a_key_opens_the_own_pages(visitor, me, key):
    assert visitor.get(me).url == f"{me}enter/"
    assert visitor.post(f"{me}enter/", key).url == me
    page = visitor.get(me)
    assert page.status_code == 200
    assert "张" not in page.content.decode().replace("张贴", "")


@pytest.mark.parametrize("change", [{"secret": "7KQ2-M9XA-04TD"}, {"number": "2026-000999"}, {"number": "x"}])
def test_a_wrong_key_is_told_in_the_same_words(visitor, me, key, change):
    answer = visitor.post(f"{me}enter/", key | change)
    assert answer.status_code == 422
    assert visitor.get(me).status_code == 302


def test_small_letters_and_missing_dashes_do_no_harm(visitor, me, key):
    sloppy = key | {"secret": key["secret"].lower().replace("-", " ")}
    assert visitor.post(f"{me}enter/", sloppy).url == me


def test_a_key_that_was_ended_opens_nothing_any_more(visitor, me, key, office, zhang):
    visitor.post(f"{me}enter/", key)
    with stations.scope(office.pk):
        actions.give_key(zhang, by=SYSTEM, at=NOON)
    assert visitor.get(me).status_code == 302
    assert visitor.post(f"{me}enter/", key).status_code == 422


def test_tries_are_counted(visitor, me, key):
    answers = [visitor.post(f"{me}enter/", key | {"secret": "7KQ2-M9XA-04TD"}).status_code for _ in range(11)]
    assert answers[-1] == 429


def test_leaving_closes_the_pages_on_this_device(visitor, me, key):
    visitor.post(f"{me}enter/", key)
    visitor.post(f"{me}leave/")
    assert visitor.get(me).status_code == 302
