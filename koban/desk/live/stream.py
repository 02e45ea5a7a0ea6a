"""`GET /events`: one board's stream, as plain ASGI."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from koban.desk.live import sessions
from koban.desk.live.guard import Guard
from koban.desk.live.hub import Client, Hub
from koban.desk.live.news import LANGUAGES

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = "/events"
MOST = 10_000  # open boards of one process
MOST_OF_ONE = 12  # of one session: forgotten windows
COMES_BACK_MS = 2000
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"referrer-policy", b"same-origin"),
)


class Events:
    """The ASGI application of the one path. Answers 200 with a stream, or a problem document: 400, 401, 405, 503."""

    def __init__(self, hub: Hub, guard: Guard) -> None:
        self._hub, self._guard = hub, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if refused := self._refused(scope, headers):
            await problem(send, refused)
            return
        key = session_key(headers)
        admitted = await self._hub.ask(sessions.admit, key)
        if admitted is None:
            await problem(send, 401)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        client = Client(key, language(asked, admitted.language))
        mark = headers.get(b"last-event-id") or asked.get("since", [""])[0]
        self._guard.watch(key, admitted.stations)
        try:
            missed = await self._hub.join(client, admitted.stations, mark)
            await self._serve(client, missed, receive, send)
        finally:
            self._hub.leave(client)

    def _refused(self, scope: Scope, headers: dict[bytes, str]) -> int:
        domain, _port = split_domain_port(headers.get(b"host", ""))
        if not validate_host(domain, settings.ALLOWED_HOSTS):
            return 400
        if scope["method"] != "GET":
            return 405
        open_now = [client.session_key for client in self._hub.clients()]
        crowded = len(open_now) >= MOST or open_now.count(session_key(headers)) >= MOST_OF_ONE
        return 503 if self._hub.closed or crowded else 0

    async def _serve(self, client: Client, missed: list[bytes], receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        first = f"retry: {COMES_BACK_MS}\n\n".encode() + b"".join(missed)
        await send({"type": "http.response.body", "body": first, "more_body": True})
        pump = asyncio.create_task(_pump(client, send))
        left = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({pump, left}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pump.cancel()
            left.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _pump(client: Client, send: Send) -> None:
    """Send what waits, several frames at once when there are several, until the end mark."""
    ended = False
    while not ended:
        frames = [await client.queue.get()]
        while not client.queue.empty():
            frames.append(client.queue.get_nowait())
        ended = None in frames
        body = b"".join(frame for frame in frames if frame is not None)
        await send({"type": "http.response.body", "body": body, "more_body": not ended})


def session_key(headers: dict[bytes, str]) -> str:
    """The session of the cookie header, "" without one."""
    try:
        cookies = SimpleCookie(headers.get(b"cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def language(asked: dict[str, list[str]], own: str) -> str:
    """The language of the page that asks; else the account's; else the house's."""
    wanted = (*asked.get("language", []), own, settings.LANGUAGE_CODE)
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])


async def problem(send: Send, status: int) -> None:
    """A short problem document (RFC 9457)."""
    body = json.dumps({"status": status, "type": "about:blank"}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    more = {405: (b"allow", b"GET"), 503: (b"retry-after", b"10")}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, *filter(None, [more.get(status)])],
        }
    )
    await send({"type": "http.response.body", "body": body})
