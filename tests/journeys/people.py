"""Who makes the journeys: windows that speak a language, and what every page has to be."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.support.browser import DESK, violations, window

CODES = {"en": "en", "zh-CN": "zh-hans"}
# What a browser says when a stream ends because the page does.
HARMLESS = re.compile(r"ERR_(ABORTED|NETWORK_CHANGED|INCOMPLETE_CHUNKED_ENCODING)")


@dataclass
class Visitor:
    """One person at one window. language: "en" or "zh-CN"; size: of the screen."""

    browser: Browser
    url: str
    language: str = "en"
    size: dict[str, int] = field(default_factory=lambda: DESK)
    session: str = ""
    scripts: bool = True

    def __post_init__(self) -> None:
        self.context: BrowserContext = window(
            self.browser,
            size=self.size,
            language=self.language,
            java_script_enabled=self.scripts,
            base_url=self.url,
        )
        if self.session:
            self.context.add_cookies([{"name": "koban_session", "value": self.session, "url": self.url}])
        self.page: Page = self.context.new_page()
        self.mistakes: list[str] = []
        self.page.on("pageerror", lambda error: self.mistakes.append(str(error)))
        self.page.on("console", lambda line: self._heard(line.type, f"{line.text} {line.location['url']}"))

    def _heard(self, kind: str, words: str) -> None:
        if kind == "error" and not HARMLESS.search(words) and "422" not in words:
            self.mistakes.append(words)

    def says(self, words: str, context: str = "", **named: str) -> str:
        """The office's words in this visitor's language."""
        with translation.override(CODES[self.language]):
            said = translation.pgettext(context, words) if context else translation.gettext(words)
        return said % named if named else said

    def goes(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        if self.scripts:
            self.page.locator("html.ready").wait_for()

    def button(self, words: str, context: str = "") -> Locator:
        return self.page.get_by_role("button", name=self.says(words, context), exact=True)

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("link", name=self.says(words))

    def field(self, words: str) -> Locator:
        return self.page.get_by_label(self.says(words))

    def finds_it_fit(self, name: str) -> None:
        """The page serves everyone (axe), fits the screen, speaks the language, and its scripts did not stumble."""
        found = violations(self.page)
        assert not found, f"{name}: {found}"
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (
            f"{name} is too wide"
        )
        assert (
            self.page.locator("html").get_attribute("lang", timeout=1000).lower() == CODES[self.language]
        ), name
        assert not self.mistakes, f"{name}: {self.mistakes}"
        if folder := os.environ.get("KOBAN_PICTURES"):
            picture = f"{name}-{self.language}-{self.size['width']}.png".replace(" ", "-")
            self.page.screenshot(path=Path(folder) / picture, full_page=True)

    def leaves(self) -> None:
        self.context.close()


Enter = Callable[..., Visitor]
