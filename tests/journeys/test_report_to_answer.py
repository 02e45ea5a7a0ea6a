"""From a resident's report to an answered one: resident, board, dispatch, scene, answer, resident."""

import re

import pytest
from playwright.sync_api import expect

from koban.duties.incidents.types import CATALOGUE
from tests.journeys.people import CODES, Visitor
from tests.support.browser import DESK, PHONE

pytestmark = pytest.mark.journey
STORY = "Somebody has been drilling since five in the morning."
ANSWER = "We spoke with the builders; they begin at eight from now on."


def names(code: str, visitor: Visitor) -> str:
    return CATALOGUE[code].name.said(CODES[visitor.language])


def reports(resident: Visitor, code: str = "noise") -> tuple[str, str]:
    """Through the public form; returns number and secret."""
    resident.goes("/o/lamp/")
    resident.finds_it_fit("public start")
    resident.page.locator("a.door-main").first.click()
    resident.finds_it_fit("report what")
    resident.page.get_by_role("button", name=names(code, resident)).first.click()
    resident.finds_it_fit("report ask")
    resident.button("Next", "step").click()
    resident.field("What happened, or what do you need?").fill(STORY)
    resident.page.locator("[name=place]").fill("Lamp Lane 7")
    resident.page.get_by_label(resident.says("Call me")).check()
    resident.page.locator("[name=phone]").fill("139 0000 0000")
    resident.finds_it_fit("report tell")
    resident.button("Next", "step").click()
    expect(resident.page.get_by_text(STORY)).to_be_visible()
    resident.finds_it_fit("report check")
    resident.button("Send").click()
    number = resident.page.locator(".receipt-number").inner_text()
    secret = resident.page.locator(".receipt-secret").inner_text()
    resident.finds_it_fit("receipt")
    return number, secret


def sends_aux1(li: Visitor, number: str) -> None:
    """From the board, where the report came in by itself."""
    slip = li.page.locator(f"[data-number='{number}']")
    expect(slip).to_have_attribute("data-lane", "waiting")  # nobody loaded the board anew
    expect(slip).to_contain_text(names("noise", li))
    li.finds_it_fit("board with a report")
    slip.get_by_role("link", name=li.says("Send…")).click()
    li.page.get_by_label("aux1").check()
    li.finds_it_fit("send")
    li.button("Send").click()
    stands(li, number, "way")


def stands(li: Visitor, number: str, lane: str) -> None:
    """On the open board, without anybody loading it."""
    expect(li.page.locator(f"[data-number='{number}']")).to_have_attribute("data-lane", lane)


def attends(aux1: Visitor, detail: str, li: Visitor, number: str) -> None:
    aux1.goes("/desk/")
    aux1.finds_it_fit("today")
    aux1.goes(detail)
    expect(aux1.page.get_by_text(STORY)).to_be_visible()
    aux1.finds_it_fit("incident")
    aux1.button("Open contact").click()
    expect(aux1.page.get_by_text("139")).to_be_visible()
    aux1.finds_it_fit("contact")
    aux1.goes(detail)
    aux1.button("I am there").click()
    stands(li, number, "scene")
    aux1.link("Scene log").first.click()
    aux1.page.locator("textarea[name=text]").fill("Two builders with a drill; no danger.")
    aux1.finds_it_fit("scene log")
    aux1.button("Scene log").click()
    expect(aux1.page.get_by_text("Two builders with a drill")).to_be_visible()
    aux1.button("I am free again").click()
    stands(li, number, "hand")


def answers(li: Visitor, detail: str) -> None:
    li.goes(detail)
    li.link("Answer the resident").first.click()
    li.page.locator("textarea[name=text]").fill(ANSWER)
    li.finds_it_fit("answer")
    li.button("Answer the resident").click()
    expect(li.page).to_have_url(re.compile(re.escape(detail)))
    expect(li.page.get_by_text(ANSWER)).to_be_visible()
    li.finds_it_fit("answered incident")


def sees_nothing(neighbour: Visitor, detail: str, number: str) -> None:
    """Neither on the board that was open all the time, nor at its address, nor in any list."""
    expect(neighbour.page.locator("[data-slip]")).to_have_count(0)
    assert neighbour.page.goto(detail).status == 404
    for path in ("/desk/matters/", "/desk/incidents/", "/desk/"):
        neighbour.goes(path)
        expect(neighbour.page.get_by_text(number)).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_report_is_seen_at_once_attended_and_answered_and_the_neighbour_sees_none_of_it(
    enter, language, size
):
    li, wang = (enter(name, language=language, size=size) for name in ("li", "wang"))
    for officer in (li, wang):
        officer.goes("/desk/board/")
    li.finds_it_fit("board")
    resident = enter(language=language, size=size)
    number, _secret = reports(resident)
    year, count = number.split("-")
    detail = f"/desk/incidents/{year}/{int(count)}/"

    sends_aux1(li, number)
    attends(enter("aux1", language=language, size=size), detail, li, number)
    answers(li, detail)
    resident.button("Follow it now").click()
    expect(resident.page.get_by_text(ANSWER)).to_be_visible()
    expect(resident.page.locator("#looks")).to_contain_text("aux1")  # who looked at the number, and when
    resident.finds_it_fit("follow")
    sees_nothing(wang, detail, number)


def test_a_receipt_opens_the_report_on_another_device_and_a_wrong_secret_opens_nothing(enter):
    number, secret = reports(enter())
    other = enter(size=PHONE)
    other.goes("/o/lamp/follow/")
    other.page.locator("[name=number]").fill(number)
    other.page.locator("[name=secret]").fill("0000-0000-0000")
    other.page.locator("main form button").first.click()
    expect(other.page.get_by_text(STORY)).to_have_count(0)
    other.page.locator("[name=number]").fill(number)
    other.page.locator("[name=secret]").fill(secret)
    other.page.locator("main form button").first.click()
    expect(other.page.get_by_role("heading", name=number)).to_be_visible()
    other.field("Write to us").or_(other.page.locator("#write textarea")).first.fill(
        "It is quiet now. Thank you."
    )
    other.page.locator("#write").get_by_role("button").click()
    expect(other.page.get_by_text("It is quiet now.")).to_be_visible()
    other.finds_it_fit("follow by hand")


def test_the_public_form_works_without_scripts(enter):
    resident = enter(scripts=False, size=PHONE)
    page = resident.page
    resident.goes("/o/lamp/report/")
    page.locator("#words").fill("drilling noise at night")
    resident.button("Find what fits").click()
    page.get_by_role("button", name=names("noise", resident)).first.click()
    resident.button("Next", "step").click()
    resident.field("What happened, or what do you need?").fill(STORY)
    resident.button("Next", "step").click()
    expect(page.get_by_text("Write where it is, or show it on the map.", exact=True)).to_be_visible()
    expect(resident.field("What happened, or what do you need?")).to_have_value(
        re.compile("drilling since five")
    )
    page.locator("[name=place]").fill("Lamp Lane 7")
    page.get_by_label("Only here, with my receipt").check()
    resident.button("Next", "step").click()
    resident.button("Send").click()
    expect(page.locator(".receipt-secret")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
