"""The press: child processes that set papers, kept warm, stopped when they take too much or have nothing to do."""

import atexit
import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
CHILD = HERE / "press_child.py"
HOUSE = HERE.parents[1]  # koban/: forms lie with the room that uses them


class BadForm(ValueError):
    """Form and values do not fit together: an unknown field, a wrong type, a loop without end. Says where."""


class Unset(RuntimeError):
    """The paper was not set. reason: "time", "memory" or "broken"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The paper could not be set: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Job:
    """path: of the form, below koban/. told: JSON. at: Unix seconds."""

    path: str
    told: str
    at: int


@dataclass(frozen=True, slots=True)
class Limits:
    """wall_s: for one paper. memory_bytes: of a child. papers: after so many a child makes room for a fresh one."""

    wall_s: float = 20.0
    memory_bytes: int = 1_500_000_000
    papers: int = 2000
    idle_s: int = 120


class Press:
    """At most `children` compositors at work. Safe to be used by many threads."""

    def __init__(self, children: int = 2, limits: Limits = Limits(), root: Path = HOUSE) -> None:
        self._limits, self._root = limits, root
        self._free = threading.BoundedSemaphore(children)
        self._warm: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def set(self, job: Job) -> bytes:
        """The PDF of a job. Raises BadForm and Unset."""
        with self._free:
            with self._lock:
                child = self._warm.pop() if self._warm else None
            try:
                answer = self._asked(child, job) if child else None
            except OSError:
                answer = None  # it had gone to rest between two papers
            return self._answer(answer if answer is not None else self._asked(self._start(), job, fresh=True))

    def _asked(self, child: subprocess.Popen[bytes], job: Job, *, fresh: bool = False) -> bytes | None:
        """What the child says; None where it had ended before it was asked. Raises Unset where it ended while at work."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        watch = threading.Timer(self._limits.wall_s, stop)
        watch.start()
        try:
            answer = _talk(child, job)
        except OSError:
            answer = None
        finally:
            watch.cancel()
        if answer is None:
            code = _end(child)
            if fresh or late.is_set():
                raise Unset("time" if late.is_set() else "memory" if code < 0 else "broken")
            return None
        with self._lock:
            self._warm.append(child)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        told = json.dumps({"root": str(self._root), "fonts": str(HERE / "fonts"), **asdict(self._limits)})
        # -I: nothing from the environment or the working directory reaches the child.
        return subprocess.Popen(  # noqa: S603 our own file; `told` holds numbers and our own paths
            [sys.executable, "-I", str(CHILD), told],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"RUST_BACKTRACE": "0"}, cwd="/",
        )  # fmt: skip

    def _answer(self, answer: bytes | None) -> bytes:
        if answer is None:
            raise Unset("broken")
        said, pdf = answer[:1], answer[1:]
        if said == b"-":
            raise BadForm(pdf.decode())
        return pdf

    def close(self) -> None:
        """Send every child home."""
        with self._lock:
            while self._warm:
                _end(self._warm.pop())


def _talk(child: subprocess.Popen[bytes], job: Job) -> bytes | None:
    assert child.stdin is not None  # noqa: S101 both are pipes
    assert child.stdout is not None  # noqa: S101
    told = json.dumps(asdict(job)).encode()
    child.stdin.write(len(told).to_bytes(4, "big") + told)
    child.stdin.flush()
    head = child.stdout.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    answer = child.stdout.read(size)
    return answer if len(answer) == size else None


def _end(child: subprocess.Popen[bytes]) -> int:
    """The exit code, after closing its ends."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        return child.wait(2)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


@lru_cache(maxsize=1)
def press() -> Press:
    """The press of this process; its children start with the first paper."""
    made = Press()
    atexit.register(made.close)
    return made
