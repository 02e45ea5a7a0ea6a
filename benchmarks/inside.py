"""`python -m benchmarks.inside NAME [NAME ...] [--matters 10000] [--profile]`: one request at a time, in this process.

CPU milliseconds and queries of a registered request (benchmarks/registry.py) without server and sockets, the figure to
steer by while other work shares the machine; with --profile, where they go. On SQLite, in a temporary folder.
"""

import argparse
import cProfile
import io
import json
import os
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import registry
from benchmarks.bench import Bench
from benchmarks.house import SETTINGS, seed
from benchmarks.registry import ASKS

URL = "http://127.0.0.1:8000"
TURNS = 7


class Inside:
    """The WSGI application of an office, asked with the bytes of a request."""

    url, server, database = URL, (os.getpid(),), ()

    def __init__(self, env: dict[str, str], told: dict[str, Any]) -> None:
        from koban.asgi import pages  # noqa: PLC0415  reads the environment

        self._pages, self._env = pages, env
        self.sessions: list[str] = told["sessions"]
        self.keys: list[str] = told["keys"]

    def ask(self, sent: bytes) -> tuple[int, bytes]:
        from koban.lib.bridge import environ  # noqa: PLC0415

        head, _, body = sent.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        method, target, _version = first.decode().split(" ")
        path, _, query = target.partition("?")
        parted = (line.partition(b":") for line in lines)
        headers = [(name.lower(), value.strip()) for name, _, value in parted]
        scope = {
            "method": method, "path": path, "query_string": query.encode(), "http_version": "1.1", "headers": headers,
            "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        answer: list[Any] = []
        made = self._pages(environ(scope, io.BytesIO(body)), lambda *told: answer.append(told))
        told = b"".join(made)
        made.close()
        status, fields = answer[0][:2]
        names = "".join(f"{name}: {value}\r\n" for name, value in fields)
        return int(status[:3]), names.encode() + b"\r\n" + told

    def seed(self, *arguments: str) -> str:
        return seed(self._env, *arguments)

    def koban(self, *arguments: str) -> object:
        command = [sys.executable, "-m", "koban", *arguments]
        return subprocess.run(command, env=os.environ | self._env, check=True)


def look(office: Bench, name: str, count: int, *, profile: bool) -> dict[str, Any]:
    """Ask `count` times in each of some turns; the least CPU time of a turn is nearest to the work itself."""
    ask = ASKS[name]
    make = ask.make(office)

    def put(first: int, times: int) -> None:
        for number in range(first, first + times):
            status, answer = office.home.ask(make(number))
            if status != ask.expect:
                raise RuntimeError(f"{name}: {status} {answer[-500:].decode(errors='replace')}")

    put(0, 10)
    turns = []
    for turn in range(TURNS):
        began = time.process_time()
        put(100 + turn * count, count)
        turns.append((time.process_time() - began) * 1000 / count)
    row = {"name": name, "cpu_ms": round(min(turns), 2), "median_cpu_ms": round(statistics.median(turns), 2)}
    if profile:
        with cProfile.Profile() as seen:
            put(100_000, count)
        pstats.Stats(seen).sort_stats("cumulative").print_stats(70).sort_stats("tottime").print_stats(30)
    return row | {"queries": _queries(put)}


def _queries(put: Any) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as seen:
        put(200_000, 1)
    frames = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
    return sum(not query["sql"].startswith(frames) for query in seen.captured_queries)


def main() -> int:
    registry.find()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *ASKS], metavar="NAME")
    parser.add_argument("--matters", type=int, default=10_000)
    parser.add_argument("--count", type=int, default=40, help="requests of a turn")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="koban-inside-"))
    try:
        office = Bench(_founded(folder), ASKS.__getitem__, quick=False)
        office.grow(given.matters)
        for name in given.names or ASKS:
            print(json.dumps(look(office, name, given.count, profile=given.profile)), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _founded(folder: Path) -> Inside:
    env = {"KOBAN_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "koban.settings", **SETTINGS}
    os.environ.update(env)
    subprocess.run([sys.executable, "-m", "koban", "migrate", "--quiet"], check=True)
    return Inside(env, json.loads(seed(env, "found")))


if __name__ == "__main__":
    sys.exit(main())
