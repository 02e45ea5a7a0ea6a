"""An officer fills in a form in the page, under the house's policy, and the record stands at the desk."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import LAMP
from tests.support.browser import window
from tests.support.office import Office

pytestmark = pytest.mark.journey
SEED = """
import json
from django.test import Client
from django.utils import timezone
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.stations.models import Station
from koban.matters.forms import publishing, xlsforms
lamp, now = Station.objects.get(code="lamp"), timezone.now()
li = make_account("li", role="officer", station=lamp, password="", badge="012345")
en, zh = "label::English (en)", "label::简体中文 (zh)"
survey = [
    {"type": "text", "name": "door", en: "Which door", zh: "门牌号", "required": "yes"},
    {"type": "select_one yes_no", "name": "blocked", en: "Is the way out blocked?", zh: "通道是否被堵?"},
    {"type": "text", "name": "what", en: "What blocks it?", zh: "被什么堵住?", "relevant": "${blocked} = 'yes'"},
    {"type": "begin_repeat", "name": "floor", en: "Floor", zh: "楼层"},
    {"type": "integer", "name": "level", en: "Level", zh: "层数"}, {"type": "end_repeat"},
]
choices = [{"list_name": "yes_no", "name": "yes", en: "Yes", zh: "是"}, {"list_name": "yes_no", "name": "no", en: "No", zh: "否"}]
with stations.scope(lamp.pk):
    by = actor_of(li)
    read = xlsforms.build({"survey": survey, "choices": choices, "settings": [{"form_id": "stairs", "version": "1"}]})
    form = publishing.publish(publishing.add(read, by=by, at=now), by=by, at=now)
client = Client()
sign_in(client, li)
print(json.dumps([str(form.pk), client.cookies["koban_session"].value]))
"""


@pytest.fixture
def page(office: Office, browser: Browser) -> Iterator[tuple[Page, str]]:
    office.koban("manage", "shell", "-c", LAMP)
    form, session = json.loads(office.koban("manage", "shell", "--no-imports", "-c", SEED).stdout)
    office.start()
    with window(browser) as context:
        context.add_cookies([{"name": "koban_session", "value": session, "url": office.url}])
        yield context.new_page(), f"{office.url}/desk/forms/{form}/fill/"


def test_a_form_is_drawn_filled_in_and_sent(page):
    tab, address = page
    broken: list[str] = []
    tab.on("pageerror", lambda error: broken.append(str(error)))
    tab.goto(address)
    expect(tab.locator("[data-form][data-ready=yes]")).to_be_visible()
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("alert")).to_contain_text("missing")
    expect(tab.get_by_text("What blocks it?")).to_be_hidden()
    tab.get_by_label("Which door").fill("Lamp Road 12")
    tab.get_by_label("Which door").press("Tab")
    tab.get_by_label("Yes").check()
    tab.get_by_label("What blocks it?").fill("A bicycle")
    tab.get_by_label("Level").fill("2")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("cell", name="A bicycle")).to_be_visible()
    expect(tab.get_by_role("cell", name="Lamp Road 12")).to_be_visible()
    assert broken == []
