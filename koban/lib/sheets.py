"""The rows of an untrusted workbook, row by row, from a child process with limits on memory, time, size and open files.

Only `sheet_child` parses: a workbook that is hostile kills that process and nothing else, and what this one holds is a
row at a time.
"""

import json
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, cast

CHILD = Path(__file__).with_name("sheet_child.py")
AT_ONCE = 3
CHUNK_BYTES = 65_536

_slots = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Limits:
    """source_bytes: of the file. unpacked_bytes: what it says that it holds. line_bytes: of one row. …_s: seconds.

    wall_s: between two rows; how long whoever reads them takes is not the child's fault.
    """

    source_bytes: int = 200_000_000
    unpacked_bytes: int = 400_000_000
    memory_bytes: int = 1_000_000_000
    line_bytes: int = 4_000_000
    cpu_s: int = 60
    wall_s: float = 90.0


LIMITS = Limits()


class Unfit(Exception):
    """The workbook cannot be read. reason: "damaged", "memory", "time", or "busy" where it is not its fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sheet:
    """The first sheet. rows: its cells as str, float, bool, date or datetime; None for a row that is too long."""

    height: int
    rows: Iterator[list[Any] | None]


@contextmanager
def opened(path: Path, *, wait_s: float = 60.0) -> Iterator[Sheet]:
    """The first sheet of a workbook; the child ends with the context. Raises Unfit, also between two rows."""
    limits = LIMITS
    if path.stat().st_size > limits.source_bytes:
        raise Unfit("memory")
    if not _slots.acquire(timeout=wait_s):
        raise Unfit("busy")
    try:
        with path.open("rb") as source, _started(source, limits) as child:
            lines = _lines(cast("IO[bytes]", child.stdout), limits)
            head = _read(next(lines, b""), child)
            if "height" not in head:
                raise Unfit(str(head.get("unfit", "damaged")))
            yield Sheet(int(head["height"]), _rows(lines, child))
    finally:
        _slots.release()


@contextmanager
def _started(source: IO[bytes], limits: Limits) -> Iterator["subprocess.Popen[bytes]"]:
    # -I: nothing from the environment or the working directory reaches the child.
    with subprocess.Popen(  # noqa: S603 our own file and numbers
        [sys.executable, "-I", str(CHILD), json.dumps(asdict(limits))],
        stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/", close_fds=True, bufsize=0,
    ) as child:  # fmt: skip
        try:
            yield child
        finally:
            child.kill()


def _lines(told: IO[bytes], limits: Limits) -> Iterator[bytes]:
    """What the child says, line by line. Raises Unfit where it says nothing for too long, or a line without end."""
    waiting, held = select.poll(), b""
    waiting.register(told, select.POLLIN | select.POLLHUP)
    while True:
        if not waiting.poll(limits.wall_s * 1000):
            raise Unfit("time")
        part = told.read(CHUNK_BYTES)
        if not part:
            break
        *whole, held = (held + part).split(b"\n")
        yield from whole
        if len(held) > limits.line_bytes:
            raise Unfit("damaged")


def _rows(lines: Iterator[bytes], child: "subprocess.Popen[bytes]") -> Iterator[list[Any] | None]:
    for line in lines:
        said = _read(line, child)
        if isinstance(said, dict):
            if "unfit" in said:
                raise Unfit(str(said["unfit"]))
            return
        yield [_cell(cell) for cell in said] if isinstance(said, list) else None
    raise Unfit(_why(child))


def _read(line: bytes, child: "subprocess.Popen[bytes]") -> Any:
    """A line as the child meant it. Raises Unfit where it died in the middle of it."""
    try:
        return json.loads(line)
    except ValueError:
        raise Unfit(_why(child)) from None


def _why(child: "subprocess.Popen[bytes]") -> str:
    """What ended a child that did not finish: its time, or its memory, for which the parser aborts."""
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "damaged"
    return "time" if child.returncode in OUT_OF_TIME else "memory"


OUT_OF_TIME = (-9, -24)  # SIGKILL and SIGXCPU, as a limit of time ends a process


def _cell(cell: Any) -> Any:
    if isinstance(cell, dict):
        return datetime.fromisoformat(cell["at"]) if "at" in cell else date.fromisoformat(cell["on"])
    return cell
