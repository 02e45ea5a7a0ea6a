"""A landlord registers a new tenant by telephone in less than a minute, and an officer confirms it with one click."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from koban.lib.identity import check_digit
from tests.support.browser import PHONE

pytestmark = pytest.mark.journey
# The keystroke-level model (Card, Moran and Newell 1980), with the slower hand of a telephone: half a second a
# letter, 1.1 s a tap, and 1.35 s of thought before each.
LETTER_S, TAP_S, THOUGHT_S, ALLOWED_S = 0.5, 1.1, 1.35, 60
LANDLORD = """
import json
from django.utils import timezone
from koban.duties.lettings import actions, papers
from koban.kernel import stations
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.rentals import queries as lets
from koban.registers.residents import actions as residents

lamp, at, made = Station.objects.get(code="lamp"), timezone.now(), []
by = Actor("resident", lamp.pk, label="resident")
with stations.scope(lamp.pk):
    for number in (1, 2):
        street = Street(name=f"灯湖路{number}段", name_en=f"Lake Road {number}")
        home = Address(
            street=street, door="1", label=f"灯湖路{number}段1号", label_en=f"Lake Road {number}, 1", lon=24.94, lat=60.17
        )
        premises.enter([street, premises.prepared(home)], by=SYSTEM, at=at)
        person = residents.enter([residents.Entry("钱多多")], by=SYSTEM, at=at)[0]
        actions.file_unit(person.pk, home, "whole", by=by, at=at, station=lamp)
        actions.sign_letter(
            lets.landlord_of(person.pk), "zh-hans", version=papers.newest().version, by=by, at=at, station=lamp
        )
        made.append(residents.give_key(person, by=SYSTEM, at=at))
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def keys(town) -> dict[str, list[str]]:
    """A landlord with one let unit for each language: number and secret of the own pages."""
    office, _sessions = town
    made = json.loads(office.koban("manage", "shell", "--no-imports", "-c", LANDLORD).stdout)
    return dict(zip(("en", "zh-CN"), made, strict=True))


class Thumb:
    """Counts what a hand does on a telephone."""

    def __init__(self) -> None:
        self.taps, self.letters, self.fields = 0, 0, 0

    def taps_on(self, what) -> None:
        self.taps += 1
        what.click()

    def types(self, field, words: str) -> None:
        self.fields += 1
        self.letters += len(words)
        self.taps_on(field)
        field.press_sequentially(words)

    @property
    def seconds(self) -> float:
        return self.letters * LETTER_S + self.taps * (TAP_S + THOUGHT_S)


def document(order: int) -> str:
    """The number of a document of somebody who is not there: no division has this code."""
    seventeen = f"33999919900101{order:03d}"
    return seventeen + check_digit(seventeen)


def enters(visitor, number: str, secret: str) -> None:
    visitor.goes("/o/lamp/me/enter/")
    visitor.page.locator("#id_number").fill(number)
    visitor.page.locator("#id_secret").fill(secret)
    visitor.page.locator("form[method=post] .btn-primary").click()
    visitor.page.wait_for_url("**/o/lamp/me/")


@pytest.mark.parametrize("language, name", [("en", "Wu Ming"), ("zh-CN", "吴名")])
def test_a_new_tenant_is_registered_in_a_minute_and_confirmed_with_one_click(enter, keys, language, name):
    landlord = enter(language=language, size=PHONE)
    enters(landlord, *keys[language])
    thumb, began = Thumb(), time.monotonic()
    thumb.taps_on(landlord.page.locator("a[href$='/me/lettings/']").first)
    landlord.finds_it_fit("lettings")
    thumb.taps_on(landlord.link("New tenant"))
    thumb.types(landlord.page.locator("#id_name"), name)
    thumb.types(landlord.page.locator("#id_id_number"), document(1 if language == "en" else 3))
    expect(landlord.page.locator(".identity-said.is-right")).to_be_visible()
    landlord.finds_it_fit("new tenant")
    thumb.taps_on(landlord.button("Register", "a tenant"))
    expect(landlord.page.locator(".tenants")).to_contain_text(name)
    assert time.monotonic() - began < ALLOWED_S
    assert (thumb.fields, thumb.taps) == (2, 5)
    assert thumb.seconds < ALLOWED_S, thumb.seconds
    landlord.finds_it_fit("tenant registered")

    li = enter("li", language=language)
    li.goes("/desk/permits/waiting/")
    li.finds_it_fit("waiting registrations")
    row = li.page.locator(
        "tr", has_text=re.compile("Lake Road 1|灯湖路1段" if language == "en" else "Lake Road 2|灯湖路2段")
    )
    row.get_by_role("button").click()  # the one click
    expect(row).to_have_count(0)

    landlord.goes("/o/lamp/me/lettings/")
    expect(landlord.page.locator(".tenants")).to_contain_text(landlord.says("registered"))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_end_of_a_letting_is_two_taps(enter, keys, language):
    """After the first journey, on the same list."""
    landlord = enter(language=language, size=PHONE)
    enters(landlord, *keys[language])
    landlord.goes("/o/lamp/me/lettings/")
    landlord.link("Moved out").first.click()
    landlord.finds_it_fit("moved out")
    landlord.button("Yes, moved out").click()
    expect(landlord.page.locator(".let-unit .tenants")).to_have_count(0)
