"""A notice from draft to file: written by an auxiliary, sent back, written again, signed by an officer, handed over."""

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_report_to_answer import reports
from tests.support.browser import PHONE
from tests.support.office import Office

pytestmark = pytest.mark.journey
WRONG, RIGHT = "Please move the bicycle.", "Please move the bicycle out of the fire lane."


def writes(aux: Visitor, number: str) -> str:
    """From the templates to a draft; returns its address."""
    aux.goes(f"/desk/papers/new/?matter={number}")
    aux.finds_it_fit("templates")
    aux.page.locator("a.choice[href*='/notice/']").click()
    aux.page.locator("[name=field_what]").fill(WRONG)
    aux.page.locator("[name=field_until]").fill("2099-03-20")
    aux.page.locator("[name=recipient]").fill("The owner of the bicycle")
    aux.finds_it_fit("fields of a notice")
    aux.page.locator("main form button.btn-primary").click()
    expect(aux.page.get_by_text(WRONG)).to_be_visible()
    aux.finds_it_fit("draft")
    return aux.page.url


def presses(visitor: Visitor, words: str, context: str = "") -> None:
    """A step of a paper, by its button; the page comes anew."""
    button = visitor.button(words, context)
    with visitor.page.expect_navigation():
        button.click()


def sends_back(li: Visitor, home: str) -> None:
    li.page.goto(home)
    li.page.locator("details.step summary", has_text=li.says("Send back")).click()
    details = li.page.locator("details.step[open]")
    details.locator("textarea, input[type=text]").first.fill("Say from where.")
    li.finds_it_fit("sending back")
    with li.page.expect_navigation():
        details.locator("button").click()


def writes_on(aux: Visitor, home: str) -> None:
    aux.page.goto(home)
    expect(aux.page.get_by_text("Say from where.").first).to_be_visible()
    aux.link("Write on").click()
    text = aux.page.locator("[name=text]")
    text.fill(text.input_value().replace(WRONG, RIGHT))
    aux.finds_it_fit("writing on")
    aux.page.locator("main form button.btn-primary").click()
    expect(aux.page.get_by_text(RIGHT)).to_be_visible()


def test_a_notice_goes_from_draft_to_file_and_nobody_signs_their_own(
    town: tuple[Office, dict[str, str]], enter
) -> None:
    resident, aux, li = enter(size=PHONE), enter("aux1", language="zh-CN"), enter("li")
    number, _secret = reports(resident)
    home = writes(aux, number)
    presses(aux, "Submit for review")
    expect(aux.button("Approve")).to_have_count(0)
    sends_back(li, home)
    writes_on(aux, home)
    presses(aux, "Submit for review")
    li.page.goto(home)
    presses(li, "Approve")
    presses(li, "Sign and issue")
    li.finds_it_fit("issued")
    answer = aux.context.request.get(f"{home}pdf/")
    assert answer.headers["content-type"] == "application/pdf"
    aux.page.goto(home)
    aux.page.locator("[name=way]").select_option("hand")
    aux.finds_it_fit("delivering")
    presses(aux, "Delivered")
    presses(aux, "Receipt confirmed")
    presses(aux, "File")
    aux.finds_it_fit("filed")
    expect(aux.page.get_by_text(aux.says("Filed"), exact=True).first).to_be_visible()
