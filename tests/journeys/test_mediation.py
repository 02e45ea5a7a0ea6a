"""From a noise complaint over referral, two sessions, agreement and a missed instalment to the path that opens again."""

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_report_to_answer import reports
from tests.support.browser import PHONE
from tests.support.office import Office

pytestmark = pytest.mark.journey
TERMS = "300 are paid in two halves; the drill rests after eight."
CONTENT = (
    "body",
    "mediator",
    "others",
    "happened",
    "place",
    "people",
    "cause",
    "course",
    "circumstances",
    "result",
    "terms",
)
FIRST, SECOND = "2099-03-20", "2099-04-20"
# The work of the night, as it runs on the day after the first instalment was missed.
NIGHT = """
from datetime import UTC, datetime
from koban.duties.mediation import tasks
from koban.kernel import stations
from koban.kernel.stations.models import Station
station = Station.objects.get(code="lamp")
with stations.scope(station.pk):
    tasks.morning_of(station, datetime(2099, 3, 21, 4, tzinfo=UTC))
"""


def refers(li: Visitor, number: str) -> str:
    """From the page of the report to a mediation; returns its address."""
    year, count = number.split("-")
    li.goes(f"/desk/incidents/{year}/{int(count)}/")
    li.link("Refer to another duty").click()
    li.page.locator("[name=to][value=mediation]").check()
    li.page.locator("[name=reason]").fill("Third time this month; both neighbours want peace.")
    li.finds_it_fit("refer to mediation")
    li.button("Refer it").click()
    li.page.wait_for_url("**/desk/mediation/**")
    return li.page.url


def fills(li: Visitor, home: str, step: str, ticks: tuple[str, ...] = (), **told: str) -> None:
    """One step by its page; ends on the mediation again."""
    li.page.goto(f"{home}{step}/")
    for name, value in told.items():
        field = li.page.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for name in ticks:
        li.page.locator(f"[name={name}]").check()
    li.finds_it_fit(f"mediation {step}".replace("/", " "))
    li.page.locator("main form button.btn-primary").click()
    li.page.wait_for_url(home)


def names(li: Visitor, home: str) -> None:
    fills(li, home, "side/a/who", name="Sun", phone="000 1390")
    fills(li, home, "side/b/who", ticks=("acted",), name="Zhu")


def opens_own_page(resident: Visitor, li: Visitor, home: str, letter: str) -> None:
    """With the receipt that the office gives to this side."""
    li.page.goto(home)
    card = li.page.locator(".split-even .card").nth("ab".index(letter))
    card.get_by_role("button", name=li.says("Receipt")).click()
    number, secret = (li.page.locator(f".receipt-{part}").inner_text() for part in ("number", "secret"))
    li.finds_it_fit("receipt of a side")
    resident.goes("/o/lamp/mediation/")
    resident.finds_it_fit("own side")
    resident.page.locator("[name=number]").fill(number)
    resident.page.locator("[name=secret]").fill(secret)
    resident.button("Open").click()
    expect(resident.page.get_by_text(resident.says("Do you want mediation?"), exact=True)).to_be_visible()


def test_from_a_noise_complaint_to_the_path_that_opens_again(
    town: tuple[Office, dict[str, str]], enter
) -> None:
    office, _sessions = town
    resident, neighbour, li = enter(size=PHONE), enter(size=PHONE, language="zh-CN"), enter("li")
    number, _secret = reports(resident)
    home = refers(li, number)
    names(li, home)
    fills(li, home, "facts", ticks=("over_trifles",), offence="disturbing", relation="neighbours")
    expect(li.page.get_by_text(li.says("May be mediated"), exact=True)).to_be_visible()
    fills(li, home, "evidence", kind="recording", words="Ten minutes of drilling at night")
    fills(li, home, "decide")
    for letter, who in (("a", resident), ("b", neighbour)):
        opens_own_page(who, li, home, letter)
        who.button("Yes, I want to settle it").click()
        expect(who.button("I leave")).to_be_visible()
        who.finds_it_fit(f"side {letter} said yes")
    fills(li, home, "begin")
    fills(li, home, "session", ticks=("is_recorded",), relation="none", minutes="No agreement yet.")
    fills(
        li,
        home,
        "session",
        ticks=("is_recorded",),
        relation="none",
        ground="asked",
        minutes="They settle it.",
    )
    owed = {"what_1": "first half", "amount_1": "150", "manner_1": "transfer", "due_on_1": FIRST,
            "what_2": "second half", "amount_2": "150", "manner_2": "transfer", "due_on_2": SECOND}  # fmt: skip
    fills(
        li,
        home,
        "agree",
        ticks=("signed_a", "signed_b"),
        **dict.fromkeys(CONTENT, "said") | {"terms": TERMS} | owed,
    )
    expect(li.page.get_by_text(TERMS, exact=True)).to_be_visible()
    li.finds_it_fit("mediation agreed")
    resident.goes("/o/lamp/mediation/")
    expect(resident.page.get_by_text(TERMS, exact=True)).to_be_visible()
    resident.finds_it_fit("side with an agreement")
    office.koban("manage", "shell", "--no-imports", "-c", NIGHT)
    li.page.goto(home)
    expect(li.page.get_by_text(li.says("The other path is open"), exact=True)).to_be_visible()
    expect(li.page.get_by_text(li.says("handle the case"), exact=True).first).to_be_visible()
    li.finds_it_fit("mediation broken")
    resident.goes("/o/lamp/mediation/")
    expect(resident.page.get_by_text(resident.says("broken"), exact=True)).to_be_visible()
