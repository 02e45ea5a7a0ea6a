"""An auxiliary takes the shift along, works without a network, comes back, and everything is at the office once."""

# ruff: noqa: E501  scripts for the page stay in one line each
import json
import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.support.browser import PHONE, violations

pytestmark = pytest.mark.journey
SECRET = "Bicycles block the stairwell on floor"
TASKS = """
import json
from django.utils import timezone
from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.models import Account
from koban.kernel.access.testing import actor_of
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters.places import Place
lamp, aux, at = Station.objects.get(code="lamp"), Account.objects.get(username="aux1"), timezone.now()
with stations.scope(lamp.pk):
    for code in ("noise", "facility", "suspicious"):
        report = Report(code, "phone", f"to look at: {code}", Place("", None, 24.94, 60.17))
        actions.take(report, by=actor_of(aux), at=at, station=lamp)
"""
KEPT = """
import json
from koban.desk.field.models import Entry, Awaited
from koban.duties.incidents.models import SceneEntry
from koban.kernel import stations
from koban.kernel.files.models import Attachment
with stations.everywhere("what came in"):
    lines = sorted(SceneEntry.objects.exclude(text="").values_list("text", flat=True))
    print(json.dumps([lines, Attachment.objects.count(), Entry.objects.count(), Awaited.objects.filter(attachment_id=None).count()]))
"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found;
}"""
STORED = """async () => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open("koban-field", 1); asked.onsuccess = () => resolve(asked.result); });
  let text = "";
  for (const table of ["shift", "outbox", "blobs"]) {
    const rows = await new Promise((resolve) => { const asked = base.transaction(table).objectStore(table).getAll(); asked.onsuccess = () => resolve(asked.result); });
    for (const row of rows) text += JSON.stringify(Object.keys(row)) + new TextDecoder().decode(row.data);
  }
  return text;
}"""
KEY = """async () => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open("koban-field", 1); asked.onsuccess = () => resolve(asked.result); });
  const row = await new Promise((resolve) => { const asked = base.transaction("keys").objectStore("keys").get("shift"); asked.onsuccess = () => resolve(asked.result); });
  return row ? row.key.extractable : null;
}"""


def picture(colour: int) -> FilePayload:
    held = BytesIO()
    Image.effect_noise((640, 480), colour).convert("RGB").save(held, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


@pytest.fixture
def phone(town, browser):
    """A phone in which aux1 is signed in, with the app open and kept by its service worker."""
    office, sessions = town
    office.koban("manage", "shell", "--no-imports", "-c", TASKS)
    context = browser.new_context(
        viewport=PHONE,
        locale="en",
        has_touch=True,
        is_mobile=True,
        bypass_csp=True,
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "koban_session", "value": sessions["aux1"], "url": office.url}])
    page = context.new_page()
    page.goto(f"{office.url}/field/")
    page.get_by_role("button", name="Take it along").click()
    expect(page.locator(".slip")).to_have_count(3)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.keys().then((names) => names.length > 0)")
    yield page
    context.close()


def look_at(page: Page, number: int) -> None:
    """Open a task, write what was seen, and photograph it."""
    page.locator(".tabs a").first.click()
    page.locator(".slip a").nth(number).click()
    page.get_by_role("link", name="Scene log").click()
    page.get_by_label("Write it down").fill(f"{SECRET} {number}")
    page.locator("input[type=file]").set_input_files(picture(40 + number))
    expect(page.locator(".thumbs li")).to_have_count(1)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("waits for a network")).to_be_visible()


def test_a_shift_without_a_network_is_at_the_office_once_when_it_comes_back(phone, town):
    office, _sessions = town
    assert violations(phone) == []
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator(".slip")).to_have_count(3)
    for number in range(3):
        look_at(phone, number)
    phone.reload()
    expect(phone.get_by_text("3 not sent yet").first).to_be_visible()

    assert [path for path in phone.evaluate(CACHED) if path.startswith("/api/")] == []
    stored = phone.evaluate(STORED)
    assert len(stored) > 10_000
    assert not re.search(r"Bicycles|to look at|Noise|JFIF", stored)
    assert phone.evaluate(KEY) is False

    phone.context.set_offline(False)
    phone.goto(f"{office.url}/field/#/shift")
    expect(phone.get_by_text("Everything is sent").first).to_be_visible(timeout=60_000)
    assert violations(phone) == []
    kept = json.loads(office.koban("manage", "shell", "--no-imports", "-c", KEPT).stdout)
    assert kept == [[f"{SECRET} {number}" for number in range(3)], 3, 3, 0]

    phone.get_by_role("button", name="End the shift").click()
    phone.locator("dialog").get_by_role("button", name="End the shift").click()
    expect(phone.get_by_role("button", name="Take it along")).to_be_visible()
    assert phone.evaluate(KEY) is None
    assert phone.evaluate(STORED) == ""
