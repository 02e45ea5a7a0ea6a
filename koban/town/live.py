"""The town that lives: new reports come in through the public page, as residents send them."""

from __future__ import annotations

import random
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from ipaddress import ip_address

from koban.lib.errors import Refused
from koban.town.calls import Call, calls
from koban.town.chance import stream
from koban.town.district import district

OFFICE = "denghu"
FEW_RESIDENTS = 120
"""Enough to call; nobody asks where exactly they live."""
CALLS_TO_DRAW = 2_000.0
TIMEOUT_S = 30.0
NUMBER = re.compile(r"\b\d{4}-\d{6}\b")
MARKS = ("虚构", "(invented)")
LANGUAGES = {"zh-hans": "zh-Hans,zh", "en": "en"}


@dataclass(frozen=True, slots=True)
class Sent:
    """number: of the receipt, "" where the office did not take it; then `why` says what it answered."""

    call: Call
    number: str
    why: str = ""


class _Fields(HTMLParser):
    """Hidden fields of the form with the given id."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("id") == self.form
        if tag == "input" and self.inside and told.get("type") == "hidden" and told.get("name"):
            self.found.append((str(told["name"]), told.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


class Resident:
    """A browser at the public page of the office. Raises Refused where the office there is not the generated one."""

    def __init__(self, url: str) -> None:
        self.page = f"{url.rstrip('/')}/o/{OFFICE}/report/"
        if not is_loopback(url) and not any(mark in self._get() for mark in MARKS):
            raise Refused(f"The office at {url} is not the generated town. Nothing is sent to a real office.")

    def report(self, call: Call) -> Sent:
        """Send one report; each comes from a browser of its own."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        browser.addheaders = [("Accept-Language", LANGUAGES[call.language]), ("Referer", self.page)]
        try:
            token = [field for field in hidden(self._open(browser)) if field[0] == "csrfmiddlewaretoken"]
            look = self._open(browser, [*token, *fields(call), ("go", "check")])
            sent = self._open(browser, [*hidden(look), ("go", "send")])
        except urllib.error.HTTPError as no:
            with no:
                return Sent(call, "", f"{no.code} {no.reason}")
        found = NUMBER.search(sent)
        return Sent(call, found[0] if found else "", "" if found else "no receipt came back")

    def _get(self) -> str:
        return self._open(urllib.request.build_opener())

    def _open(self, browser: urllib.request.OpenerDirector, form: list[tuple[str, str]] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        with browser.open(self.page, data, TIMEOUT_S) as answer:
            return str(answer.read().decode())


def hidden(page: str) -> list[tuple[str, str]]:
    parser = _Fields("report")
    parser.feed(page)
    return parser.found


def fields(call: Call) -> list[tuple[str, str]]:
    """What somebody types for this call, without a name: the receipt is enough."""
    answers = [(f"ask_{question}", answer) for question, answer in call.answers.items()]
    return [
        ("code", call.type),
        ("summary", call.text),
        ("place", call.place),
        ("reply_by", "page"),
        *answers,
    ]


def is_loopback(url: str) -> bool:
    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def some_calls(seed: int, drawn: int) -> Iterator[Call]:
    """Calls of the town of this seed without end, in no order of the day. drawn: another number draws others."""
    town = district(seed=seed, residents=FEW_RESIDENTS)
    chance = random.Random(f"live/{seed}/{drawn}")
    told = list(
        calls(
            town,
            start=date(2026, 1, 1),
            years=30 / 365.25,
            seed=chance.randrange(10**9),
            per_day=CALLS_TO_DRAW / 30,
        )
    )
    while True:
        yield from chance.sample(told, len(told))


def live(
    url: str,
    told: Iterator[Call],
    *,
    per_hour: float,
    count: int | None,
    minutes: float | None,
    tell: Callable[[Sent], None],
    stop: threading.Event,
    chance: random.Random,
) -> int:
    """Send reports at random moments, `per_hour` in the mean, until `stop`, `count` or `minutes`; how many were taken."""
    resident, taken, left_s = Resident(url), 0, (minutes or float("inf")) * 60
    for n, call in enumerate(told):
        wait_s = chance.expovariate(per_hour / 3600) if n else 0.0
        if n == count or wait_s > left_s or stop.wait(min(wait_s, threading.TIMEOUT_MAX)):
            break
        left_s -= wait_s
        sent = resident.report(call)
        taken += bool(sent.number)
        tell(sent)
    return taken


def waits(seed: int, drawn: int) -> random.Random:
    """The stream of the pauses between two reports."""
    return stream(seed, "live pauses", drawn)
