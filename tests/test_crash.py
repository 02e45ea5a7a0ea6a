"""The power goes while people report: whatever was acknowledged is there afterwards, once, and the ledger is whole."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.house import Door, open_lamp
from tests.support import postgres
from tests.support.office import Office
from tests.support.ports import until

pytestmark = pytest.mark.crash
CALLERS = 6
ROUNDS = 3
KEPT = """
import json
from koban.kernel import stations
from koban.matters.models import Matter
with stations.everywhere("compare after a crash"):
    rows = Matter.objects.order_by("number").values_list("number", "summary", "incidents__channel", "parties__role")
    print(json.dumps(list(rows)))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def lamp(request, tmp_path: Path, _migrated: Path) -> Iterator[Office]:
    if request.param == "sqlite":
        made: Office = request.getfixturevalue("office")
    else:
        made = Office(tmp_path / "var", KOBAN_DATABASE_URL=postgres.start())
        made.koban("migrate", "--quiet")
    yield made
    made.kill()


class Caller(threading.Thread):
    """Reports one thing after the other until the line goes dead."""

    def __init__(self, office: Office, key: str, name: str) -> None:
        super().__init__(daemon=True)
        self.door, self.called = Door(office.url, key), name
        self.sent: list[str] = []
        self.told: dict[str, str] = {}  # what was acknowledged: key -> number

    def run(self) -> None:
        try:
            while True:
                self.sent.append(f"{self.called}, report {len(self.sent)}")
                status, answer = self.door.report(self.sent[-1])
                assert status == 201, answer
                self.told[self.sent[-1]] = answer[0]["service_request_id"]
        except (OSError, HTTPException):
            self.door.close()


def calls(office: Office, key: str, names: list[str]) -> list[Caller]:
    callers = [Caller(office, key, name) for name in names]
    for caller in callers:
        caller.start()
    return callers


def struck_down(office: Office, callers: list[Caller], acknowledged: int, dice: random.Random) -> None:
    """kill -9 after so many acknowledgements, at whatever point of the next write the dice say."""
    enough: Callable[[], bool] = lambda: sum(len(caller.told) for caller in callers) >= acknowledged  # noqa: E731
    until(enough, seconds=30, why="the office does not take reports")
    threading.Event().wait(dice.random() * 0.05)
    office.kill()
    for caller in callers:
        caller.join(30)
        assert not caller.is_alive()


def asked_again(office: Office, key: str, sent: list[str]) -> dict[str, str]:
    """What the office answers when the same report comes with the same key once more."""
    door, told = Door(office.url, key), {}
    for once in sent:
        status, answer = door.report(once)
        assert status == 201, answer
        told[once] = answer[0]["service_request_id"]
    door.close()
    return told


def test_a_killed_office_keeps_every_report_that_it_acknowledged_and_doubles_none(lamp):
    key, dice = open_lamp(lamp), random.Random(7)
    sent: list[str] = []
    told: dict[str, str] = {}
    for turn in range(ROUNDS):
        lamp.start()
        callers = calls(lamp, key, [f"round {turn}, caller {name}" for name in range(CALLERS)])
        struck_down(lamp, callers, 30 + dice.randrange(30), dice)
        # The last report of each caller was on its way: nobody promised it, so it may be there or not.
        sent += [once for caller in callers for once in caller.sent]
        told |= {once: number for caller in callers for once, number in caller.told.items()}
    lamp.start()
    again = asked_again(lamp, key, sent)
    lamp.stop()

    assert {once: again[once] for once in told} == told
    kept = json.loads(lamp.koban("manage", "shell", "--no-imports", "-c", KEPT).stdout)
    assert Counter(summary for _number, summary, *_rest in kept) == Counter(sent)
    assert {summary: int(number) for number, summary, *_rest in kept} == {
        once: int(number.partition("-")[2]) for once, number in again.items()
    }
    assert [number for number, *_rest in kept] == list(range(1, len(sent) + 1))
    assert {tuple(rest) for _number, _summary, *rest in kept} == {("open311", "reporter")}
    assert "in order" in lamp.koban("verify").stdout
