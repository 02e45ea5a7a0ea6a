"""The board as somebody at the desk meets it: a real server, a real browser, reports from another process."""

import pytest
from playwright.sync_api import Browser, Page, expect

from koban.desk.tests.test_stream_survives import SETUP, another_process, take
from tests.support import browser as browsers
from tests.support.office import Office

TOP = "document.querySelector('.is-here').getBoundingClientRect().top"


def board_of(browser: Browser, office: Office, session: str, **more: object) -> Page:
    window = browsers.window(browser, **more)  # type: ignore[arg-type]
    window.add_cookies([{"name": "koban_session", "value": session, "url": office.url}])
    page = window.new_page()
    page.goto(f"{office.url}/desk/board/")
    expect(page.locator("[data-live-words]")).to_have_text("Live")
    return page


@pytest.mark.journey
def test_an_urgent_report_flies_in_rings_and_moves_nothing(office: Office, browser: Browser) -> None:
    (session,) = another_process(office, SETUP)
    take(office, *["noise"] * 8)
    with office:
        page = board_of(browser, office, session)
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        before = page.evaluate(TOP)
        (number,) = take(office, "fire")
        expect(page.locator(f"[data-number='{number}']")).to_be_attached()
        expect(page.locator("[data-alarm-words]")).to_contain_text("Urgent: Fire or smoke")
        expect(page.locator("[data-said]")).to_contain_text("New: Fire or smoke")
        expect(page.locator("[data-tab-count=waiting]")).to_have_text("9")
        assert page.title().startswith("(1) Urgent")
        assert abs(page.evaluate(TOP) - before) < 2
        assert browsers.violations(page) == []
        page.keyboard.press("s")
        expect(page.locator("[data-alarm]")).to_be_hidden()
        assert page.title() == "Board · Koban"


@pytest.mark.journey
def test_filters_act_at_once_and_stand_in_the_address(office: Office, browser: Browser) -> None:
    (session,) = another_process(office, SETUP)
    take(office, "noise")
    with office:
        page = board_of(browser, office, session, size=browsers.PHONE)
        page.locator("[data-set-lane=way]").click()
        expect(page.locator("[data-slip]")).to_be_hidden()
        assert page.url.endswith("?lane=way")
        page.reload()
        expect(page.locator("[data-slip]")).to_be_hidden()
        page.locator("[data-set-lane='']").click()
        expect(page.locator("[data-slip]")).to_be_visible()
        assert browsers.violations(page) == []
