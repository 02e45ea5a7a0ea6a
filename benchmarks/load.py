"""Requests over kept connections: as fast as they are answered (closed loop), or at a fixed rate (open loop).

A plain socket and ready-made bytes: the client shares two cores with the server, so it must cost little.
"""

import itertools
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from benchmarks.machine import Meter

Make = Callable[[int], bytes]
"""The bytes of the n-th request."""


def request(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as it stands on the line. Headers by keyword, `_` for `-`."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


class Line:
    """One kept connection. Raises OSError when the server goes away."""

    def __init__(self, url: str) -> None:
        at = urlsplit(url)
        self._socket = socket.create_connection((at.hostname or "", at.port or 80), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, sent: bytes) -> tuple[int, bytes]:
        """Status and the whole answer (headers and body)."""
        self._socket.sendall(sent)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, rest = got.partition(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        parts, missing = [rest], length - len(rest)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        return int(head[9:12]), head + b"\r\n\r\n" + b"".join(parts)

    def _more(self) -> bytes:
        if not (some := self._socket.recv(262_144)):
            raise ConnectionResetError("the server closed the line")
        return some

    def close(self) -> None:
        self._socket.close()


@dataclass
class Seen:
    """What came back. times_ms: of the expected answers; wrong: other statuses; sample: the first wrong answer."""

    expect: int
    times_ms: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    sample: str = ""
    size: int = 0

    def note(self, status: int, answer: bytes, began: float) -> None:
        if status == self.expect:
            self.times_ms.append((time.perf_counter() - began) * 1000)
            self.size += len(answer)
        else:
            self.wrong[str(status)] += 1
            self.sample = self.sample or answer[-400:].decode(errors="replace")


def closed(
    url: str, make: Make, *, connections: int, seconds: float, meter: Meter, expect: int = 200
) -> dict[str, Any]:
    """Keep so many connections busy for so long. Returns one row of results."""
    until, numbers = time.monotonic() + seconds, itertools.count()

    def work(seen: Seen) -> None:
        line = Line(url)
        while time.monotonic() < until:
            sent, began = make(next(numbers)), time.perf_counter()
            seen.note(*line.ask(sent), began)
        line.close()

    return {"connections": connections} | _run(work, connections, expect, meter)


def opened(
    url: str, make: Make, *, rate: float, seconds: float, meter: Meter, expect: int = 200
) -> dict[str, Any]:
    """Send at random moments, `rate` a second on average, whether or not the answers keep up.

    Times count from the moment when a request was due, so a server that falls behind cannot hide it.
    """
    dice, due = random.Random(7), [0.0]
    while due[-1] < seconds:
        due.append(due[-1] + dice.expovariate(rate))
    waiting, start = iter(enumerate(due)), time.perf_counter() + 0.1
    lock = threading.Lock()

    def work(seen: Seen) -> None:
        line = Line(url)
        while True:
            with lock:
                number, at = next(waiting, (-1, 0.0))
            if number < 0:
                break
            sent = make(number)
            threading.Event().wait(max(0.0, start + at - time.perf_counter()))
            seen.note(*line.ask(sent), start + at)
        line.close()

    return {"rate": rate} | _run(work, 48, expect, meter)


def _run(work: Callable[[Seen], None], count: int, expect: int, meter: Meter) -> dict[str, Any]:
    seen = [Seen(expect) for _each in range(count)]
    threads = [threading.Thread(target=work, args=(one,)) for one in seen]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _row(seen, time.monotonic() - began, meter)


def _row(seen: Sequence[Seen], wall: float, meter: Meter) -> dict[str, Any]:
    times = sorted(itertools.chain.from_iterable(one.times_ms for one in seen))
    wrong = sum((one.wrong for one in seen), Counter[str]())
    row: dict[str, Any] = {
        "ok": len(times), "per_second": round(len(times) / wall, 1), "p50_ms": share(times, 50),
        "p90_ms": share(times, 90), "p99_ms": share(times, 99), "max_ms": share(times, 100),
        "bytes": sum(one.size for one in seen) // max(1, len(times)),
    }  # fmt: skip
    if wrong:
        row |= {"wrong": dict(wrong), "sample": next(one.sample for one in seen if one.sample)}
    return row | meter.read(len(times) + wrong.total())


def share(times: Sequence[float], percent: float) -> float | None:
    """The time under which `percent` of the sorted `times` lie; None of nothing."""
    return round(times[min(len(times) - 1, int(percent / 100 * len(times)))], 1) if times else None
