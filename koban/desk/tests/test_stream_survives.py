"""A board of a real server: it hears what another process writes, and after a kill it gets exactly what it missed."""

import http.client
import json
import os
import subprocess
import sys

import pytest

from tests.support.office import ROOT, Office

SETUP = """
from django.test import Client
from koban.kernel.access.testing import make_account, sign_in
from koban.kernel.stations.models import Station
station = Station.objects.create(code="lake", name="lake", kind="office", path="lake/", pack="demo")
client = Client()
sign_in(client, make_account("li", role="officer", station=station))
print(client.cookies["koban_session"].value)
"""
TAKE = """
from django.utils import timezone
from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.ledger import PUBLIC
from koban.kernel.stations.models import Station
station = Station.objects.get(code="lake")
with stations.scope(station.pk):
    for code in CODES:
        report = Report(code, "public", "…")
        print(actions.take(report, by=PUBLIC, at=timezone.now(), station=station).matter.printed)
"""


def take(office: Office, *codes: str) -> list[str]:
    """Reports of these types from another process; their numbers."""
    return another_process(office, f"CODES = {codes!r}\n{TAKE}")


def another_process(office: Office, code: str) -> list[str]:
    """Run `code` on the office's database in a process of its own; what it printed, word by word."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("KOBAN_")}
    env = around | {"KOBAN_VAR": str(office.var), "DJANGO_SETTINGS_MODULE": "koban.settings"}
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    done = subprocess.run(command, env=env, cwd=ROOT, text=True, capture_output=True, check=True)
    return done.stdout.split()


class Board:
    """An open stream."""

    def __init__(self, office: Office, session: str, mark: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", office.port, timeout=30)
        headers = {"Cookie": f"koban_session={session}", "Last-Event-ID": mark}
        self.line.request("GET", "/events?language=en", headers=headers)
        self.answer = self.line.getresponse()
        assert self.answer.status == 200

    def next(self) -> tuple[str, str]:
        """Mark and number of the next event."""
        mark = ""
        while line := self.answer.readline().decode():
            name, _, value = line.strip().partition(": ")
            if name == "id":
                mark = value
            elif name == "data":
                return mark, json.loads(value)["number"]
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self.answer.close()
        self.line.close()


@pytest.mark.crash
def test_a_board_hears_other_processes_and_loses_nothing_over_a_kill(office: Office) -> None:
    (session,) = another_process(office, SETUP)
    with office:
        board = Board(office, session, "-1")
        (first,) = take(office, "noise")
        mark, heard = board.next()
        assert heard == first
        board.close()
        office.kill()
        missed = take(office, "noise", "theft")
        office.start()
        board = Board(office, session, mark)
        assert [board.next()[1] for _ in missed] == missed
        board.close()


@pytest.mark.crash
def test_a_server_with_open_boards_ends_at_once_when_it_is_told(office: Office) -> None:
    (session,) = another_process(office, SETUP)
    with office:
        board = Board(office, session, "-1")
        take(office, "noise")
        board.next()
        assert office.stop() == 0
        assert board.answer.read() is not None
        board.close()
    assert "Cancel" not in office.log.read_text()
