from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from koban.desk.search import parsing
from koban.desk.search.parsing import Number, Order
from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import actions, endings
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import SYSTEM
from koban.matters import actions as matters
from koban.matters.documents.models import Document
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Asset, Unit

# PostgreSQL is told before and after each question to go through the index.
MOST_QUERIES = {"sqlite": 25, "postgresql": 70}


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
    assert {"Today", "Board", "New report"} <= set(titles(asked("")))


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


# --- What the search finds --------------------------------------------------------------------------------------


@pytest.fixture
def things(address):
    """A shop and a lamp at the address."""
    by: Any = {"by": SYSTEM, "at": timezone.now()}
    unit = unit_actions.open_unit(
        Unit(name="月桥旅馆", name_en="Moon Inn", kind="hotel", address=address), **by
    )
    lamp = unit_actions.add_asset(Asset(kind="lamp", code="L7", lon=120.15, lat=30.25, address=address), **by)
    return {"unit": unit, "lamp": lamp}


@pytest.mark.parametrize(
    "typed, key", [("moon inn", "unit"), ("yqlg", "unit"), ("月桥", "unit"), ("l7", "lamp")]
)
def test_units_and_assets_are_found(asked, things, typed, key):
    assert str(things[key].pk) in " ".join(item["url"] for item in asked(typed))


def test_the_page_shows_every_kind_without_a_script(desk, things, take, people):
    matter = take()
    matters.hold(matter, actor_of(people.li).post_id, by=actor_of(people.li), at=timezone.now())
    shown = desk.get("/desk/search/", {"q": "lamp"}).content.decode()
    for said in ("Lamp Lake Road 5", "Moon Inn", "L7", "What happened here", matter.printed):
        assert said in shown
    assert matter.printed in desk.get("/desk/search/", {"q": matter.printed}).content.decode()
    assert "Nothing is found" in desk.get("/desk/search/", {"q": "zzzz"}).content.decode()


def test_a_summary_is_searched_only_in_the_matters_in_hand(asked, take, people):
    mine, other = take(summary="A blue bicycle is gone."), take(summary="A blue door is open.")
    matters.hold(mine, actor_of(people.li).post_id, by=actor_of(people.li), at=timezone.now())
    found = [item["title"] for item in asked("blue")]
    assert any(mine.printed in title for title in found)
    assert not any(other.printed in title for title in found)


@pytest.mark.parametrize("typed", ["张三", "zhang san", "000 1234 5678", "11010119900307"])
def test_a_name_leads_to_the_search_inside_a_matter_in_hand(asked, take, people, typed):
    assert asked(typed) == []
    matter = take()
    matters.hold(matter, actor_of(people.li).post_id, by=actor_of(people.li), at=timezone.now())
    item = asked(typed)[-1]
    assert item["title"] == f"Look for a person in {matter.printed}"
    assert item["url"] == f"/desk/incidents/{matter.year}/{matter.number}/#people-{matter.pk}"


def test_nobody_is_led_to_a_person_without_a_matter_in_hand(asked, desk, take, people):
    matter = take()
    matters.hold(matter, actor_of(people.zhao).post_id, by=actor_of(people.li), at=timezone.now())
    assert asked("张三") == []
    shown = desk.get("/desk/search/", {"q": "张三"})
    assert "Nobody is looked for here" in shown.content.decode()
    assert matter.printed not in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"


def test_a_paper_is_found_by_its_number_as_printed(desk, asked, take):
    matter = take()
    told: Any = {
        "pack": "demo",
        "register": "letter",
        "needed": 0,
        "made_at": timezone.now(),
        "made_by": "001",
    }
    one = Document.objects.create(
        letter="reply", title="回复", matter=matter, state="draft", state_since=timezone.now(), **told
    )
    assert f"/desk/papers/{one.pk}/" in [item["url"] for item in asked(matter.printed)]
    assert asked("回复") == []


@pytest.mark.parametrize("many", [1, 30])
def test_no_question_asks_more_for_more(
    desk, things, address, take, people, many, django_assert_max_num_queries
):
    li, at = actor_of(people.li), timezone.now()
    for n in range(many):
        matters.hold(take(summary="moon"), li.post_id, by=li, at=at)
        unit_actions.open_unit(
            Unit(name=f"月桥{n}", name_en=f"Moon {n}", kind="shop", address=address), by=li, at=at
        )
    for typed in ("moon", "1", "lamp lake road 5"):
        desk.get("/desk/commands", {"q": typed})
        with django_assert_max_num_queries(MOST_QUERIES[connection.vendor]):
            desk.get("/desk/commands", {"q": typed})
        with django_assert_max_num_queries(MOST_QUERIES[connection.vendor]):
            desk.get("/desk/search/", {"q": typed})
