"""How SQLite is written to: in the order of asking, and acknowledged when it is on the disk."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from koban.kernel.stations.backends.sqlite import base
from koban.kernel.stations.backends.sqlite.turns import Flush, Gate, Turns
from koban.kernel.stations.models import Station
from tests.support.ports import until
from tests.together import shared_sqlite


def test_turns_are_given_in_the_order_of_asking():
    turns, given = Turns(), []

    def ask(name: int) -> None:
        turns.acquire()
        given.append(name)
        turns.release()

    turns.acquire()
    threads = []
    for name in range(5):
        threads.append(threading.Thread(target=ask, args=(name,)))
        threads[-1].start()
        until(lambda: len(turns._waiting) == len(threads))
    turns.release()
    for thread in threads:
        thread.join(10)
    assert given == [0, 1, 2, 3, 4]


def test_one_flush_serves_everybody_who_wrote_before_it(tmp_path):
    (tmp_path / "x-wal").write_bytes(b"log")
    flush = Flush(str(tmp_path / "x"))
    first, second = flush.wrote(), flush.wrote()
    flush.wait(first)
    assert flush.flushed == second
    (tmp_path / "x-wal").unlink()  # folded into the database by its last user
    flush.wait(flush.wrote())
    assert flush.flushed == second + 1


HOLDS = """
import sys
from koban.kernel.stations.backends.sqlite.turns import Gate
gate = Gate(sys.argv[1])
for _line in sys.stdin:
    gate.acquire()
    print("in", flush=True)
    sys.stdin.readline()
    gate.release()
"""


def test_processes_take_turns_and_a_killed_one_leaves_its_turn(tmp_path):
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "x")]
    gate, passed = Gate(str(tmp_path / "x")), threading.Event()

    def ask() -> None:
        gate.acquire()
        passed.set()
        gate.release()

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        other.stdin.write("come\n")
        other.stdin.flush()
        assert other.stdout.readline() == "in\n"
        waiting = threading.Thread(target=ask)
        waiting.start()
        assert not passed.is_set()
        other.kill()
        waiting.join(10)
    assert passed.is_set()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        told, _ = other.communicate("come\ngo\n", timeout=30)
    assert told == "in\n", "what this process gave back is free for others"


@pytest.fixture
def file(tmp_path, transactional_db):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has its own log")
    with shared_sqlite(tmp_path):
        yield tmp_path / "races.sqlite3"


def _write(code: str) -> int:
    """Save a station; how many commits were on the disk when that was acknowledged."""
    try:
        with transaction.atomic():
            Station.objects.create(code=code, name=code, kind="office", path=f"{code}/")
        return base.flush_of(str(connection.settings_dict["NAME"])).flushed
    finally:
        connection.close()


@pytest.mark.may_skip("only SQLite is written to in this way")
def test_a_commit_returns_when_it_is_on_the_disk(file):
    flush = base.flush_of(str(file))
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(_write, (f"s{number}" for number in range(24))))
    assert flush.flushed == flush.written >= 24
    assert min(seen) >= 1
    assert Station.objects.count() == 24


@pytest.mark.may_skip("only SQLite is written to in this way")
def test_a_disk_that_refuses_is_an_error_and_not_an_acknowledgement(file, monkeypatch):
    def refused(_file: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", refused)
    with pytest.raises(OperationalError, match="no space left"):
        _write("s")


@pytest.mark.may_skip("only SQLite is written to in this way")
def test_between_transactions_every_write_is_flushed_by_sqlite_itself(file):
    _write("s")
    Station.objects.filter(code="s").update(name="alone")
    assert connection.cursor().execute("PRAGMA synchronous").fetchone()[0] == 2
    with transaction.atomic():
        assert connection.cursor().execute("PRAGMA synchronous").fetchone()[0] == 1
