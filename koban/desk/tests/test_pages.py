import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.desk.pages import sentences, views
from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import PUBLIC, book, checkpoints, proofs
from koban.matters.models import Matter
from koban.matters.places import Place

LEDGER = "/desk/ledger/"


@pytest.fixture(autouse=True)
def _own_roots(settings, tmp_path):
    settings.KOBAN_ROOTS = tmp_path


def numbers(html):
    return [int(number) for number in re.findall(r'<td data-label="Number" class="number">(\d+)</td>', html)]


def test_pages_stand_newest_first_and_go_on_by_number(desk, take, monkeypatch):
    monkeypatch.setattr(views, "SIZE", 2)
    for _ in range(5):
        take()
    first = desk.get(LEDGER).text
    assert numbers(first) == [4, 3]
    assert numbers(desk.get(f"{LEDGER}?before=3").text) == [2, 1]
    assert numbers(desk.get(f"{LEDGER}?before=1").text) == [0]


@pytest.mark.parametrize("before", ["x", "-1", "", "9" * 30, "٣"])
def test_a_number_that_is_none_shows_the_newest(desk, take, before):
    take()
    assert numbers(desk.get(LEDGER, {"before": before}).text) == [0]


def test_pages_of_one_kind(desk, take, people):
    take()
    book.refusal("incidents.close", by=actor_of(people.zhao), at=timezone.now())
    assert numbers(desk.get(f"{LEDGER}?about=access.").text) == [1]
    assert numbers(desk.get(f"{LEDGER}?about=nothing").text) == [1, 0]


def test_a_page_says_what_was_done_in_words(desk, take):
    take()
    page = desk.get(LEDGER).text
    assert "The report was taken" in page
    assert "incidents.open" in page  # as written, for whoever checks it


def test_a_page_in_chinese_shows_no_key(people, take):
    take()
    page = browser_of(people.li, language="zh-hans").get(LEDGER).text
    shown = re.sub(r"<code.*?</code>", "", page[page.index('id="pages"') :])
    assert "来自外部" in shown
    assert "来源渠道" in shown
    for key in ("incidents.open", "public", "channel", "priority", "report"):
        assert key not in shown


@pytest.mark.parametrize("verb, said", [("roster.sign_on", "Signed on"), ("nobody.knows", "nobody.knows")])
def test_a_verb_without_words_stands_for_itself(verb, said):
    assert sentences.sentence(verb, {}) == said


def test_an_office_reads_its_own_ledger_and_a_chief_those_below(people, take, tree):
    take()
    assert numbers(browser_of(people.wang).get(LEDGER).text) == []
    assert numbers(browser_of(people.chief).get(f"{LEDGER}?station=lake").text) == [0]
    assert numbers(browser_of(people.li).get(f"{LEDGER}?station=hill").text) == [0]


@pytest.mark.parametrize(
    "who, status", [("li", 200), ("zhao", 403), ("chief", 200), ("inspector", 200), ("admin", 403)]
)
def test_who_reads_the_ledger(people, lake, who, status):
    assert browser_of(getattr(people, who)).get(LEDGER).status_code == status


def test_a_proof_is_there_once_a_root_is_signed_and_it_holds(desk, take, lake):
    take()
    assert desk.get(f"{LEDGER}0/proof.json").status_code == 404
    with stations.outside():
        checkpoints.sign_root(lake, at=timezone.now())
    answer = desk.get(f"{LEDGER}0/proof.json")
    assert proofs.holds(answer.json())
    assert "The signed note" in desk.get(LEDGER).text


@pytest.mark.parametrize("way", ["another office", "no such page"])
def test_no_proof_of_what_one_cannot_read(people, desk, take, lake, way):
    take()
    with stations.outside():
        checkpoints.sign_root(lake, at=timezone.now())
    asked = (
        browser_of(people.wang).get(f"{LEDGER}0/proof.json")
        if way == "another office"
        else desk.get(f"{LEDGER}7/proof.json")
    )
    assert asked.status_code == 404


@pytest.fixture
def told(lake):
    """A report in an office in which nothing was ever written without a page."""
    report = Report("noise", "public", "…", Place("behind the market"))
    return actions.take(report, by=PUBLIC, at=timezone.now(), station=lake).matter


def test_the_check_says_that_the_ledger_holds(desk, told):
    page = desk.post(f"{LEDGER}check/", {"key": str(uuid4())}, follow=True).text
    assert "The ledger holds: 1 pages" in page


def test_the_check_names_what_was_changed_behind_its_back(desk, told):
    Matter.objects.filter(pk=told.pk).update(priority=1)
    page = desk.post(f"{LEDGER}check/", {"key": str(uuid4())}, follow=True).text
    assert "does not hold" in page
    assert "was changed behind" in page


def test_a_long_ledger_is_checked_on_the_machine(desk, take, monkeypatch):
    monkeypatch.setattr(views, "CHECKED_HERE", 0)
    take()
    assert "koban verify" in desk.post(f"{LEDGER}check/", {"key": str(uuid4())}, follow=True).text


def test_the_page_asks_the_same_few_questions_for_few_and_for_many(desk, take):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(LEDGER).status_code == 200
        return len(captured)

    take()
    few = asked()
    for _ in range(60):
        take()
    assert asked() == few
    assert few <= 10
