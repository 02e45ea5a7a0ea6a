"""A new officer's first morning at the doors, in a real browser: password, code, passkey, lock."""

import os
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.support.browser import DESK, PHONE, violations, window
from tests.support.office import Office

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery"
SEED = """
from koban.kernel.access.testing import make_account
from koban.kernel.stations.models import Station
north = Station.objects.create(code="north", name="北", name_en="North", kind="office", path="north/", is_invented=True)
make_account("li", role="officer", station=north, badge="7", password="correct horse battery")
"""


@pytest.fixture
def demo(tmp_path: Path):
    office = Office(tmp_path, KOBAN_DEMO="1")
    office.koban("migrate")
    office.koban("manage", "shell", "-c", SEED)
    with office:
        yield office


def shown(page, name):
    """Each page serves everyone, and says nothing to the console that the office's own policy forbids."""
    assert violations(page) == [], name
    if folder := os.environ.get("KOBAN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_officer_signs_in_sets_up_both_second_steps_locks_and_comes_back(browser, demo, size):
    context = window(browser, size=size)
    page = context.new_page()
    give_fingerprint(context, page)
    home = demo.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, never to a number
    sign_in_by_password(page, home)
    add_passkey(page, home)
    add_app(page, home)
    sign_in_by_passkey(page, home)
    lock_and_come_back(page, home)
    context.close()


def give_fingerprint(context, page):
    """A virtual authenticator: a phone whose owner is always there."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in_by_password(page, home):
    page.goto(f"{home}/accounts/")
    shown(page, "sign-in")
    page.get_by_label("Username").fill("li")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/2fa/**")
    shown(page, "second-step")


def add_passkey(page, home):
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    shown(page, "add-passkey")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    shown(page, "recovery-codes")
    page.goto(f"{home}/accounts/")
    shown(page, "account")


def add_app(page, home):
    page.goto(f"{home}/accounts/2fa/")
    page.get_by_role("link", name="Set up the app").click()
    shown(page, "app")
    page.get_by_label("Authenticator code").fill(code_of(page.locator("code").inner_text()))
    page.get_by_role("button", name="Set up the app").click()


def sign_in_by_passkey(page, home):
    page.goto(f"{home}/accounts/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{home}/accounts/login/?next=/accounts/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{home}/accounts/")
    assert page.get_by_role("heading", name="li").is_visible()


def lock_and_come_back(page, home):
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(f"{home}/lock/now/", form={"csrfmiddlewaretoken": token}, headers={"Referer": home})
    page.goto(f"{home}/accounts/")
    shown(page, "lock")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{home}/accounts/")
    assert page.get_by_role("heading", name="li").is_visible()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
