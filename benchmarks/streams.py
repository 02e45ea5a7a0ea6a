"""Open boards: how long after a report is acknowledged every one of them has it."""

import asyncio
import json
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from benchmarks.load import request, share


class Board:
    """One open `/events` stream. seen: number of a matter -> when its event was here."""

    def __init__(self, url: str, session: str) -> None:
        self._url, self._session = url, session
        self.seen: dict[str, float] = {}
        self.news = asyncio.Event()

    async def open(self) -> None:
        at = urlsplit(self._url)
        self._reader, self._writer = await asyncio.open_connection(at.hostname, at.port)
        self._writer.write(request(self._url, "GET", "/events", Cookie=f"koban_session={self._session}"))
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            if line.startswith(b"data: {"):
                event = json.loads(line[6:])
                if event.get("new"):
                    self.seen[event["number"]] = time.perf_counter()
                    self.news.set()

    async def has(self, number: str) -> float:
        """The moment when this board got the matter."""
        while number not in self.seen:
            self.news.clear()
            await self.news.wait()
        return self.seen[number]

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()


async def reach(
    url: str, sessions: Sequence[str], bodies: Sequence[bytes], pause_s: float
) -> dict[str, object]:
    """Open a board for each session, send each report, and wait until every board has it."""
    boards = [Board(url, session) for session in sessions]
    for board in boards:
        await board.open()
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    took, slowest, answered = [], [], []
    for body in bodies:
        began = time.perf_counter()
        writer.write(body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        number = json.loads(await reader.readexactly(length))[0]["service_request_id"]
        done = time.perf_counter()
        got = await asyncio.wait_for(asyncio.gather(*(board.has(number) for board in boards)), 30)
        # From the moment it was sent: the answer and the event race each other to the client.
        took += [(moment - began) * 1000 for moment in got]
        slowest.append((max(got) - began) * 1000)
        answered.append((done - began) * 1000)
        await asyncio.sleep(pause_s)
    for board in boards:
        board.close()
    writer.close()
    took.sort()
    return {
        "boards": len(boards), "reports": len(bodies), "p50_ms": share(took, 50), "p99_ms": share(took, 99),
        "max_ms": share(took, 100), "last_board_p50_ms": share(sorted(slowest), 50),
        "answer_p50_ms": share(sorted(answered), 50),
    }  # fmt: skip
