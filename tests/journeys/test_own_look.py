"""A resident finds a look at their data, disputes it, and reads the answer of an officer who did not look."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.support.browser import DESK, PHONE

pytestmark = pytest.mark.journey
WHY = {"en": "I never met this officer.", "zh-CN": "我不认识这位民警。"}
ANSWER = {"en": "The look belonged to a report in your house.", "zh-CN": "该次查看与您家的一起警情有关。"}
SEEN = """
import json
from django.test import Client
from django.utils import timezone
from koban.kernel import stations
from koban.kernel.access.models import Account
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters.models import Party
from koban.duties.incidents import actions as incidents
from koban.registers.residents import actions as residents
from koban.registers.roster import actions as roster

lamp, at, made = Station.objects.get(code="lamp"), timezone.now(), {}
with stations.scope(lamp.pk):
    chen = make_account("chen", role="officer", station=lamp, password="")
    roster.sign_on(chen.posts.get(), by=actor_of(chen), at=at)
    client, li = Client(), actor_of(Account.objects.get(username="li"))
    sign_in(client, chen)
    for language in ("en", "zh-CN"):
        report = incidents.Report("advice", "walk_in", "A question at the counter")
        matter = incidents.take(report, by=li, at=at, station=lamp).matter
        matters.hold(matter, li.post_id, by=li, at=at)
        person = residents.enter([residents.Entry("钱多多", phone="000-1001")], by=SYSTEM, at=at)[0]
        party = Party(matter=matter, role="involved", person_id=person.pk)
        party.save()
        matters.change(matter, "matters.party", by=li, at=at, rows=[party])
        made[language] = [*residents.give_key(person, by=SYSTEM, at=at), matter.year, matter.number]
print(json.dumps([client.cookies["koban_session"].value, made]))
"""


@pytest.fixture(scope="module")
def seen(town) -> dict[str, list]:
    """For each language a resident of a report that li holds: number and secret of the key, year and number of it."""
    office, sessions = town
    told = office.koban("manage", "shell", "--no-imports", "-c", SEEN).stdout
    sessions["chen"], made = json.loads(told)
    return made


def looks(li: Visitor, year: int, number: int) -> None:
    """The officer opens what the report allows; the values appear in place."""
    li.goes(f"/desk/incidents/{year}/{number}/")
    expect(li.page.get_by_text("钱多多")).to_have_count(0)
    li.page.locator("[id^=people-] li").get_by_role("button").first.click()
    expect(li.page.get_by_text("钱多多")).to_be_visible()
    li.finds_it_fit("opened at the desk")


def enters(resident: Visitor, number: str, secret: str) -> None:
    resident.goes("/o/lamp/me/enter/")
    resident.finds_it_fit("door of the own pages")
    resident.page.locator("#id_number").fill(number)
    resident.page.locator("#id_secret").fill(secret)
    resident.button("Open my pages").click()
    resident.page.wait_for_url("**/o/lamp/me/")
    resident.finds_it_fit("own pages")


def disputes(resident: Visitor) -> str:
    """Finds the look, objects to it, and returns the number of the request."""
    resident.goes("/o/lamp/me/data/")
    expect(resident.page.get_by_text("钱多多")).to_be_visible()
    resident.finds_it_fit("my data")
    resident.goes("/o/lamp/me/looks/")
    line = resident.page.locator("article").filter(has=resident.link("This was not right"))
    expect(line).to_have_count(1)  # the own look at the data above cannot be disputed
    resident.finds_it_fit("who looked")
    line.get_by_role("link").click()
    resident.page.locator("[name=words]").fill(WHY[resident.language])
    resident.finds_it_fit("object to a look")
    resident.button("Send").click()
    resident.page.wait_for_url(re.compile(r"/me/requests/\d+/\d+/"))
    resident.finds_it_fit("objection sent")
    return "/".join(resident.page.url.rstrip("/").split("/")[-2:])


def answers(chen: Visitor, request: str, language: str) -> None:
    """Another officer takes it, opens the words, and answers."""
    chen.goes("/desk/datarights/")
    chen.finds_it_fit("data requests")
    chen.goes(f"/desk/datarights/{request}/")
    expect(chen.page.get_by_text(WHY[language])).to_have_count(0)  # sealed until it is taken and opened
    chen.button("Take in hand").click()
    chen.button("Open the words").click()
    expect(chen.page.get_by_text(WHY[language])).to_be_visible()
    chen.finds_it_fit("objection at the desk")
    form = chen.page.locator(f"form[action$='/desk/datarights/{request}/refuse/']")
    form.locator("[name=reason]").fill(ANSWER[language])
    form.get_by_role("button").last.click()
    expect(chen.page.get_by_text(ANSWER[language]).first).to_be_visible()
    chen.finds_it_fit("answered at the desk")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_resident_finds_a_look_disputes_it_and_reads_the_answer(enter, seen, language):
    number, secret, year, count = seen[language]
    looks(enter("li", language=language, size=DESK), year, count)
    resident = enter(language=language, size=PHONE)
    enters(resident, number, secret)
    request = disputes(resident)
    answers(enter("chen", language=language, size=DESK), request, language)
    resident.goes(f"/o/lamp/me/requests/{request}/")
    expect(resident.page.locator(".is-answer")).to_contain_text(ANSWER[language])
    resident.finds_it_fit("answer read")
    resident.goes("/o/lamp/me/looks/")
    expect(resident.link("Your objection")).to_be_visible()
    resident.page.emulate_media(color_scheme="dark")
    resident.finds_it_fit("look with its objection")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_officer_compares_two_entries_and_takes_a_request_at_the_desk(enter, seen, language):
    """The residents of both reports have one name and one telephone. In the dark light."""
    _number, _secret, year, count = seen[language]
    li = enter("li", language=language)
    li.page.emulate_media(color_scheme="dark")
    li.goes(f"/desk/incidents/{year}/{count}/")
    li.link("There twice?").click()
    li.finds_it_fit("doubles")
    li.button("Open both").first.click()
    expect(li.page.get_by_text("钱多多")).to_have_count(2)
    li.finds_it_fit("both side by side")
    li.goes(f"/desk/incidents/{year}/{count}/")
    li.link("A request about their data").click()
    li.page.locator("[name=person]").first.check()
    li.page.locator("[name=kind][value=explain]").check()
    li.page.locator("[name=shown]").check()
    li.finds_it_fit("request at the desk")
    li.button("Take the request").click()
    li.page.wait_for_url(re.compile(r"/desk/datarights/\d+/\d+/"))
    li.finds_it_fit("request taken")
