"""A permit from the application over missing papers to a certificate that somebody else verifies."""

import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import expect

from koban.duties.permits.tests.made import number
from tests.journeys.people import Visitor
from tests.support.browser import DESK, PHONE

pytestmark = pytest.mark.journey
HOME = "灯湖路 12 号"
LEASE: Any = {"name": "lease.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def who(resident: Visitor, order: int) -> None:
    resident.page.locator("[name=p0-name]").fill("钱小七")
    resident.page.locator("[name=p0-id_number]").fill(number(order=order))


def applies(resident: Visitor, order: int) -> tuple[str, str]:
    """On the public page; returns number and secret."""
    resident.goes("/o/lamp/living/")
    resident.finds_it_fit("living here")
    resident.page.locator("a.door-main").nth(1).click()
    who(resident, order)
    resident.page.locator("[name=p0-origin]").fill("somewhere else")
    resident.page.locator("[name=ground][value=job]").check()
    resident.page.locator("[name=lives_since_on]").fill("2020-01-01")
    resident.page.locator("[name=place]").fill("Lamp Lane 7")
    resident.finds_it_fit("permit application")
    resident.button("Send").click()
    told = (
        resident.page.locator(".receipt-number").inner_text(),
        resident.page.locator(".receipt-secret").inner_text(),
    )
    resident.finds_it_fit("permit receipt")
    return told


def follows(resident: Visitor) -> None:
    resident.button("Follow it now").click()
    expect(resident.page.locator(".standing")).to_be_visible()


def judges(li: Visitor, keys: tuple[str, ...]) -> None:
    for key in keys:
        li.page.locator(f"[name=is_{key}][value=right]").check()
    li.button("Keep what was looked at").click()


def brings(resident: Visitor) -> None:
    """What the notice names, with the receipt alone."""
    resident.page.reload()
    expect(resident.page.get_by_text(resident.says("Still needed: the list is complete"))).to_be_visible()
    resident.finds_it_fit("papers are missing")
    resident.link("Bring papers").click()
    resident.page.locator("[name=file_address]").set_input_files(LEASE)
    resident.page.locator("[name=file_job]").set_input_files(LEASE)
    resident.finds_it_fit("bring papers")
    resident.button("Send the papers").click()
    expect(resident.page.locator(".standing")).to_be_visible()


def makes(li: Visitor) -> bytes:
    """Both papers are right: accepted, taken in hand, printed. Returns the paper."""
    judges(li, ("address", "job"))
    li.button("Accept").click()
    li.finds_it_fit("accepted application")
    li.button("Take in hand").click()
    li.button("Make the permit").click()
    paper = li.link("Print the paper").get_attribute("href")
    li.finds_it_fit("made permit")
    pdf = li.context.request.get(paper or "")
    assert pdf.ok
    li.button("It was handed out").click()
    expect(li.page.get_by_text(re.compile(r"P-\d{4}-\d{6}")).first).to_be_visible()
    return pdf.body()


def verified(stranger: Visitor, pdf: bytes) -> None:
    """Somebody else checks the code of the paper on the public page, and learns the name and the number alone."""
    stranger.goes("/verify/")
    stranger.page.locator("[name=paper]").fill(token_in(pdf))
    stranger.button("Check").click()
    expect(
        stranger.page.get_by_text(stranger.says("This residence permit can be used today."))
    ).to_be_visible()
    expect(stranger.page.get_by_text("钱小七")).to_be_visible()
    expect(stranger.page.get_by_text("somewhere else")).to_have_count(0)
    stranger.finds_it_fit("verified permit")


def token_in(pdf: bytes) -> str:
    """The credential that the paper carries as a file."""
    with pikepdf.open(BytesIO(pdf)) as paper:
        (carried,) = paper.attachments.values()
        return carried.get_file().read_bytes().decode()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_permit_from_the_application_over_missing_papers_to_a_verified_certificate(enter, language, size):
    order = 100 + 2 * (language == "en") + (size == PHONE)
    resident, li = enter(language=language, size=size), enter("li", language=language, size=size)
    printed, _secret = applies(resident, order)
    follows(resident)
    year, count = printed.split("-")
    li.goes("/desk/permits/")
    li.finds_it_fit("permits list")
    li.goes(f"/desk/permits/{year}/{int(count)}/")
    expect(li.page.get_by_text("钱小七")).to_have_count(0)  # no name before a look
    li.finds_it_fit("application")
    judges(li, ("identity", "picture"))
    li.button("Tell what is missing").click()
    brings(resident)
    li.goes(f"/desk/permits/{year}/{int(count)}/")
    verified(enter(language=language, size=size), makes(li))


def test_a_landlord_declares_and_an_officer_confirms_with_one_click(enter):
    landlord, li = enter(size=PHONE), enter("li")
    landlord.goes("/o/lamp/living/register/")
    landlord.page.locator("[name=source][value=landlord]").check()
    who(landlord, 150)
    landlord.page.locator("[name=place]").fill(HOME)
    landlord.page.locator("[name=from_on]").fill("2026-01-02")
    landlord.button("Send").click()
    printed = landlord.page.locator(".receipt-number").inner_text()
    li.goes("/desk/permits/waiting/")
    li.finds_it_fit("waiting")
    li.page.get_by_role("row").filter(has_text=printed).get_by_role("button").click()
    expect(li.page.get_by_text(printed)).to_have_count(0)
