"""Ports and waiting, without a sleep."""

import socket
import threading
import time
from collections.abc import Callable


def free_port() -> int:
    """A TCP port on the loopback that nobody holds now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def until(
    happened: Callable[[], object], *, seconds: float = 20, why: str = "it did not happen in time"
) -> None:
    """Ask `happened` again and again until it answers something true. Raises TimeoutError with `why`."""
    deadline = time.monotonic() + seconds
    tick = threading.Event()
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(why)
        tick.wait(0.02)
