"""WSGI under ASGI: pages run in threads, and each crosses between thread and event loop once in each direction.

A crossing costs a wait for the interpreter, as long as other threads compute: with five of them a short answer took
longer to hand over than to make. So a short body is read before a thread is taken, and an answer that does not stream
is handed over whole. A long body and a streamed answer go in pieces, as fast as the other side takes them.
"""

import asyncio
import contextvars
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

SHORT = 262_144  # bytes of a body that are read before a thread is taken
CHUNK = 65_536
PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
BODY = "http.response.body"


class Bridge:
    """An ASGI application for "http" that runs `pages` in at most `threads` threads."""

    def __init__(self, pages: Wsgi, threads: int) -> None:
        self._pages = pages
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="koban-page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        loop = asyncio.get_running_loop()
        first, more, gone = await _first(receive)
        if gone:
            return
        body = io.BufferedReader(Body(first, receive, loop), CHUNK) if more else io.BytesIO(first)
        answer = Answer(send, loop)
        run = contextvars.copy_context().run
        await loop.run_in_executor(self._threads, run, answer.take, self._pages, environ(scope, body))
        await answer.finish()


async def _first(receive: Receive) -> tuple[bytes, bool, bool]:
    """(what was read, whether more comes, whether the visitor has gone)."""
    got = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"", False, True
        got += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(got), False, False
        if len(got) >= SHORT:
            return bytes(got), True, False


class Body(io.RawIOBase):
    """The rest of a long body, pulled from the loop as the page reads. A visitor who goes away ends it early."""

    def __init__(self, first: bytes, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._got, self._receive, self._loop = memoryview(first), receive, loop
        self._more = True

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._got and self._more:
            message = asyncio.run_coroutine_threadsafe(_awaited(self._receive), self._loop).result()
            self._got, self._more = memoryview(message.get("body", b"")), message.get("more_body", False)
        count = min(len(into), len(self._got))
        into[:count], self._got = self._got[:count], self._got[count:]
        return count


async def _awaited(receive: Receive) -> Message:
    return await receive()


class Answer:
    """What a page answers. `take` runs in the page's thread, `finish` in the loop."""

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self._send, self._loop = send, loop
        self._start: Message | None = None
        self._whole = b""

    def take(self, pages: Wsgi, around: dict[str, Any]) -> None:
        made = pages(around, self._begin)
        try:
            # Django's answers say whether they stream; what does not say so is sent as it comes.
            if getattr(made, "streaming", True):
                self._stream(made)
            else:
                self._whole = b"".join(made)
        finally:
            getattr(made, "close", lambda: None)()

    def _begin(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        told = [(name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in headers]
        self._start = {"type": "http.response.start", "status": int(status[:3]), "headers": told}

    def _stream(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            asyncio.run_coroutine_threadsafe(self._piece(piece), self._loop).result()

    async def _piece(self, piece: bytes) -> None:
        await self._started()
        await self._send({"type": BODY, "body": piece, "more_body": True})

    async def _started(self) -> None:
        if self._start is not None:
            start, self._start = self._start, None
            await self._send(start)

    async def finish(self) -> None:
        """Send what was not sent yet, and the end."""
        await self._started()
        await self._send({"type": BODY, "body": self._whole})


def environ(scope: Scope, body: Any) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    around = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode().decode("latin-1"), "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}", "SERVER_NAME": host, "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client[0], "REMOTE_PORT": str(client[1]), "wsgi.version": (1, 0), "wsgi.input": body,
        "wsgi.url_scheme": scope.get("scheme", "http"), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    for raw, value in scope["headers"]:
        name, told = raw.decode("latin-1"), value.decode("latin-1")
        if "_" in name:
            continue  # it would pass for the header with dashes, which a proxy has checked
        key = PLAIN.get(name) or "HTTP_" + name.upper().replace("-", "_")
        around[key] = f"{around[key]},{told}" if key in around else told
    return around
