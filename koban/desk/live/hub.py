"""The hub of a process: reads the ledger once for everybody, and hands each board its events in order."""

import asyncio
import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, close_old_connections

from koban.desk import marks
from koban.desk.live import news
from koban.desk.live.news import LANGUAGES, News
from koban.desk.live.wakes import Watch
from koban.kernel.ledger import reading

log = logging.getLogger("koban.live")
Answer = TypeVar("Answer")

HEARTBEAT_S = 15.0
PAUSE_S = 0.03  # between two readings: many commits in a row are read together
AGAIN_S = 1.0  # after a database that did not answer
QUEUE = 64  # frames that a slow board may be behind before it is told to load anew
REPLAYED = 1000  # pages that a board may have missed before it is told to load anew
RELOAD = b"event: reload\ndata: {}\n\n"
BEAT = b": \n\n"


def frame(mark: str, data: str) -> bytes:
    """One event as the stream carries it."""
    return f"id: {mark}\nevent: page\ndata: {data}\n\n".encode()


class Client:
    """One open board. `end` is what it is told last; then its stream is closed."""

    __slots__ = ("language", "queue", "session_key")

    def __init__(self, session_key: str, language: str) -> None:
        self.session_key, self.language = session_key, language
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE)

    def give(self, told: bytes) -> None:
        """Hand over a frame; a board that has fallen behind is told to load anew instead."""
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.end(RELOAD)

    def end(self, last: bytes = b"") -> None:
        """Drop what waits, say `last`, and close."""
        while not self.queue.empty():
            self.queue.get_nowait()
        if last:
            self.queue.put_nowait(last)
        self.queue.put_nowait(None)


class Channel:
    """Boards that see the same stations. known: number of the last page that was handed out, by station."""

    def __init__(self, known: dict[UUID, int]) -> None:
        self.known = known
        self.clients: set[Client] = set()

    def hand_out(self, found: News) -> None:
        self.known[found.station_id] = found.number
        if not found.told:
            return
        mark = marks.written(self.known)
        frames = {code: frame(mark, found.told[code]) for code in LANGUAGES}
        for client in tuple(self.clients):
            client.give(frames[client.language])


class Hub:
    """Runs inside one event loop. Reading happens in a thread; everything else belongs to the loop."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="koban-live")
        self._helpers = ThreadPoolExecutor(2, thread_name_prefix="koban-live-check")
        self._channels: dict[frozenset[UUID], Channel] = {}
        self._awake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._watch: Watch | None = None
        self.closed = False

    # Life

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._watch = Watch(partial(_woken, loop, self._awake))
        self._watch.start()
        self._tasks = [loop.create_task(self._read_on()), loop.create_task(self._beat())]

    def close(self) -> None:
        """End every stream: browsers come back by themselves, with the mark of what they have seen."""
        self.closed = True
        for client in self.clients():
            client.end()

    async def stop(self) -> None:
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._watch:
            await asyncio.to_thread(self._watch.stop)
        self._reader.shutdown()
        self._helpers.shutdown()

    # Boards

    def clients(self) -> list[Client]:
        return [client for channel in self._channels.values() for client in channel.clients]

    async def join(self, client: Client, stations: Collection[UUID], mark: str) -> list[bytes]:
        """Let a board in; returns what it missed since `mark`. From then on events wait in its queue."""
        key = frozenset(stations)
        if key not in self._channels:
            known = await self.ask(marks.now, key)
            self._channels.setdefault(key, Channel(known))
        channel = self._channels[key]
        channel.clients.add(client)
        upto = dict(channel.known)
        # A page that was committed before this board's stations were watched wakes nobody again.
        self._awake.set()
        return await self._missed(client, mark, upto)

    async def _missed(self, client: Client, mark: str, upto: dict[UUID, int]) -> list[bytes]:
        if not mark:
            return []
        seen = marks.understood(mark, upto)
        if seen is None or sum(upto[key] - seen[key] for key in upto) > REPLAYED:
            return [RELOAD]
        found = await self.ask(_between, seen, upto)
        frames = []
        for one in found:
            seen[one.station_id] = one.number
            if one.told:
                frames.append(frame(marks.written(seen), one.told[client.language]))
        return frames

    def leave(self, client: Client) -> None:
        for key, channel in list(self._channels.items()):
            channel.clients.discard(client)
            if not channel.clients:
                del self._channels[key]

    async def ask(self, question: Callable[..., Answer], *about: Any) -> Answer:
        """Run a question to the database in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._helpers, _asked, question, *about)

    # Reading

    async def _read_on(self) -> None:
        while True:
            await self._awake.wait()
            self._awake.clear()
            if known := self._known():
                for one in await self._read(known):
                    self._hand_out(one)
                await asyncio.sleep(PAUSE_S)

    async def _read(self, known: dict[UUID, int]) -> list[News]:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._reader, _asked, _fresh, known)
        except DatabaseError as error:
            log.warning("the live boards wait for the database (%s)", type(error).__name__)
            loop.call_later(AGAIN_S, self._awake.set)
        except Exception:
            # A page that cannot be drawn must not silence the boards: they load anew, from after it.
            log.exception("an event could not be drawn")
            for client in self.clients():
                client.end(RELOAD)
            self._channels.clear()
        return []

    def _known(self) -> dict[UUID, int]:
        """The least number that any channel knows, for each station that somebody watches."""
        least: dict[UUID, int] = {}
        for channel in self._channels.values():
            for key, number in channel.known.items():
                least[key] = min(number, least.get(key, number))
        return least

    def _hand_out(self, found: News) -> None:
        for channel in self._channels.values():
            if found.number > channel.known.get(found.station_id, found.number):
                channel.hand_out(found)

    async def _beat(self) -> None:
        """A line now and then, so that proxies keep the stream and a broken one is noticed."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for client in self.clients():
                if client.queue.empty():
                    client.give(BEAT)


def _woken(loop: asyncio.AbstractEventLoop, awake: asyncio.Event) -> None:
    """Called from any thread; also from one that a commit of the last moment comes from, when the loop has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(awake.set)


def _asked(question: Callable[..., Answer], *about: Any) -> Answer:
    close_old_connections()
    try:
        return question(*about)
    finally:
        close_old_connections()


def _fresh(known: dict[UUID, int]) -> list[News]:
    """Every page after `known`, of the stations that have grown."""
    sizes = {next(iter(known)): reading.size(next(iter(known)))} if len(known) == 1 else reading.sizes()
    grown = {key: number for key, number in known.items() if sizes.get(key, 0) - 1 > number}
    return _between(grown, {key: sizes[key] - 1 for key in grown})


def _between(seen: dict[UUID, int], upto: dict[UUID, int]) -> list[News]:
    return [one for key, number in seen.items() for one in _of(key, number, upto[key])]


def _of(key: UUID, number: int, upto: int) -> list[News]:
    found: list[News] = []
    while number < upto and (step := news.since(key, number, min(news.READ_AT_ONCE, upto - number))):
        found += step
        number = step[-1].number
    return found
