"""What lives as long as the server: the hub, its guard, and the worker of the jobs."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from koban.desk.live.guard import Guard
from koban.desk.live.hub import Hub
from koban.desk.live.stream import Message, Receive, Send
from koban.kernel.jobs.worker import ServerWorker

ENDS = (signal.SIGTERM, signal.SIGINT)


class Life:
    """Starts and stops with ASGI's lifespan."""

    def __init__(self, hub: Hub, guard: Guard) -> None:
        self._hub, self._guard = hub, guard
        self._worker = ServerWorker()
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, receive: Receive, send: Send) -> None:
        await receive()
        await send(await _said("startup", self._start))
        await receive()
        await send(await _said("shutdown", self._stop))

    async def _start(self) -> None:
        self._hub.start()
        self._watching = asyncio.get_running_loop().create_task(self._guard.run())
        self._worker.start()
        self._end_with_the_server()

    def _end_with_the_server(self) -> None:
        """End the streams when the server is told to: it waits for open connections before lifespan's shutdown."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in ENDS:
            signal.signal(
                number, _then(lambda: loop.call_soon_threadsafe(self._hub.close), signal.getsignal(number))
            )

    async def _stop(self) -> None:
        if self._watching:
            self._watching.cancel()
        await self._hub.stop()
        await asyncio.to_thread(self._worker.stop)


def _then(first: Callable[[], Any], before: Any) -> Callable[[int, FrameType | None], None]:
    def both(number: int, frame: FrameType | None) -> None:
        first()
        if callable(before):
            before(number, frame)

    return both


async def _said(phase: str, work: Callable[[], Any]) -> Message:
    try:
        await work()
    except Exception as error:  # noqa: BLE001  the server is told, and ends with the reason
        return {"type": f"lifespan.{phase}.failed", "message": f"{type(error).__name__}: {error}"}
    return {"type": f"lifespan.{phase}.complete"}
