"""A running office: `koban serve` as a process of its own, with its own var/, that can be stopped or killed."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.ports import free_port, until

ROOT = Path(__file__).resolve().parents[2]


class Office:
    """An office on the loopback. Use as a context manager, or `start()` and `stop()`/`kill()`.

    var: the folder that holds its database, keys and files; it outlives the process.
    """

    def __init__(self, var: Path, *, options: tuple[str, ...] = (), **env: str) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = var / "serve.log"
        self._options = options
        # Its own keys and its own SQLite, whatever the tests around it run on.
        around = {name: value for name, value in os.environ.items() if not name.startswith("KOBAN_")}
        self._env = around | {"KOBAN_VAR": str(var)} | env
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the serving process."""
        assert self._process is not None
        return self._process.pid

    def koban(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `koban` command on this office's var/. Raises CalledProcessError with its output if it fails."""
        command = [sys.executable, "-m", "koban", *arguments]
        done = subprocess.run(command, env=self._env, cwd=ROOT, text=True, capture_output=True, check=False)
        if done.returncode:
            raise AssertionError(
                f"koban {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def start(self) -> Self:
        """Serve, and return when pages are answered."""
        command = [sys.executable, "-m", "koban", "serve", "--port", str(self.port), *self._options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._env, cwd=ROOT, stdout=log, stderr=log)
        until(self._answers, seconds=60, why=f"the office did not start:\n{self.log.read_text()[-3000:]}")
        return self

    def stop(self) -> int:
        """Ask it to end, as an operator does; returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9: no goodbye, as when the power goes."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(30)
        self._process = None
        return code

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the office ended at once:\n{self.log.read_text()[-5000:]}")
        try:
            urllib.request.urlopen(self.url + "/about/rights", timeout=10).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code < 500
        except OSError:
            return False
        return True

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
