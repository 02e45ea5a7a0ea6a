import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.desk.matters import views
from koban.desk.matters.export import harmless
from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import actions
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import reading
from koban.matters.models import Matter
from koban.matters.places import Place

LIST = "/desk/matters/"


def numbers(html):
    return re.findall(r">(\d{4}-\d{6})</a>", html)


def link_to(way, page):
    found = re.search(rf'rel="{way}" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def walked(desk, query="", way="next"):
    """Numbers of every page, going on by the pager's own links."""
    found, address = [], LIST + query
    while address:
        page = desk.get(address).text
        found.append(numbers(page))
        link = link_to(way, page)
        address = LIST + link if link else ""
    return found


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(views, "SIZE", 3)


@pytest.fixture
def eleven(take):
    """Eleven matters of all priorities; some came in the same instant."""
    codes = ["noise", "fire", "theft", "dispute"]
    made = [take(codes[n % 4], minutes=n // 2) for n in range(11)]
    at = timezone.now().replace(microsecond=0)
    Matter.objects.filter(pk__in=[made[3].pk, made[4].pk, made[5].pk]).update(opened_at=at, due_at=at)
    return made


@pytest.mark.parametrize("sort", ["-opened", "opened", "priority", "-priority", "due", "-due"])
def test_every_matter_stands_on_exactly_one_page(desk, small, eleven, sort):
    pages = walked(desk, f"?sort={sort}")
    told = [number for page in pages for number in page]
    assert sorted(told) == sorted(matter.printed for matter in eleven)
    assert [len(page) for page in pages] == [3, 3, 3, 2]


def test_the_way_back_shows_the_same_pages(desk, small, eleven):
    there = walked(desk)
    last = link_to("next", desk.get(LIST).text)
    for _ in range(2):
        last = link_to("next", desk.get(LIST + last).text)
    assert walked(desk, last, "prev") == there[::-1]


@pytest.mark.parametrize(
    "query, shown",
    [
        ("", {"noise", "fire", "theft"}),
        ("?type=fire", {"fire"}),
        ("?priority=1", {"fire"}),
        ("?state=open", {"noise", "fire", "theft"}),
        ("?state=closed", set()),
        ("?state=dispatched", {"theft"}),
        ("?state=late", {"noise"}),
        ("?mine=1", {"theft"}),
        ("?q=denghulu", {"noise", "fire", "theft"}),
        ("?q=灯湖路", {"noise", "fire", "theft"}),
        ("?q=nowhere", set()),
        ("?since=2020-01-01&until=2020-01-02", set()),
        ("?priority=nine&type=moon&since=yesterday&sort=shoe&after=~", {"noise", "fire", "theft"}),
        ("?after=2026-01-01~x&before=9", {"noise", "fire", "theft"}),
    ],
)
def test_filters(desk, people, take, query, shown):
    made = {
        "noise": take("noise", minutes=60),
        "fire": take("fire", minutes=0),
        "theft": take("theft", minutes=1),
    }
    actions.dispatch(made["theft"], [people.li.posts.get()], by=actor_of(people.li), at=timezone.now())
    found = numbers(desk.get(LIST + query).text)
    assert {code for code, matter in made.items() if matter.printed in found} == shown


def test_a_number_is_found_as_it_is_written(desk, take):
    first, second = take(), take()
    for asked in (second.printed, f"{second.year}-{second.number}", str(second.number)):
        assert numbers(desk.get(f"{LIST}?q={asked}").text) == [second.printed]
    assert first.printed not in desk.get(f"{LIST}?q={second.printed}").text


def test_a_wrong_value_is_told_in_a_sentence(desk, lake):
    assert "Enter a valid date." in desk.get(f"{LIST}?since=yesterday").text


def test_an_office_sees_nothing_of_another(people, take):
    take("noise")
    assert numbers(browser_of(people.wang).get(LIST).text) == []


def test_a_page_asks_the_same_few_questions_for_ten_and_for_two_hundred(desk, take):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(LIST).status_code == 200
        return len(captured)

    for _ in range(10):
        take("noise")
    few = asked()
    for _ in range(190):
        take("theft")
    assert asked() == few
    assert few <= 10


class TestExport:
    def rows(self, desk, query="?export=csv"):
        answer = desk.get(LIST + query)
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_the_file_holds_what_the_filters_leave_and_no_words_of_people(self, desk, take):
        take("noise"), take("fire", summary="Wang Xiaoming"), take("fire")
        head, *rows = self.rows(desk, "?type=fire&export=csv")
        assert head == ["Number", "Type", "State", "Priority", "Place", "Opened", "Due", "Closed", "Clause"]
        assert [row[1] for row in rows] == ["Fire or smoke"] * 2 or [row[3] for row in rows] == ["Urgent"] * 2
        assert "Xiaoming" not in str(rows)

    def test_the_file_is_whole_when_it_is_longer_than_one_reading(self, desk, take, monkeypatch):
        monkeypatch.setattr("koban.desk.matters.export.AT_ONCE", 2)
        made = [take("noise", minutes=n).printed for n in range(7)]
        assert [row[0] for row in self.rows(desk)[1:]] == made

    def test_times_are_those_of_the_offices_wall(self, desk, take):
        matter = take("noise")
        local = matter.opened_at + timedelta(hours=8)
        assert self.rows(desk)[1][5] == f"{local:%Y-%m-%d %H:%M:%S}+08:00"

    def test_a_place_that_is_a_formula_is_no_formula_in_the_file(self, desk, take):
        matter = take("noise")
        Matter.objects.filter(pk=matter.pk).update(address=None, place="=HYPERLINK(1)")
        assert self.rows(desk)[1][4] == "'=HYPERLINK(1)"

    def test_an_export_is_in_the_ledger_without_what_was_looked_for(self, desk, take):
        take("noise")
        self.rows(desk, "?type=noise&q=Wang&export=csv")
        page = reading.latest(1)[0]
        assert (page.verb, page.facts) == ("matters.export", {"filter": {"type": "noise"}})


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_a_cell_that_a_spreadsheet_would_compute_becomes_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell, kept", [("2026-000001", "2026-000001"), (None, ""), ("", ""), ("灯湖路", "灯湖路")]
)
def test_other_cells_stay_as_they_are(cell, kept):
    assert harmless(cell) == kept


def test_a_matter_without_an_address_shows_what_was_said(desk, take):
    matter = take("noise")
    Matter.objects.filter(pk=matter.pk).update(address=None, place=Place("behind the market").words)
    assert "behind the market" in desk.get(LIST).text
