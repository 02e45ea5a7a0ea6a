import pytest
from django.utils import timezone

from koban.desk.search import parsing
from koban.desk.search.parsing import Number, Order
from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import actions, endings
from koban.kernel.access.testing import actor_of


@pytest.mark.parametrize(
    "typed, number",
    [
        ("2026-000123", Number(2026, 123)), ("2026-123", Number(2026, 123)), ("000123", Number(None, 123)),
        (" 7 ", Number(None, 7)), ("2026/123", Number(2026, 123)), ("2026 - 123", Number(2026, 123)),
        ("", None), ("abc", None), ("12a", None), ("26-123", None), ("٧", None), ("1" * 40, None),
    ],
)  # fmt: skip
def test_a_number_as_people_write_it(typed, number):
    assert parsing.number(typed) == number


@pytest.mark.parametrize(
    "typed, order",
    [
        ("send 003 to 2026-000123", Order(("003",), Number(2026, 123))),
        ("Send 002 and 003 to 123", Order(("002", "003"), Number(None, 123))),
        ("send 002, 003 -> 123", Order(("002", "003"), Number(None, 123))),
        ("派003去123", Order(("003",), Number(None, 123))),
        ("派 002、003 到 2026-123", Order(("002", "003"), Number(2026, 123))),
        ("send 003", None), ("send to 123", None), ("003 to 123", None), ("send 003 to the market", None),
    ],
)  # fmt: skip
def test_an_order_in_both_languages(typed, order):
    assert parsing.order(typed) == order


@pytest.mark.parametrize(
    "typed, wish",
    [
        ("new noise", "noise"),
        ("新噪声", "噪声"),
        ("new", ""),
        ("新接报 噪声", "噪声"),
        ("newspaper", None),
        ("noise", None),
    ],
)
def test_a_wish_for_a_new_report(typed, wish):
    assert parsing.wish(typed) == wish


@pytest.fixture
def asked(desk, lake):
    def ask(typed, client=desk):
        return client.get("/desk/commands", {"q": typed}).json()["items"]

    return ask


def titles(items):
    return [item["title"] for item in items]


def test_nothing_typed_offers_the_pages_of_the_role(asked):
    assert {"Today", "Board", "All matters"} <= set(titles(asked("")))


@pytest.mark.parametrize("typed", ["board", "Boa", "看板", "kanban", "kb"])
def test_a_page_is_found_in_both_languages_and_by_pinyin(asked, typed):
    assert "/desk/board/" in [item["url"] for item in asked(typed)]


@pytest.mark.parametrize("typed", ["new noise", "noise", "噪声", "zaosheng", "zs", "新 噪声"])
def test_a_type_is_found_in_both_languages_and_by_pinyin(asked, typed):
    assert "/desk/incidents/new/?code=noise" in [item["url"] for item in asked(typed)]


def test_a_number_opens_its_matter(asked, take):
    take()
    matter = take("theft")
    (item,) = asked(matter.printed)
    assert item["url"] == f"/desk/incidents/{matter.year}/{matter.number}/"
    assert matter.printed in item["title"]


def test_an_order_leads_to_the_form_that_asks_before_it_sends(asked, take, desk):
    matter = take()
    (item,) = asked(f"send 003 to {matter.number}")
    assert item["url"] == f"/desk/board/send/{matter.year}/{matter.number}/?to=003"
    assert desk.get(item["url"]).status_code == 200


def test_an_order_for_what_is_answered_is_not_offered(asked, take, people, lake):
    matter, li = take(), actor_of(people.li)
    actions.handle(matter, by=li, at=timezone.now())
    endings.answer(matter, "Done.", by=li, at=timezone.now(), station=lake)
    assert asked(f"send 003 to {matter.number}") == []


@pytest.mark.parametrize("typed", ["lamp", "灯湖路", "denghu"])
def test_an_address_is_found(asked, address, typed):
    assert "Lamp Lake Road 5" in titles(asked(typed))


def test_another_office_finds_nothing(asked, take, people):
    assert asked(take().printed, browser_of(people.wang)) == []


def test_an_administrator_is_offered_no_matter(asked, take, people):
    assert asked(take().printed, browser_of(people.admin)) == []


@pytest.mark.parametrize("typed", ["", " ", "'", '"', "%", "*", "\\", "x" * 5000, "𠮷", "send  to ", "\x00"])
def test_anything_typed_gets_an_answer(desk, lake, typed):
    assert desk.get("/desk/commands", {"q": typed}).status_code == 200
