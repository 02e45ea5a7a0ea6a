"""Real processes over a real file: what a kill leaves behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from koban.kernel.jobs.waking import Doorbell
from tests.support.ports import until

ROOT = Path(__file__).resolve().parents[4]


class House:
    """A database of its own in a folder, and processes that work on it."""

    def __init__(self, var: Path) -> None:
        kept = {key: value for key, value in os.environ.items() if key != "KOBAN_DATABASE_URL"}
        self.env = kept | {
            "KOBAN_VAR": str(var),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        self.run("migrate")

    def command(self, *told: str) -> list[str]:
        return [sys.executable, "-m", "koban.kernel.jobs.tests.house", *told]

    def run(self, *told: str) -> str:
        return subprocess.run(
            self.command(*told), env=self.env, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.strip()

    def start(self, *told: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self.command(*told), env=self.env, cwd=ROOT)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_job_whose_worker_was_killed_runs_again_and_has_its_effect_once(
    house: House, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    house.run("enqueue", str(mark))
    first = house.start("work")
    until(mark.exists, seconds=30, why="the worker did not begin")
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    assert house.run("look") == "running 1 effects 0"
    second = house.start("work")
    until(lambda: house.run("look") == "done 2 effects 1", seconds=30, why="the job was not taken up")
    second.send_signal(signal.SIGTERM)
    assert second.wait(15) == 0


def test_a_worker_that_is_asked_to_leave_ends_the_job_in_hand(house: House) -> None:
    process = house.start("work")
    house.run("enqueue_short")
    until(lambda: house.run("look") == "done 1 effects 1", seconds=30, why="the worker does not work")
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0


def test_of_two_servers_one_works_and_the_other_takes_over(house: House) -> None:
    first, second = house.start("serve"), house.start("serve")
    house.run("enqueue_short")
    until(lambda: house.run("look") == "done 1 effects 1", seconds=30, why="no server works")
    leader = house.run("leader")
    pair = {str(first.pid): first, str(second.pid): second}
    pair.pop(leader).kill()
    house.run("enqueue_short")
    until(lambda: house.run("look").endswith("effects 2"), seconds=30, why="nobody took over")
    for process in pair.values():
        assert house.run("leader") == str(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    first.wait(5)
    second.wait(5)


def test_a_ring_between_looking_and_waiting_is_not_missed() -> None:
    bell = Doorbell()
    heard = bell.rings
    bell.ring()
    waiting = threading.Thread(target=bell.wait, args=(heard, 60))
    waiting.start()
    waiting.join(5)
    assert not waiting.is_alive()
