"""Closes boards whose owner signed out, locked the screen, lost the post, or went away."""

import asyncio
import time
from collections.abc import Collection
from uuid import UUID

from koban.desk.live import sessions
from koban.desk.live.hub import Client, Hub

CHANGES_S = 5.0  # how often sessions are compared with what they were
ANEW_S = 60.0  # how often each is asked from the beginning: posts end and idle screens lock without a change
GONE = b"event: gone\ndata: {}\n\n"


class Guard:
    """Watches the sessions of a hub's boards."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._stations: dict[str, frozenset[UUID]] = {}
        self._stored: dict[str, str] = {}
        self._asked_at: dict[str, float] = {}

    def watch(self, session_key: str, stations: frozenset[UUID]) -> None:
        self._stations[session_key] = stations
        self._asked_at[session_key] = time.monotonic()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(CHANGES_S)
            await self.look()

    async def look(self) -> None:
        """One round over all open boards."""
        boards = self._boards()
        self._forget(boards.keys())
        if not boards:
            return
        stored = await self._hub.ask(sessions.data_of, list(boards))
        doubtful = [key for key in boards if self._is_doubtful(key, stored)]
        held = set(await self._hub.ask(_held, dict(self._stations), doubtful))
        now = time.monotonic()
        for key in doubtful:
            self._asked_at[key] = now
            if key not in held:
                self._end(boards[key])
        self._stored = stored

    def _boards(self) -> dict[str, list[Client]]:
        boards: dict[str, list[Client]] = {}
        for client in self._hub.clients():
            boards.setdefault(client.session_key, []).append(client)
        return boards

    def _forget(self, open_keys: Collection[str]) -> None:
        for key in self._stations.keys() - open_keys:
            del self._stations[key], self._asked_at[key]

    def _is_doubtful(self, key: str, stored: dict[str, str]) -> bool:
        old = time.monotonic() - self._asked_at.get(key, 0.0) > ANEW_S
        return old or key not in stored or stored[key] != self._stored.get(key, stored[key])

    def _end(self, clients: list[Client]) -> None:
        for client in clients:
            client.end(GONE)


def _held(watching: dict[str, frozenset[UUID]], keys: list[str]) -> list[str]:
    return list(sessions.still_in(watching, keys))
