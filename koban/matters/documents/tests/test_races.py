"""Two at the same moment: one of them is told no, no number is used twice or skipped, the ledger stays whole."""

from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import connection

from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.documents import actions, deciding, drafting
from koban.matters.documents.certificates import OFFICER_CARD
from koban.matters.documents.models import Certificate, Document, Remark
from koban.matters.documents.tests.conftest import NOON
from tests.together import shared_sqlite, together

PEOPLE = ("li", "wang", "zhao", "qian")


@pytest.fixture
def shared(tmp_path, transactional_db, keys) -> Iterator[None]:
    """A database that threads share: PostgreSQL as it is, SQLite as a file."""
    with nullcontext() if connection.vendor == "postgresql" else shared_sqlite(tmp_path):
        yield


@pytest.fixture
def house(shared) -> Iterator[SimpleNamespace]:
    lamp = Station.objects.create(code="lamp", name="灯湖", kind="office", path="lamp/")
    accounts = [make_account(name, role="officer", station=lamp, password="") for name in PEOPLE]
    with stations.scope(lamp.pk):
        people = {name: actor_of(account) for name, account in zip(PEOPLE, accounts, strict=True)}
        matter = incidents.take(
            Report("noise", "phone", "loud"), by=people["li"], at=NOON, station=lamp
        ).matter
        yield SimpleNamespace(lamp=lamp, matter=matter, **people)


def submitted(house, key="notice"):
    letter = drafting.letter_of(key, "cn")
    values = {"what": "请保持安静。", "until": "3月9日", "words": "请予协助。"}
    told = drafting.proposal(letter, house.lamp, house.matter, language="zh-hans", at=NOON, values=values)
    made = drafting.compose(letter, told, by=house.li, at=NOON, station=house.lamp, matter=house.matter)
    return drafting.submit(made, by=house.li, at=NOON, station=house.lamp) if made.needed else made


def approve(house, paper, name):
    return lambda: deciding.approve(paper, by=getattr(house, name), at=NOON, read=1).state


def issue(house, paper):
    return lambda: deciding.issue(paper, by=house.li, at=NOON, station=house.lamp).reference


def raised(found):
    return [type(one) for one in found if isinstance(one, BaseException)]


def test_of_two_who_approve_at_once_where_one_is_enough_one_is_refused(house):
    paper = submitted(house)
    found = together(house.lamp, approve(house, paper, "wang"), approve(house, paper, "zhao"))
    assert raised(found) == [Refused]
    assert Remark.objects.filter(kind="approve").count() == 1
    assert verify(house.lamp).ok


def test_two_who_approve_at_once_where_two_are_needed_are_both_counted(house):
    paper = submitted(house, "official")
    found = together(house.lamp, approve(house, paper, "wang"), approve(house, paper, "zhao"))
    assert sorted(found) == ["approved", "review"]
    assert verify(house.lamp).ok


def test_one_who_approves_twice_at_once_is_counted_once(house):
    paper = submitted(house, "official")
    found = together(house.lamp, approve(house, paper, "wang"), approve(house, paper, "wang"))
    assert raised(found) == [Refused]
    assert Document.objects.get().state == "review"


def test_of_two_who_sign_at_once_one_is_refused_and_one_number_is_used(house):
    paper = submitted(house)
    approve(house, paper, "wang")()
    found = together(house.lamp, *[issue(house, paper)] * 4)
    assert raised(found) == [Refused] * 3
    assert [one.printed for one in Certificate.objects.all()] == ["2026-000001"]
    assert verify(house.lamp).ok


def test_papers_that_are_issued_at_once_count_without_gap_also_past_one_that_fails(house):
    papers = [submitted(house, "receipt") for _turn in range(8)]
    bad = submitted(house, "receipt")
    Document.objects.filter(pk=bad.pk).update(title="𠮷")
    found = together(house.lamp, *[issue(house, paper) for paper in [*papers[:4], bad, *papers[4:]]])
    assert raised(found) == [Refused]
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9))


def test_certificates_that_are_issued_at_once_have_places_of_their_own_in_the_lists(house):
    def card():
        told = {"position": "Officer", "badge": "1"}
        return actions.issue(
            OFFICER_CARD, told, by=house.li, at=NOON, station=house.lamp
        ).certificate.list_index

    found = together(house.lamp, *[card] * 6)
    assert raised(found) == []
    assert len(set(found)) == 6
