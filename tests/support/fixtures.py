"""Fixtures that every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import browser as browsers
from tests.support.office import Office

__all__ = ["browser", "office"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; ask `tests.support.browser.window` for a window in it."""
    with sync_playwright() as playwright:
        started = browsers.launch(playwright)
        yield started
        started.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A migrated, empty office, not yet serving; whatever the test does to it, it is ended afterwards."""
    made = Office(tmp_path)
    made.koban("migrate")
    yield made
    made.kill()
