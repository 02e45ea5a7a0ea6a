"""A hazard is found, ordered, repaired with a pair of photographs, verified by another, and opened again by a neighbour."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Geolocation, Page, expect

from tests.journeys.people import Enter, Visitor
from tests.support.browser import PHONE

pytestmark = pytest.mark.journey
SPOT: Geolocation = {"latitude": 60.17, "longitude": 24.94, "accuracy": 6}
WORDS = {
    "en": ("Way out blocked", "Bicycles before the exit", "Clear the exit", "The bicycles are back"),
    "zh-CN": ("堵塞疏散通道", "安全出口堆放自行车", "清空安全出口", "自行车又放回来了"),
}


def picture(color: str) -> bytes:
    file, image = io.BytesIO(), Image.new("RGB", (480, 360), "#b8b2a6")
    ImageDraw.Draw(image).rectangle((160, 80, 320, 340), fill=color, outline="#333", width=6)
    image.save(file, "JPEG")
    return file.getvalue()


def stands_at_the_spot(visitor: Visitor) -> Visitor:
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation(SPOT)
    return visitor


def photograph(page: Page, color: str, heading: int) -> None:
    """Choose a photo; the telephone tells the place, the direction is written by hand."""
    told: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture(color)}
    page.locator("input[type=file]").set_input_files(told)
    expect(page.locator("[name=lon]")).not_to_have_value("")
    page.locator("[name=heading]").fill(str(heading))
    page.locator("form[enctype] button.btn-primary").click()


def press(page: Page, key: str) -> None:
    page.locator(f"form[action$='/{key}/'] button").first.click()


def finds_it(li: Visitor, words: str) -> str:
    """The address of the hazard, which has its first photograph."""
    li.goes("/desk/hazards/new/")
    li.finds_it_fit("hazard new")
    li.page.locator("[name=kind]").select_option("exit")
    li.page.locator("[name=text]").fill(words)
    li.page.locator("[name=place]").fill("灯湖路 12 号")
    li.page.locator("form.form button.btn-primary").click()
    li.page.locator("[data-camera]").wait_for()
    li.finds_it_fit("hazard first photo")
    photograph(li.page, "#a33", 88)
    return re.search(r"/desk/hazards/\d+/\d+/", li.page.url).group(0)


def orders_it(li: Visitor, words: str) -> str:
    """The link that lies in the hand of who must put it right."""
    li.page.locator("form[action$='/order/'] textarea").fill(words)
    press(li.page, "order")
    li.page.locator("a[href*='/orders/']").click()
    li.page.locator("input[value=link]").check()
    li.page.locator("form.form button.btn-primary").click()
    number, secret = (li.page.locator(f".receipt-{part}").inner_text() for part in ("number", "secret"))
    return f"/o/lamp/hazards/order/#{number}.{secret}"


def reads_it(owner: Visitor, link: str, words: str) -> None:
    owner.goes(link)
    owner.page.locator("form[data-receipt] button").click()
    press(owner.page, "received")
    expect(owner.page.locator("main")).to_contain_text(words)
    owner.finds_it_fit("hazard order")


def repairs_it(aux: Visitor, one: str) -> None:
    """The first second photograph looks another way, and is refused."""
    aux.goes(one + "photo/after/")
    photograph(aux.page, "#3a3", 300)
    expect(aux.page.locator("main")).to_contain_text("148")
    aux.finds_it_fit("hazard second photo")
    photograph(aux.page, "#3a3", 92)
    expect(aux.page).to_have_url(re.compile(one + "$"))
    press(aux.page, "verify")
    aux.page.locator(".error, .errors, [role=alert]").first.wait_for()


def says_it_is_not_fixed(neighbour: Visitor, kind: str, words: str) -> None:
    neighbour.goes("/o/lamp/hazards/?q=12")
    neighbour.finds_it_fit("hazards of my house")
    neighbour.page.locator(".hazard-line", has_text=kind).first.click()
    neighbour.finds_it_fit("hazard for neighbours")
    neighbour.page.locator("textarea").fill(words)
    neighbour.page.locator("form.form button.btn-danger").click()
    neighbour.page.locator("form.form").wait_for(state="detached")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_hazard_from_found_to_opened_again(enter: Enter, language: str) -> None:
    kind, found, must, back = WORDS[language]
    li = stands_at_the_spot(enter("li", language=language))
    one = finds_it(li, found)
    expect(li.page.locator("h1")).to_contain_text(kind)
    link = orders_it(li, must)
    reads_it(enter(language=language, size=PHONE), link, must)
    repairs_it(stands_at_the_spot(enter("aux1", language=language, size=PHONE)), one)

    li.goes(one)
    li.finds_it_fit("hazard to verify")
    li.page.locator("[name=restored]").check()
    press(li.page, "verify")
    expect(li.page.locator("form[action$='/still_free/']")).to_be_visible()
    li.finds_it_fit("hazard free again")
    says_it_is_not_fixed(enter(language=language, size=PHONE), kind, back)
    li.goes(one)
    expect(li.page.locator("form[action$='/order/']").first).to_be_visible()
    expect(li.page.locator("main")).to_contain_text(back)
    li.goes("/desk/hazards/")
    li.finds_it_fit("hazards")
