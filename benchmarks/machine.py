"""What processes cost: CPU seconds and memory of whole process trees, and how busy the rest of the machine is.

CPU milliseconds for each request are the figure to compare on a shared machine; times move with whatever else runs.
Linux only: everything is read from /proc.
"""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
MB = 1_048_576


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, so that [1] is the parent and [11:15] are the times."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def tree(roots: Iterable[int]) -> list[int]:
    """The processes and all their descendants."""
    children: dict[int, list[int]] = {}
    for pid in (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()):
        try:
            children.setdefault(int(_stat(pid)[1]), []).append(pid)
        except OSError:
            continue  # it ended while we looked
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_s(roots: Iterable[int]) -> float:
    """User and system seconds of the process trees, with the children that have ended."""
    return sum(sum(int(part) for part in stat[11:15]) for stat in _stats(roots)) / TICKS


def _stats(roots: Iterable[int]) -> Iterator[list[str]]:
    for pid in tree(roots):
        try:
            yield _stat(pid)
        except OSError:
            continue


def rss_mb(roots: Iterable[int]) -> float:
    """Resident memory of the process trees; pages that they share are counted for each."""
    total = 0
    for pid in tree(roots):
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
        except OSError:
            continue
    return round(total / MB, 1)


def busy_s() -> float:
    """CPU seconds that everything on the machine has spent."""
    user, nice, system, _idle, _wait, irq, soft, *_rest = map(
        int, Path("/proc/stat").read_text().split()[1:9]
    )
    return (user + nice + system + irq + soft) / TICKS


def calibration_ms() -> float:
    """CPU milliseconds of fixed work, best of three: a CPU that others share needs more of them (lower is quieter)."""
    best = float("inf")
    for _turn in range(3):
        began, kept = time.thread_time(), 0
        for number in range(400_000):
            kept += number * number % 7
        best = min(best, time.thread_time() - began)
    return round(best * 1000, 1)


class Meter:
    """What the server, the database, this client and everybody else spent between two moments."""

    def __init__(self, server: Iterable[int], database: Iterable[int] = ()) -> None:
        self.server, self.database = tuple(server), tuple(database)
        self.calibration_ms = calibration_ms()
        self.began, self._before = time.monotonic(), self._now()

    def _now(self) -> tuple[float, float, float, float]:
        return cpu_s(self.server), cpu_s(self.database), time.process_time(), busy_s()

    def read(self, count: int) -> dict[str, float]:
        """CPU milliseconds for each of `count` requests, and how many CPUs others kept busy meanwhile."""
        wall = time.monotonic() - self.began
        server, database, client, all_ = (b - a for a, b in zip(self._before, self._now(), strict=True))
        each = 1000 / max(1, count)
        told = {"app_cpu_ms": round(server * each, 2), "client_cpu_ms": round(client * each, 2)}
        if self.database:
            told["db_cpu_ms"] = round(database * each, 2)
        others = max(0.0, all_ - server - database - client) / wall
        return told | {
            "rss_mb": rss_mb(self.server), "other_cpus_busy": round(others, 2), "calibration_ms": self.calibration_ms,
        }  # fmt: skip
