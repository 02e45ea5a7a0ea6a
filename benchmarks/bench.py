"""What a benchmark gets: an open office, ways to ask it, and the loops that measure."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from benchmarks.load import Make, closed, opened, request
from benchmarks.machine import Meter

Row = dict[str, Any]


class Home(Protocol):
    """An office that can be asked: over HTTP (benchmarks.house), or inside this process (benchmarks.inside)."""

    sessions: list[str]
    keys: list[str]
    server: tuple[int, ...]
    database: tuple[int, ...]

    @property
    def url(self) -> str: ...

    def ask(self, sent: bytes) -> tuple[int, bytes]: ...

    def seed(self, *arguments: str) -> str: ...

    def koban(self, *arguments: str) -> Any: ...


class Bench:
    """One office. quick: short turns and small sizes, to see that everything still works.

    seconds: of one turn. sizes: matters. connections: of a closed loop.
    """

    def __init__(self, home: Home, asked: Callable[[str], Any], *, quick: bool) -> None:
        self.home, self.quick, self._asked = home, quick, asked
        self.seconds = 3.0 if quick else 10.0
        self.sizes = (1_000, 3_000) if quick else (10_000, 100_000)
        self.connections = (1, 8) if quick else (1, 8, 32)

    # What is asked for

    @property
    def url(self) -> str:
        return self.home.url

    @property
    def keys(self) -> list[str]:
        return self.home.keys

    @property
    def sessions(self) -> list[str]:
        return self.home.sessions

    def form(self, path: str, told: dict[str, str], **headers: str) -> bytes:
        """A form, sent."""
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        return request(self.url, "POST", path, urlencode(told).encode(), **kind, **headers)

    def page(self, path: str) -> Make:
        """A page of the desk, as a member of the team sees it."""
        cookie = f"koban_session={self.sessions[0]}"
        made = request(self.url, "GET", path, Cookie=cookie, Accept_Language="en", Koban_Quiet="1")
        return lambda _number: made

    def public(self, path: str) -> Make:
        """A page as anybody sees it."""
        made = request(self.url, "GET", path, Accept_Language="en")
        return lambda _number: made

    def got(self, make: Make) -> str:
        """The answer to one request. Raises RuntimeError for anything but 200."""
        status, answer = self.home.ask(make(0))
        if status != 200:
            raise RuntimeError(f"{status}: {answer[-2000:].decode(errors='replace')}")
        return answer.decode()

    # What it holds

    def grow(self, matters: int) -> None:
        """Bring the office to so many matters."""
        self.seed("grow", str(matters))

    def seed(self, *arguments: str) -> str:
        """Run a command of benchmarks.seed on this office; what it printed."""
        return self.home.seed(*arguments)

    def koban(self, *arguments: str) -> Any:
        """Run a `koban` command on this office."""
        return self.home.koban(*arguments)

    # What is measured

    def meter(self) -> Meter:
        return Meter(self.home.server, self.home.database)

    def each(self, name: str, connections: Sequence[int] | None = None, **told: Any) -> Iterator[Row]:
        """A closed loop of the registered request `name` at each number of connections."""
        ask = self._asked(name)
        make = ask.make(self)
        for count in connections or self.connections:
            yield self.closed(name, make, count, ask.expect, **told)

    def closed(self, name: str, make: Make, connections: int, expect: int = 200, **told: Any) -> Row:
        """One closed loop. Raises RuntimeError if a first short turn already gets wrong answers."""
        warm = closed(self.url, make, connections=1, seconds=0.5, meter=self.meter(), expect=expect)
        if warm.get("wrong"):
            raise RuntimeError(f"{name}: {warm}")
        row = closed(
            self.url, make, connections=connections, seconds=self.seconds, meter=self.meter(), expect=expect
        )
        return {"name": name} | told | row

    def steady(self, name: str, rate: float) -> Row:
        """The registered request `name` so many times a second, at random moments, whether or not answers keep up."""
        ask = self._asked(name)
        seconds = 5.0 if self.quick else 20.0
        row = opened(
            self.url, ask.make(self), rate=rate, seconds=seconds, meter=self.meter(), expect=ask.expect
        )
        return {"name": f"{name}, open loop"} | row
