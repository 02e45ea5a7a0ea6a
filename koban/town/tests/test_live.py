"""The town lives: reports come through the public page, and only into a town."""

import random
import threading
from pathlib import Path

import pytest

from koban.lib.errors import Refused
from koban.town import live
from koban.town.live import fields, hidden, is_loopback, some_calls
from tests.support.office import Office

PAGE = """<form id="language"><input type="hidden" name="key" value="other"></form>
<form id="report"><input type="hidden" name="csrfmiddlewaretoken" value="t"><input name="summary" value="x">
<input type=hidden name="key" value="one&amp;two"></form>"""


def test_the_fields_of_a_page_are_those_it_carries():
    assert hidden(PAGE) == [("csrfmiddlewaretoken", "t"), ("key", "one&two")]


@pytest.mark.parametrize(
    "url, own",
    [
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000/", True),
        ("http://localhost", True),
        ("https://koban.example", False),
        ("http://127.0.0.1.example", False),
        ("http://10.0.0.7", False),
        ("127.0.0.1:8000", False),
    ],
)
def test_what_is_this_machine(url: str, own: bool):
    assert is_loopback(url) is own


def test_calls_come_without_end_and_others_each_time():
    calls = some_calls(7, 1)
    told = [next(calls) for _ in range(40)]
    assert len({call.text for call in told}) > 20
    assert len({call.type for call in told}) > 6
    assert [call.text for call, _ in zip(some_calls(7, 2), told, strict=False)] != [
        call.text for call in told
    ]
    assert all(("reply_by", "page") in fields(call) for call in told)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    """A tiny town, served."""
    var: Path = tmp_path_factory.mktemp("town")
    office = Office(var)
    office.koban("migrate", "--quiet")
    office.koban("town", "--years", "0.02", "--residents", "60")
    try:
        yield office.start()
    finally:
        office.kill()


def test_reports_are_taken_through_the_public_page(served: Office):
    said = served.koban("town", "--live", "--url", served.url, "--rate", "3600", "--count", "3")
    assert "3 reports were taken." in said.stdout
    assert "in order" in served.koban("verify", "--station", "denghu").stdout


def test_the_greeting_names_accounts_and_places_that_are_there(served: Office):
    said = served.koban(
        "manage",
        "shell",
        "-v",
        "0",
        "-c",
        "from koban.town.welcome import welcome; print(welcome('http://x'))",
    )
    assert "officer" in said.stdout
    assert "http://x/o/denghu/report/at/" in said.stdout
    assert str(served.var) in said.stdout


def test_it_ends_when_told_to(served: Office):
    stop, sent = threading.Event(), []

    def tell(one: live.Sent) -> None:
        sent.append(one)
        stop.set()

    taken = live.live(
        served.url,
        some_calls(7, 3),
        per_hour=3600,
        count=None,
        minutes=5,
        tell=tell,
        stop=stop,
        chance=random.Random(1),
    )
    assert taken == len(sent) == 1


def test_a_pause_that_is_longer_than_the_time_left_is_the_end(served: Office):
    taken = live.live(
        served.url, some_calls(7, 4), per_hour=0.001, count=None, minutes=0.01, tell=lambda sent: None,
        stop=threading.Event(), chance=random.Random(1),
    )  # fmt: skip
    assert taken == 1


def test_a_far_office_that_is_not_the_town_gets_nothing(served: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "is_loopback", lambda url: False)
    assert live.Resident(served.url).page.endswith("/o/denghu/report/")
    monkeypatch.setattr(live, "MARKS", ("a word that stands on no page",))
    with pytest.raises(Refused, match="not the generated town"):
        live.Resident(served.url)
