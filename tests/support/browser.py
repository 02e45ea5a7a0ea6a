"""Chromium for the journeys, and the question whether a page can be used by everyone (axe)."""

import os
import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# Without these Chromium asks its maker's hosts at every start; an office has no such network.
QUIET = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
    "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
]  # fmt: skip


def launch(playwright: Playwright) -> Browser:
    """Start Chromium: the one named in KOBAN_BROWSER, else Debian's, else the driver's own."""
    path = os.environ.get("KOBAN_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    as_root = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path or None, args=[*QUIET, *as_root])


def window(
    browser: Browser, *, size: dict[str, int] = DESK, language: str = "en", **more: Any
) -> BrowserContext:
    """A fresh window (no cookies) that asks for `language` ("en" or "zh-CN"). `more` goes to the driver.

    bypass_csp: axe puts itself into the page, which the office's own policy rightly forbids.
    """
    phone = size["width"] < 600
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, locale=language, bypass_csp=True,
        has_touch=phone, is_mobile=phone, timezone_id="Asia/Shanghai", **more,
    )  # fmt: skip
    context.set_default_timeout(15_000)
    return context


def violations(page: Page) -> list[str]:
    """What axe finds on the page, one line per rule with the elements; empty if the page serves everyone."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['help']}: {[node['target'] for node in rule['nodes']]}" for rule in found]
