"""Fixtures that every test may ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import browser as browsers
from tests.support.office import Office

__all__ = ["_migrated", "browser", "office"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; ask `tests.support.browser.window` for a window in it."""
    with sync_playwright() as playwright:
        started = browsers.launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """var/ of a migrated, empty office: migrating takes seconds, copying does not."""
    made = Office(tmp_path_factory.mktemp("office") / "var")
    made.koban("migrate", "--quiet")
    return made.var


@pytest.fixture
def office(tmp_path: Path, _migrated: Path) -> Iterator[Office]:
    """A migrated, empty office, not yet serving; whatever the test does to it, it is ended afterwards."""
    made = Office(shutil.copytree(_migrated, tmp_path / "var"))
    yield made
    made.kill()
